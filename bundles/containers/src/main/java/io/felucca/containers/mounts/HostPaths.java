package io.felucca.containers.mounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import java.nio.file.Path;
import java.util.Optional;

/** Paths of the host that a user named: their names are any bytes, so that they are reached from the root directory. */
final class HostPaths {

    private final Directories directories;

    HostPaths(Directories directories) {
        this.directories = directories;
    }

    boolean has(String path) {
        try (Directory root = directories.open(Path.of("/"));
                OpenFile found = root.open(relative(path), Resolve.IN_ROOT, Open.PATH, 0)) {
            return found.isOpen();
        } catch (FeluccaException e) {
            if (e.kind() == Kind.NOT_FOUND || e.kind() == Kind.INVALID) {
                return false;
            }
            throw e;
        }
    }

    /** Whether a path that is there leads to a directory. */
    boolean isDirectory(String path) {
        try (Directory root = directories.open(Path.of("/"));
                OpenFile found = root.open(relative(path), Resolve.IN_ROOT, Open.PATH, 0)) {
            return found.stat().isDirectory();
        }
    }

    /** Makes what is missing of a folder, owned by the container's root. What is there stays, whatever it is. */
    void make(String path, IdMap idMap) {
        if (has(path)) {
            return;
        }
        try (Directory root = directories.open(Path.of("/"))) {
            int end = 0;
            while (end >= 0) {
                int start = end + 1;
                end = path.indexOf('/', start);
                String below = end < 0 ? path : path.substring(0, end);
                makeOne(root, path.substring(0, start), below.substring(start), idMap);
            }
        } catch (FeluccaException e) {
            throw new FeluccaException(
                    e.kind(), "error while creating mount source path '" + path + "': " + e.getMessage(), e);
        }
    }

    private static void makeOne(Directory root, String parent, String name, IdMap idMap) {
        Optional<Directory> there = root.findDirectory(relative(parent + name), Resolve.IN_ROOT);
        if (there.isPresent()) {
            there.get().close();
            return;
        }
        try (Directory folder = root.openDirectory(relative(parent), Resolve.IN_ROOT)) {
            byte[] bytes = name.getBytes(UTF_8);
            if (folder.tryMakeDirectory(bytes, 0755)) {
                folder.setOwner(bytes, (int) idMap.rootUid(), (int) idMap.rootGid());
                folder.setMode(bytes, 0755);
            }
        }
    }

    private static byte[] relative(String path) {
        String bare = path.replaceFirst("^/+", "");
        return (bare.isEmpty() ? "." : bare).getBytes(UTF_8);
    }
}
