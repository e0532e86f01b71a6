package io.felucca.storage.vfs;

import io.felucca.IdMap;
import io.felucca.linux.Directory;
import io.felucca.linux.DirectoryEntry;
import io.felucca.linux.Resolve;
import io.felucca.linux.Stat;
import io.felucca.linux.spill.DeepFolders;
import io.felucca.linux.spill.LinkedFiles;
import io.felucca.storage.spi.LayerStore.Usage;
import java.util.Optional;

/**
 * Counts what a copy holds that its parent does not: files whose attributes differ, since a copy keeps them all. Bounded
 * in memory and descriptors; {@link DeepFolders} says what of a very deep tree is not counted.
 */
final class Difference implements AutoCloseable {

    private final IdMap idMap;
    private final LinkedFiles linked = new LinkedFiles();
    private final DeepFolders deep = new DeepFolders();
    private final DeepFolders deepNew = new DeepFolders();
    private byte[] base = DeepFolders.TOP;
    private long sizeBytes;
    private long inodes;

    private Difference(IdMap idMap) {
        this.idMap = idMap;
    }

    static Usage ofAll(Directory files, IdMap idMap) {
        try (Difference difference = new Difference(idMap)) {
            difference.inodes = 1;
            return difference.count(files, Optional.empty());
        }
    }

    static Usage of(Directory files, Directory parent, IdMap idMap) {
        try (Difference difference = new Difference(idMap)) {
            return difference.count(files, Optional.of(parent));
        }
    }

    private Usage count(Directory files, Optional<Directory> parent) {
        walk(files, parent, DeepFolders.TOP, 0);
        deep.forEach(files, (below, path) -> {
            base = path;
            Optional<Directory> parentBelow = DeepFolders.open(parent.orElseThrow(), path);
            try {
                walk(below, parentBelow, DeepFolders.TOP, 0);
            } finally {
                parentBelow.ifPresent(Directory::close);
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
    private void walk(Directory files, Optional<Directory> parent, byte[] path, int depth) {
        for (DirectoryEntry entry : files.entries()) {
            byte[] name = entry.name();
            Optional<Stat> found = files.find(name);
            if (found.isEmpty()) {
                continue; // a container removed it meanwhile
            }
            Stat stat = found.get();
            Optional<Stat> before = parent.flatMap(folder -> folder.find(name));
            if (before.isEmpty() || !isUnchanged(before.get(), stat)) {
                count(stat);
            }
            if (stat.isDirectory()) {
                boolean wasDirectory = before.isPresent() && before.get().isDirectory();
                walkBelow(
                        files, wasDirectory ? parent : Optional.empty(), name, DeepFolders.join(path, name), depth + 1);
            }
        }
    }

    private void count(Stat stat) {
        if (stat.links() > 1 && !stat.isDirectory()) {
            linked.add(stat);
        } else {
            inodes++;
            sizeBytes += stat.isRegular() ? stat.sizeBytes() : 0;
        }
    }

    private void walkBelow(Directory files, Optional<Directory> parent, byte[] name, byte[] path, int depth) {
        if (depth > DeepFolders.LEVELS) {
            (parent.isPresent() ? deep : deepNew).add(DeepFolders.join(base, path));
            return;
        }
        files.findDirectory(name, Resolve.NO_SYMLINKS).ifPresent(below -> {
            try (below) {
                if (parent.isEmpty()) {
                    walk(below, Optional.empty(), path, depth);
                    return;
                }
                try (Directory parentBelow = parent.get().openDirectory(name, Resolve.NO_SYMLINKS)) {
                    walk(below, Optional.of(parentBelow), path, depth);
                }
            }
        });
    }

    @Override
    public void close() {
        linked.close();
        deep.close();
        deepNew.close();
    }

    private boolean isUnchanged(Stat before, Stat now) {
        return before.type() == now.type()
                && before.mode() == now.mode()
                && before.rdev() == now.rdev()
                && idMap.outsideUid(Integer.toUnsignedLong(before.uid())) == Integer.toUnsignedLong(now.uid())
                && idMap.outsideGid(Integer.toUnsignedLong(before.gid())) == Integer.toUnsignedLong(now.gid())
                && (now.isDirectory() || before.sizeBytes() == now.sizeBytes())
                && (now.isDirectory() || before.modified().equals(now.modified()));
    }
}
