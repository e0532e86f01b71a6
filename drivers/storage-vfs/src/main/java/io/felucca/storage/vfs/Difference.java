package io.felucca.storage.vfs;

import io.felucca.IdMap;
import io.felucca.linux.Directory;
import io.felucca.linux.DirectoryEntry;
import io.felucca.linux.Resolve;
import io.felucca.linux.Stat;
import io.felucca.storage.spi.LayerStore.Usage;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Counts what a copy holds that its parent does not: files whose attributes differ, since a copy keeps them all. Folders
 * nested deeper than {@value #DEPTH} are not counted: a container can nest them without an end.
 */
final class Difference {

    private static final int DEPTH = 500;

    private final IdMap idMap;
    private final Set<Long> linked = new HashSet<>();
    private long sizeBytes;
    private long inodes;

    private Difference(IdMap idMap) {
        this.idMap = idMap;
    }

    static Usage ofAll(Directory files, IdMap idMap) {
        Difference difference = new Difference(idMap);
        difference.inodes = 1;
        difference.walk(files, Optional.empty(), 0);
        return new Usage(difference.sizeBytes, difference.inodes);
    }

    static Usage of(Directory files, Directory parent, IdMap idMap) {
        Difference difference = new Difference(idMap);
        difference.walk(files, Optional.of(parent), 0);
        return new Usage(difference.sizeBytes, difference.inodes);
    }

    private void walk(Directory files, Optional<Directory> parent, int depth) {
        for (DirectoryEntry entry : files.entries()) {
            byte[] name = entry.name();
            Optional<Stat> found = files.find(name);
            if (found.isEmpty()) {
                continue; // a container removed it meanwhile
            }
            Stat stat = found.get();
            Optional<Stat> before = parent.flatMap(folder -> folder.find(name));
            boolean isNew = before.isEmpty() || !isUnchanged(before.get(), stat);
            if (isNew && (stat.links() < 2 || stat.isDirectory() || linked.add(stat.inode()))) {
                inodes++;
                sizeBytes += stat.isRegular() ? stat.sizeBytes() : 0;
            }
            if (stat.isDirectory() && depth < DEPTH) {
                boolean wasDirectory = before.isPresent() && before.get().isDirectory();
                walkBelow(files, wasDirectory ? parent : Optional.empty(), name, depth);
            }
        }
    }

    private void walkBelow(Directory files, Optional<Directory> parent, byte[] name, int depth) {
        files.findDirectory(name, Resolve.NO_SYMLINKS).ifPresent(below -> {
            try (below) {
                if (parent.isEmpty()) {
                    walk(below, Optional.empty(), depth + 1);
                    return;
                }
                try (Directory parentBelow = parent.get().openDirectory(name, Resolve.NO_SYMLINKS)) {
                    walk(below, Optional.of(parentBelow), depth + 1);
                }
            }
        });
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
