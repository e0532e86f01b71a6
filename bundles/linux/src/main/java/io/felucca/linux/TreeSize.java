package io.felucca.linux;

import java.util.HashSet;
import java.util.Set;

/**
 * What a folder's tree holds, as Docker counts it: the sizes of regular files, one with several hard links once.
 *
 * <p>Folders nested deeper than {@value #DEPTH} are not counted: a container can nest them without an end.
 *
 * @param inodes the folder itself included
 */
public record TreeSize(long sizeBytes, long inodes) {

    private static final int DEPTH = 500;

    public static TreeSize of(Directory folder) {
        Count count = new Count();
        count.walk(folder, 0);
        return new TreeSize(count.sizeBytes, count.inodes + 1);
    }

    private static final class Count {
        private final Set<InodeId> linked = new HashSet<>();
        private long sizeBytes;
        private long inodes;

        void walk(Directory folder, int depth) {
            for (DirectoryEntry entry : folder.entries()) {
                Stat stat = folder.find(entry.name()).orElse(null);
                if (stat == null) {
                    continue; // a container removed it meanwhile
                }
                if (stat.isDirectory()) {
                    inodes++;
                    if (depth == DEPTH) {
                        continue;
                    }
                    folder.findDirectory(entry.name(), Resolve.NO_SYMLINKS).ifPresent(below -> {
                        try (below) {
                            walk(below, depth + 1);
                        }
                    });
                } else if (stat.links() < 2 || linked.add(new InodeId(stat.device(), stat.inode()))) {
                    inodes++;
                    sizeBytes += stat.isRegular() ? stat.sizeBytes() : 0;
                }
            }
        }
    }

    private record InodeId(long device, long inode) {}
}
