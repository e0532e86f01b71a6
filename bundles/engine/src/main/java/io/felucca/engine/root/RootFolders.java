package io.felucca.engine.root;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The two roots: folders of this user that nobody else passes but the root of containers in user namespaces, by its
 * group, since it reaches what is mounted by its path. Symbolic links are resolved here, once: the kernel's mount table
 * names folders by their real paths, and mounts are looked up in it.
 */
record RootFolders(Path dataRoot, Path execRoot) {

    private static final Set<PosixFilePermission> PASS = PosixFilePermissions.fromString("rwx--x---");
    /** A socket's path has 108 bytes; below the exec root lie {@code /containers/<64 digits>/attach} and the like. */
    private static final int LONGEST_EXEC_ROOT = 60;

    /** @throws FeluccaException INVALID for a path that the engine cannot use, SYSTEM when it cannot be made */
    static RootFolders make(Path dataRoot, Path execRoot, IdMap idMap) {
        checkBoth(dataRoot, execRoot);
        Path data = folder("data root", dataRoot, idMap);
        Path exec = folder("exec root", execRoot, idMap);
        checkBoth(data, exec);
        return new RootFolders(data, exec);
    }

    private static void checkBoth(Path dataRoot, Path execRoot) {
        check("data root", dataRoot);
        check("exec root", execRoot);
        if (execRoot.toString().length() > LONGEST_EXEC_ROOT) {
            throw FeluccaException.invalid("exec root " + execRoot + " is longer than " + LONGEST_EXEC_ROOT
                    + " bytes: sockets below it would have paths that are too long, choose a shorter one");
        }
        if (dataRoot.normalize().equals(execRoot.normalize())) {
            throw FeluccaException.invalid("data root and exec root are both " + dataRoot + ": choose two folders");
        }
    }

    private static void check(String what, Path path) {
        if (!path.isAbsolute()) {
            throw FeluccaException.invalid(what + " " + path + " is not an absolute path");
        }
        if (!path.toString().chars().allMatch(c -> c > ' ' && c < 127)) {
            throw FeluccaException.invalid(what + " " + path + ": only ASCII without spaces can be used");
        }
    }

    private static Path folder(String what, Path given, IdMap idMap) {
        try {
            // Since JDK 20 it takes a link to a folder for one, on 17 it does not.
            Path path = (Files.isDirectory(given) ? given : Files.createDirectories(given)).toRealPath();
            Object owner = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (!owner.equals(Files.getAttribute(path, "unix:uid"))) {
                Files.setAttribute(path, "unix:uid", owner);
            }
            Object group = idMap.isNone()
                    ? Files.getAttribute(Path.of("/proc/self"), "unix:gid")
                    : Integer.valueOf((int) idMap.rootGid());
            if (!group.equals(Files.getAttribute(path, "unix:gid"))) {
                Files.setAttribute(path, "unix:gid", group);
            }
            Files.setPosixFilePermissions(path, PASS);
            return path;
        } catch (IOException e) {
            throw FeluccaException.system("cannot make the " + what + " " + given + ": " + e.getMessage(), e);
        }
    }
}
