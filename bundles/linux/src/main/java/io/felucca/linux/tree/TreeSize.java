package io.felucca.linux.tree;

import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.spill.DeepFolders;
import io.felucca.linux.spill.LinkedFiles;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * What a folder's tree holds, as Docker counts it: the sizes of regular files, one with several hard links once. Counted
 * in bounded memory and descriptors; {@link DeepFolders} says what of a very deep tree is not counted.
 */
public record TreeSize(long sizeBytes, long inodes) {

    /** All of the tree, the folder itself included. */
    public static TreeSize of(Directory folder) {
        TreeSize below = below(folder, Optional.empty(), (before, now) -> false);
        return new TreeSize(below.sizeBytes(), below.inodes() + 1);
    }

    /**
     * What a tree holds that another one does not, without the folder itself.
     *
     * @param unchanged tells of a name that both have whether it is the same file still: the other's first
     */
    public static TreeSize ofChanges(Directory folder, Directory before, BiPredicate<Stat, Stat> unchanged) {
        return below(folder, Optional.of(before), unchanged);
    }

    private static TreeSize below(Directory folder, Optional<Directory> before, BiPredicate<Stat, Stat> unchanged) {
        try (Count count = new Count(unchanged)) {
            return count.all(folder, before);
        }
    }

    private static final class Count implements AutoCloseable {
        private final BiPredicate<Stat, Stat> unchanged;
        private final LinkedFiles linked = new LinkedFiles();
        private final DeepFolders deep = new DeepFolders();
        /** Folders that only the tree itself has. */
        private final DeepFolders deepNew = new DeepFolders();

        private byte[] base = DeepFolders.TOP;
        private long sizeBytes;
        private long inodes;

        Count(BiPredicate<Stat, Stat> unchanged) {
            this.unchanged = unchanged;
        }

        TreeSize all(Directory folder, Optional<Directory> before) {
            walk(folder, before, DeepFolders.TOP, 0);
            deep.forEach(folder, (below, path) -> {
                base = path;
                Optional<Directory> beforeBelow = DeepFolders.open(before.orElseThrow(), path);
                try {
                    walk(below, beforeBelow, DeepFolders.TOP, 0);
                } finally {
                    beforeBelow.ifPresent(Directory::close);
                }
            });
            deepNew.forEach(folder, (below, path) -> {
                base = path;
                walk(below, Optional.empty(), DeepFolders.TOP, 0);
            });
            LinkedFiles.Sum several = linked.sum();
            return new TreeSize(sizeBytes + several.sizeBytes(), inodes + several.inodes());
        }

        /** @param path below the base */
        private void walk(Directory folder, Optional<Directory> before, byte[] path, int depth) {
            for (DirectoryEntry entry : folder.entries()) {
                byte[] name = entry.name();
                Optional<Stat> now = folder.find(name);
                if (now.isEmpty()) {
                    continue; // a container removed it meanwhile
                }
                Optional<Stat> was = before.flatMap(other -> other.find(name));
                if (was.isEmpty() || !unchanged.test(was.get(), now.get())) {
                    add(now.get());
                }
                if (now.get().isDirectory()) {
                    boolean wasDirectory = was.isPresent() && was.get().isDirectory();
                    below(
                            folder,
                            wasDirectory ? before : Optional.empty(),
                            name,
                            DeepFolders.join(path, name),
                            depth + 1);
                }
            }
        }

        private void add(Stat stat) {
            if (stat.links() > 1 && !stat.isDirectory()) {
                linked.add(stat);
            } else {
                inodes++;
                sizeBytes += stat.isRegular() ? stat.sizeBytes() : 0;
            }
        }

        private void below(Directory folder, Optional<Directory> before, byte[] name, byte[] path, int depth) {
            if (depth > DeepFolders.LEVELS) {
                (before.isPresent() ? deep : deepNew).add(DeepFolders.join(base, path));
                return;
            }
            Optional<Directory> opened = folder.findDirectory(name, Resolve.NO_SYMLINKS);
            if (opened.isEmpty()) {
                return;
            }
            try (Directory below = opened.get()) {
                Optional<Directory> beforeBelow =
                        before.flatMap(other -> other.findDirectory(name, Resolve.NO_SYMLINKS));
                try {
                    walk(below, beforeBelow, path, depth);
                } finally {
                    beforeBelow.ifPresent(Directory::close);
                }
            }
        }

        @Override
        public void close() {
            linked.close();
            deep.close();
            deepNew.close();
        }
    }
}
