package io.felucca.containers.rootfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.util.List;
import java.util.Optional;

/**
 * Makes a container's working directory inside its root, walking the links of the image one part at a time. A
 * path that ends in a process's magic links, such as {@code /proc/self/fd/7}, is refused: it would lead to a folder of
 * the host that the runtime holds open (CVE-2024-21626).
 */
public final class WorkingDirectory {

    private WorkingDirectory() {}

    /**
     * Makes what is missing, owned by the container's root with mode 0755. Idempotent.
     *
     * @param root of the container, mounted
     * @throws FeluccaException INVALID for a path that is relative, no directory or leads out of the root
     */
    public static void prepare(Directory root, String path, IdMap idMap) {
        check(path);
        LinkWalk walk = new LinkWalk(path);
        while (walk.step((folder, name) -> link(root, folder, name, path, idMap))) {
            refuseProcess(walk, path);
        }
        if (walk.isLost()) {
            throw FeluccaException.invalid("Cannot mkdir: " + path + ": too many levels of symbolic links");
        }
    }

    /** What can be said of a path alone; at create and for exec. */
    public static void check(String path) {
        if (!path.startsWith("/")) {
            throw FeluccaException.invalid(
                    "the working directory '" + path + "' is invalid, it needs to be an absolute path");
        }
        LinkWalk walk = new LinkWalk(path);
        while (walk.step((folder, name) -> Optional.empty())) {
            // to its end
        }
        refuseProcess(walk, path);
    }

    /** @return where it leads when it is a link; makes what is missing */
    private static Optional<String> link(Directory root, List<String> at, String part, String path, IdMap idMap) {
        byte[] name = part.getBytes(UTF_8);
        try (Directory parent = root.openDirectory(String.join("/", at).getBytes(UTF_8), Resolve.NO_SYMLINKS)) {
            Optional<Stat> stat = parent.find(name);
            if (stat.isEmpty()) {
                parent.makeDirectory(name, 0755);
                parent.setOwner(name, (int) idMap.rootUid(), (int) idMap.rootGid());
                parent.setMode(name, 0755);
                return Optional.empty();
            }
            if (stat.get().isSymlink()) {
                return Optional.of(new String(parent.readSymlink(name), UTF_8));
            }
            if (!stat.get().isDirectory()) {
                throw FeluccaException.invalid("Cannot mkdir: " + path + " is not a directory");
            }
            return Optional.empty();
        }
    }

    /** Refuses what is below /proc but /proc itself: procfs will lie there, and a process's folder holds links out of the root. */
    private static void refuseProcess(LinkWalk walk, String path) {
        List<String> at = walk.reached();
        if (at.isEmpty() || !at.get(0).equals("proc")) {
            return;
        }
        String second = at.size() > 1 ? at.get(1) : walk.next().orElse("");
        if (second.equals("self") || second.equals("thread-self") || second.matches("[0-9]+")) {
            throw FeluccaException.invalid("the working directory '" + path
                    + "' is invalid, it leads through a process's folder in /proc and so out of the container");
        }
    }
}
