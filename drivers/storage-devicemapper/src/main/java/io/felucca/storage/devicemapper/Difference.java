package io.felucca.storage.devicemapper;

import io.felucca.linux.Directory;
import io.felucca.linux.DirectoryEntry;
import io.felucca.linux.Resolve;
import io.felucca.linux.Stat;
import io.felucca.storage.spi.LayerStore.Usage;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Counts what a snapshot holds that its origin does not: an inode of the same number and time of change is the origin's,
 * untouched. Folders nested deeper than {@value #DEPTH} are not counted: a container can nest them without an end.
 */
final class Difference {

    private static final int DEPTH = 500;

    private final Set<Long> linked = new HashSet<>();
    private long sizeBytes;
    private long inodes;

    private Difference() {}

    static Usage of(Directory files, Optional<Directory> origin) {
        Difference difference = new Difference();
        if (origin.isEmpty()
                || !origin.get().stat().changed().equals(files.stat().changed())) {
            difference.inodes++;
        }
        difference.walk(files, origin, 0);
        return new Usage(difference.sizeBytes, difference.inodes);
    }

    private void walk(Directory files, Optional<Directory> origin, int depth) {
        for (DirectoryEntry entry : files.entries()) {
            Optional<Stat> now = files.find(entry.name());
            if (now.isEmpty()) {
                continue; // a container removed it meanwhile
            }
            Optional<Stat> before = origin.flatMap(folder -> folder.find(entry.name()));
            count(now.get(), before);
            if (now.get().isDirectory() && depth < DEPTH) {
                descend(
                        files,
                        origin.filter(
                                folder -> before.isPresent() && before.get().isDirectory()),
                        entry,
                        depth);
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
        if (now.isDirectory() || now.links() < 2 || linked.add(now.inode())) {
            inodes++;
            sizeBytes += now.isRegular() ? now.sizeBytes() : 0;
        }
    }

    private void descend(Directory files, Optional<Directory> origin, DirectoryEntry entry, int depth) {
        Optional<Directory> below = files.findDirectory(entry.name(), Resolve.NO_SYMLINKS);
        if (below.isEmpty()) {
            return;
        }
        Optional<Directory> originBelow =
                origin.flatMap(folder -> folder.findDirectory(entry.name(), Resolve.NO_SYMLINKS));
        try (Directory folder = below.get()) {
            walk(folder, originBelow, depth + 1);
        } finally {
            originBelow.ifPresent(Directory::close);
        }
    }
}
