package io.felucca.linux;

import io.felucca.linux.spill.DeepFolders;
import io.felucca.linux.spill.LinkedFiles;

/**
 * What a folder's tree holds, as Docker counts it: the sizes of regular files, one with several hard links once.
 *
 * @param inodes the folder itself included
 */
public record TreeSize(long sizeBytes, long inodes) {

    /** Counts in bounded memory and descriptors; {@link DeepFolders} says what of a very deep tree is not counted. */
    public static TreeSize of(Directory folder) {
        try (LinkedFiles linked = new LinkedFiles();
                DeepFolders deep = new DeepFolders()) {
            Count count = new Count(linked, deep);
            count.walk(folder, DeepFolders.TOP, 0);
            deep.forEach(folder, (below, path) -> {
                count.base = path;
                count.walk(below, DeepFolders.TOP, 0);
            });
            LinkedFiles.Sum several = linked.sum();
            return new TreeSize(count.sizeBytes + several.sizeBytes(), count.inodes + several.inodes() + 1);
        }
    }

    private static final class Count {
        private final LinkedFiles linked;
        private final DeepFolders deep;
        private byte[] base = DeepFolders.TOP;
        private long sizeBytes;
        private long inodes;

        Count(LinkedFiles linked, DeepFolders deep) {
            this.linked = linked;
            this.deep = deep;
        }

        /** @param path below the base */
        void walk(Directory folder, byte[] path, int depth) {
            for (DirectoryEntry entry : folder.entries()) {
                Stat stat = folder.find(entry.name()).orElse(null);
                if (stat == null) {
                    continue; // a container removed it meanwhile
                }
                if (stat.isDirectory()) {
                    inodes++;
                    below(folder, entry.name(), DeepFolders.join(path, entry.name()), depth + 1);
                } else if (stat.links() > 1) {
                    linked.add(stat);
                } else {
                    inodes++;
                    sizeBytes += stat.isRegular() ? stat.sizeBytes() : 0;
                }
            }
        }

        private void below(Directory folder, byte[] name, byte[] path, int depth) {
            if (depth > DeepFolders.LEVELS) {
                deep.add(DeepFolders.join(base, path));
                return;
            }
            folder.findDirectory(name, Resolve.NO_SYMLINKS).ifPresent(below -> {
                try (below) {
                    walk(below, path, depth);
                }
            });
        }
    }
}
