package io.felucca.linux;

import java.util.HashSet;
import java.util.Set;

/**
 * What a folder's tree holds, as Docker counts it: the sizes of regular files, one with several hard links once.
 *
 * @param inodes the folder itself included
 */
public record TreeSize(long sizeBytes, long inodes) {

    public static TreeSize of(Directory folder) {
        Count count = new Count();
        count.walk(folder);
        return new TreeSize(count.sizeBytes, count.inodes + 1);
    }

    private static final class Count {
        private final Set<InodeId> linked = new HashSet<>();
        private long sizeBytes;
        private long inodes;

        void walk(Directory folder) {
            for (DirectoryEntry entry : folder.list()) {
                Stat stat = folder.find(entry.name()).orElse(null);
                if (stat == null) {
                    continue; // a container removed it meanwhile
                }
                if (stat.isDirectory()) {
                    inodes++;
                    folder.findDirectory(entry.name(), Resolve.NO_SYMLINKS).ifPresent(below -> {
                        try (below) {
                            walk(below);
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
