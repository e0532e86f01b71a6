package io.felucca.storage.devicemapper;

import io.felucca.linux.Directory;
import io.felucca.linux.DirectoryEntry;
import io.felucca.linux.Resolve;
import io.felucca.linux.Stat;
import io.felucca.linux.spill.DeepFolders;
import io.felucca.linux.spill.LinkedFiles;
import io.felucca.storage.spi.LayerStore.Usage;
import java.util.Optional;

/**
 * Counts what a snapshot holds that its origin does not: an inode of the same number and time of change is the origin's,
 * untouched. Bounded in memory and descriptors; {@link DeepFolders} says what of a very deep tree is not counted.
 */
final class Difference implements AutoCloseable {

    private final LinkedFiles linked = new LinkedFiles();
    private final DeepFolders deep = new DeepFolders();
    private final DeepFolders deepNew = new DeepFolders();
    private byte[] base = DeepFolders.TOP;
    private long sizeBytes;
    private long inodes;

    private Difference() {}

    static Usage of(Directory files, Optional<Directory> origin) {
        try (Difference difference = new Difference()) {
            if (origin.isEmpty()
                    || !origin.get().stat().changed().equals(files.stat().changed())) {
                difference.inodes++;
            }
            return difference.count(files, origin);
        }
    }

    private Usage count(Directory files, Optional<Directory> origin) {
        walk(files, origin, DeepFolders.TOP, 0);
        deep.forEach(files, (below, path) -> {
            base = path;
            Optional<Directory> originBelow = DeepFolders.open(origin.orElseThrow(), path);
            try {
                walk(below, originBelow, DeepFolders.TOP, 0);
            } finally {
                originBelow.ifPresent(Directory::close);
            }
        });
        deepNew.forEach(files, (below, path) -> {
            base = path;
            walk(below, Optional.empty(), DeepFolders.TOP, 0);
        });
        LinkedFiles.Sum several = linked.sum();
        return new Usage(sizeBytes + several.sizeBytes(), inodes + several.inodes());
    }

    /** @param path below the base */
    private void walk(Directory files, Optional<Directory> origin, byte[] path, int depth) {
        for (DirectoryEntry entry : files.entries()) {
            Optional<Stat> now = files.find(entry.name());
            if (now.isEmpty()) {
                continue; // a container removed it meanwhile
            }
            Optional<Stat> before = origin.flatMap(folder -> folder.find(entry.name()));
            count(now.get(), before);
            if (now.get().isDirectory()) {
                descend(
                        files,
                        origin.filter(
                                folder -> before.isPresent() && before.get().isDirectory()),
                        entry.name(),
                        DeepFolders.join(path, entry.name()),
                        depth + 1);
            }
        }
    }

    private void count(Stat now, Optional<Stat> before) {
        boolean untouched = before.isPresent()
                && before.get().inode() == now.inode()
                && before.get().changed().equals(now.changed());
        if (untouched) {
            return;
        }
        if (now.links() > 1 && !now.isDirectory()) {
            linked.add(now);
        } else {
            inodes++;
            sizeBytes += now.isRegular() ? now.sizeBytes() : 0;
        }
    }

    private void descend(Directory files, Optional<Directory> origin, byte[] name, byte[] path, int depth) {
        if (depth > DeepFolders.LEVELS) {
            (origin.isPresent() ? deep : deepNew).add(DeepFolders.join(base, path));
            return;
        }
        Optional<Directory> below = files.findDirectory(name, Resolve.NO_SYMLINKS);
        if (below.isEmpty()) {
            return;
        }
        Optional<Directory> originBelow = origin.flatMap(folder -> folder.findDirectory(name, Resolve.NO_SYMLINKS));
        try (Directory folder = below.get()) {
            walk(folder, originBelow, path, depth);
        } finally {
            originBelow.ifPresent(Directory::close);
        }
    }

    @Override
    public void close() {
        linked.close();
        deep.close();
        deepNew.close();
    }
}
