package io.felucca.storage.layers;

import io.felucca.linux.files.Directory;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The mount points that a runtime needs in a root filesystem, as dockerd 20.10 makes them in its init layer: what an
 * image has there instead of a folder or file is replaced, symbolic links too. None is followed, on no part of a path.
 */
final class InitLayer {

    private static final int MODE = 0755;

    private enum Kind {
        FOLDER,
        FILE,
        MTAB_LINK
    }

    private static final Map<String, Kind> CONTENT = new TreeMap<>(Map.of(
            "dev/pts", Kind.FOLDER,
            "dev/shm", Kind.FOLDER,
            "dev/console", Kind.FILE,
            "proc", Kind.FOLDER,
            "sys", Kind.FOLDER,
            ".dockerenv", Kind.FILE,
            "etc/hosts", Kind.FILE,
            "etc/hostname", Kind.FILE,
            "etc/resolv.conf", Kind.FILE,
            "etc/mtab", Kind.MTAB_LINK));

    private final Directory root;

    InitLayer(Directory root) {
        this.root = root;
    }

    void make() {
        CONTENT.forEach((path, kind) -> {
            int slash = path.indexOf('/');
            if (slash < 0) {
                make(root, bytes(path), kind);
                return;
            }
            byte[] parent = bytes(path.substring(0, slash));
            makeFolder(root, parent);
            try (Directory folder = root.openDirectory(parent, Resolve.NO_SYMLINKS)) {
                make(folder, bytes(path.substring(slash + 1)), kind);
            }
        });
    }

    private static void make(Directory folder, byte[] name, Kind kind) {
        if (kind == Kind.FOLDER) {
            makeFolder(folder, name);
            return;
        }
        Optional<Stat> there = folder.find(name);
        if (there.isPresent() && there.get().isDirectory()) {
            return;
        }
        folder.unlink(name);
        if (kind == Kind.MTAB_LINK) {
            folder.makeSymlink(name, bytes("/proc/mounts"));
            return;
        }
        try (OpenFile file = folder.createFile(name, MODE)) {
            file.setMode(MODE);
        }
    }

    private static void makeFolder(Directory folder, byte[] name) {
        Optional<Stat> there = folder.find(name);
        if (there.isPresent() && there.get().isDirectory()) {
            return;
        }
        folder.unlink(name);
        folder.makeDirectory(name, MODE);
        folder.setMode(name, MODE);
    }

    private static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.US_ASCII);
    }
}
