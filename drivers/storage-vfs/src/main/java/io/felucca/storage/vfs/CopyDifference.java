package io.felucca.storage.vfs;

import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Stat;
import io.felucca.linux.tree.TreeSize;
import io.felucca.storage.spi.LayerStore.Usage;

/** Counts what a copy holds that its parent does not: files whose attributes differ, since a copy keeps them all. */
final class CopyDifference {

    private CopyDifference() {}

    static Usage of(Directory files, Directory parent, IdMap idMap) {
        TreeSize changes = TreeSize.ofChanges(files, parent, (before, now) -> isUnchanged(before, now, idMap));
        return new Usage(changes.sizeBytes(), changes.inodes());
    }

    private static boolean isUnchanged(Stat before, Stat now, IdMap idMap) {
        return before.type() == now.type()
                && before.mode() == now.mode()
                && before.rdev() == now.rdev()
                && idMap.outsideUid(Integer.toUnsignedLong(before.uid())) == Integer.toUnsignedLong(now.uid())
                && idMap.outsideGid(Integer.toUnsignedLong(before.gid())) == Integer.toUnsignedLong(now.gid())
                && (now.isDirectory() || before.sizeBytes() == now.sizeBytes())
                && (now.isDirectory() || before.modified().equals(now.modified()));
    }
}
