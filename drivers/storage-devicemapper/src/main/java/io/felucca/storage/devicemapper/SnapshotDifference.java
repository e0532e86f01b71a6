package io.felucca.storage.devicemapper;

import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Stat;
import io.felucca.linux.tree.TreeSize;
import io.felucca.storage.spi.LayerStore.Usage;

/**
 * Counts what a snapshot holds that its origin does not: an inode of the same number and time of change is the origin's,
 * untouched.
 */
final class SnapshotDifference {

    private SnapshotDifference() {}

    static Usage of(Directory files, Directory origin) {
        TreeSize changes = TreeSize.ofChanges(files, origin, SnapshotDifference::isUntouched);
        boolean top = !isUntouched(origin.stat(), files.stat());
        return new Usage(changes.sizeBytes(), changes.inodes() + (top ? 1 : 0));
    }

    private static boolean isUntouched(Stat before, Stat now) {
        return before.inode() == now.inode() && before.changed().equals(now.changed());
    }
}
