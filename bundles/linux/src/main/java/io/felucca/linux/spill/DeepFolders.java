package io.felucca.linux.spill;

import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The folders of a tree that a walk leaves for later, since each level above them holds a descriptor: a container can
 * nest folders without end. Bounded in memory, descriptors, disk and time: a folder whose path has more than 64 KiB is
 * passed over, and so are those after the first 256 MiB of paths. One use, one thread.
 */
public final class DeepFolders implements AutoCloseable {

    /** How many levels a walk goes down at once. */
    public static final int LEVELS = 200;

    /** The path of the tree's top. */
    public static final byte[] TOP = {};

    private static final int LONGEST_PATH_BYTES = 64 << 10;
    private static final long ALL_PATHS_BYTES = 256L << 20;

    /** The kernel takes paths up to 4,095 bytes. */
    private static final int PATH_BYTES = 4000;

    private final long allPathsBytes;
    private RecordSorter sorter = new RecordSorter();
    private RecordSorter.Sorting next = sorter.begin();
    private long bytes;
    private boolean any;

    public DeepFolders() {
        this(ALL_PATHS_BYTES);
    }

    DeepFolders(long allPathsBytes) {
        this.allPathsBytes = allPathsBytes;
    }

    /** The path of a folder's entry; without a copy at the top. */
    public static byte[] join(byte[] folder, byte[] name) {
        if (folder.length == 0) {
            return name;
        }
        byte[] path = Arrays.copyOf(folder, folder.length + 1 + name.length);
        path[folder.length] = '/';
        System.arraycopy(name, 0, path, folder.length + 1, name.length);
        return path;
    }

    /** @param path below the top of the tree */
    public void add(byte[] path) {
        if (path.length > LONGEST_PATH_BYTES || bytes + path.length > allPathsBytes) {
            return;
        }
        next.add(path);
        bytes += path.length;
        any = true;
    }

    /**
     * Gives all that are still there, and those that are added meanwhile; closes each.
     *
     * @param top of the tree
     * @param walk takes an open folder and its path below the top
     */
    public void forEach(Directory top, BiConsumer<Directory, byte[]> walk) {
        while (any) {
            any = false;
            try (RecordSorter now = sorter;
                    SortedRecords paths = next.sorted()) {
                sorter = new RecordSorter();
                next = sorter.begin();
                paths.forEachRemaining(path -> open(top, path).ifPresent(folder -> {
                    try (folder) {
                        walk.accept(folder, path);
                    }
                }));
            }
        }
    }

    /** Opens a folder at whatever depth, a part of its path at a time; empty when it is not there any more. */
    public static Optional<Directory> open(Directory top, byte[] path) {
        Directory at = null;
        int begin = 0;
        while (true) {
            int end = path.length;
            if (end - begin > PATH_BYTES) {
                end = begin + PATH_BYTES;
                while (path[end] != '/') {
                    end--;
                }
            }
            Directory from = at == null ? top : at;
            Optional<Directory> opened;
            try {
                opened = from.findDirectory(Arrays.copyOfRange(path, begin, end), Resolve.NO_SYMLINKS);
            } finally {
                if (at != null) {
                    at.close();
                }
            }
            if (opened.isEmpty() || end == path.length) {
                return opened;
            }
            at = opened.get();
            begin = end + 1;
        }
    }

    @Override
    public void close() {
        sorter.close();
    }
}
