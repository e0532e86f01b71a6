package io.felucca.containers.logs;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of one container's log: the one that the monitor writes, and what was rotated away, {@code .1} the newest.
 * Rotation and the opening of files take turns; reading does not.
 */
public final class Spool {

    private final Path current;
    private final int maxFiles;
    private final boolean halved;
    /** How often it was rotated, since this engine looks after it. */
    private int generation;

    /** @param maxFiles the current one included; one is kept as two of half the size, so that there always is a past */
    public Spool(Path current, int maxFiles) {
        this.current = current;
        halved = maxFiles < 2;
        this.maxFiles = Math.max(2, maxFiles);
    }

    /** The size at which a file is rotated, of the bound that was asked for. */
    public long fileBytes(long maxBytes) {
        return halved ? maxBytes / 2 : maxBytes;
    }

    /** Opens all, the oldest first. */
    List<SpoolFile> openAll() {
        synchronized (lock()) {
            List<SpoolFile> files = new ArrayList<>();
            for (int i = maxFiles - 1; i >= 1; i--) {
                open(rotated(i), generation - i).ifPresent(files::add);
            }
            open(current, generation).ifPresent(files::add);
            return files;
        }
    }

    /** Opens the file of that key, wherever it was renamed to; when it is gone, the oldest that is left. */
    Optional<SpoolFile> openByKey(Object key) {
        synchronized (lock()) {
            List<SpoolFile> files = openAll();
            SpoolFile found = files.stream()
                    .filter(file -> file.key().equals(key))
                    .findFirst()
                    .orElse(files.isEmpty() ? null : files.get(0));
            files.stream().filter(file -> file != found).forEach(SpoolFile::close);
            return Optional.ofNullable(found);
        }
    }

    boolean isCurrent(SpoolFile file) {
        synchronized (lock()) {
            return key(current).filter(file.key()::equals).isPresent();
        }
    }

    /**
     * Opens what was written after that file. When it is gone already, so slow was its reader, the oldest that is left.
     *
     * @return empty while the monitor has not made the next one
     */
    Optional<SpoolFile> openAfter(SpoolFile file) {
        synchronized (lock()) {
            // At the same generation the monitor itself began anew, since nobody rotated in time.
            int age = generation - file.generation();
            for (int i = Math.min(age - 1, maxFiles - 1); i >= 1; i--) {
                Optional<SpoolFile> next = open(rotated(i), generation - i);
                if (next.isPresent()) {
                    return next;
                }
            }
            return open(current, generation);
        }
    }

    /**
     * Renames the current file away when it has grown to that size, and drops the oldest.
     *
     * @param reopen tells the monitor to begin a new file
     * @return whether it was rotated
     */
    public boolean rotate(long maxBytes, Runnable reopen) {
        synchronized (lock()) {
            try {
                if (Files.size(current) < maxBytes) {
                    return false;
                }
                for (int i = maxFiles - 2; i >= 1; i--) {
                    if (Files.exists(rotated(i))) {
                        Files.move(rotated(i), rotated(i + 1), ATOMIC_MOVE, REPLACE_EXISTING);
                    }
                }
                Files.move(current, rotated(1), ATOMIC_MOVE, REPLACE_EXISTING);
                generation++;
            } catch (NoSuchFileException e) {
                // Rotated a moment ago: the monitor has not begun the new one yet.
                return false;
            } catch (IOException e) {
                throw FeluccaException.system("cannot rotate the log " + current + ": " + e.getMessage(), e);
            }
        }
        reopen.run();
        return true;
    }

    private Path rotated(int number) {
        return current.resolveSibling(current.getFileName() + "." + number);
    }

    private Object lock() {
        return this;
    }

    private static Optional<SpoolFile> open(Path path, int generation) {
        try {
            while (true) {
                Optional<Object> before = key(path);
                if (before.isEmpty()) {
                    return Optional.empty();
                }
                SpoolFile file = new SpoolFile(path, before.get(), generation, SpoolFile.open(path));
                if (key(path).equals(before)) {
                    return Optional.of(file);
                }
                // The monitor began anew between the two.
                file.close();
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FeluccaException.system("cannot open the log " + path + ": " + e.getMessage(), e);
        }
    }

    private static Optional<Object> key(Path path) {
        try {
            return Optional.of(Files.getAttribute(path, "unix:ino"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FeluccaException.system("cannot look at the log " + path + ": " + e.getMessage(), e);
        }
    }
}
