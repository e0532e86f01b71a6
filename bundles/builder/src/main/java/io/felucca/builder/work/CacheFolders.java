package io.felucca.builder.work;

import io.felucca.FeluccaException;
import io.felucca.builder.files.Cancellation;
import io.felucca.dockerfile.RunMount.Sharing;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.folders.RecordFile;
import io.felucca.linux.tree.TreeSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The folders of {@code RUN --mount=type=cache}, which stay from build to build until they are pruned. Which steps use
 * one now is known to this object alone: a step ends with its engine. Thread-safe.
 */
public final class CacheFolders {

    private static final int ALONE = -1;
    private static final long LOOK_MILLIS = 200;

    private final Path parent;
    private final Directories directories;
    private final Map<String, Integer> users = new HashMap<>();

    public CacheFolders(Path parent, Directories directories) {
        this.parent = parent;
        this.directories = directories;
    }

    /** The folder of all caches; there once one was taken. */
    public Path folder() {
        return parent;
    }

    /** A folder in use, until it is closed. @param isNew whether it was made for this use */
    public record Taken(CacheFolders of, String name, Path path, boolean isNew) implements AutoCloseable {
        @Override
        public void close() {
            of.release(name);
        }
    }

    /**
     * Waits until the folder may be used so.
     *
     * @param name hexadecimal digits
     * @param wanted false ends the wait
     */
    public Taken take(String name, Sharing sharing, BooleanSupplier wanted) {
        RecordFile.makeFolder(parent);
        String taken = acquire(name, sharing, wanted);
        try (Directory folders = directories.open(parent)) {
            boolean made = folders.tryMakeDirectory(taken.getBytes(StandardCharsets.US_ASCII), 0755);
            return new Taken(this, taken, parent.resolve(taken), made);
        } catch (RuntimeException e) {
            release(taken);
            throw e;
        }
    }

    private synchronized String acquire(String name, Sharing sharing, BooleanSupplier wanted) {
        int copy = 0;
        String folder = name;
        while (!tryAcquire(folder, sharing)) {
            if (sharing == Sharing.PRIVATE) {
                folder = name + "-" + ++copy;
                continue;
            }
            Cancellation.check(wanted);
            try {
                wait(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FeluccaException(FeluccaException.Kind.UNAVAILABLE, "the build was interrupted", e);
            }
        }
        return folder;
    }

    private boolean tryAcquire(String folder, Sharing sharing) {
        int now = users.getOrDefault(folder, 0);
        if (sharing == Sharing.SHARED ? now == ALONE : now != 0) {
            return false;
        }
        users.put(folder, sharing == Sharing.SHARED ? now + 1 : ALONE);
        return true;
    }

    private synchronized void release(String folder) {
        users.computeIfPresent(folder, (name, count) -> count <= 1 ? null : count - 1);
        notifyAll();
    }

    /** Removes what no step uses; gives the bytes that it held. */
    public synchronized long prune() {
        RecordFile.makeFolder(parent);
        long bytes = 0;
        try (Directory folders = directories.open(parent)) {
            for (DirectoryEntry entry : List.copyOf(folders.list())) {
                if (!users.containsKey(new String(entry.name(), StandardCharsets.US_ASCII))) {
                    try (Directory cache = folders.openDirectory(entry.name(), Resolve.NO_SYMLINKS)) {
                        bytes += TreeSize.of(cache).sizeBytes();
                    }
                    folders.removeTree(entry.name());
                }
            }
        }
        return bytes;
    }
}
