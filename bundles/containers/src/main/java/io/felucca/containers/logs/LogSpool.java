package io.felucca.containers.logs;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one container's log: the one that the monitor writes, and what was rotated away, {@code .1} the newest.
 * The monitor's file is rotated by asking the monitor to begin anew: it replaces the file by an empty one, so the log's
 * path always names a file. {@code .0}, a second name of the monitor's file, keeps what is replaced so, also when the
 * monitor began anew of itself. Rotation and the opening of files take turns; reading does not.
 */
public final class LogSpool {

    private static final Logger LOG = LoggerFactory.getLogger(LogSpool.class);

    private final Path current;
    private final int maxFiles;
    private final boolean halved;
    private final long maxBytes;
    private final boolean compressed;
    /** How often it was rotated, since this engine looks after it. */
    private int generation;
    /** The file that the monitor was asked to leave. */
    private Object asked;

    /** Calls of {@link #compress} that are not served. */
    private final AtomicInteger waiting = new AtomicInteger();

    /** Files of any size. @param maxFiles the current one included; one is kept as two, so that there always is a past */
    public LogSpool(Path current, int maxFiles) {
        this(current, maxFiles, -1);
    }

    /** Files that stay plain. @param maxBytes of each file, half of it where one file is to be kept; -1 for any size */
    public LogSpool(Path current, int maxFiles, long maxBytes) {
        this(current, maxFiles, maxBytes, false);
    }

    /** @param compressed whether rotated files are compressed */
    public LogSpool(Path current, int maxFiles, long maxBytes, boolean compressed) {
        this.current = current;
        halved = maxFiles < 2;
        this.maxFiles = Math.max(2, maxFiles);
        this.maxBytes = maxBytes;
        this.compressed = compressed;
    }

    /** The size at which a file is rotated, of the bound that was asked for. */
    public long fileBytes(long maxBytes) {
        return halved ? maxBytes / 2 : maxBytes;
    }

    /** Opens all, the oldest first. */
    List<SpoolFile> openAll() {
        synchronized (lock()) {
            takeOver();
            List<SpoolFile> files = new ArrayList<>();
            for (int i = maxFiles - 1; i >= 1; i--) {
                openRotated(i).ifPresent(files::add);
            }
            openNewest().ifPresent(files::add);
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
            takeOver();
            int age = generation - file.generation();
            for (int i = Math.min(age - 1, maxFiles - 1); i >= 1; i--) {
                Optional<SpoolFile> next = openRotated(i);
                if (next.isPresent()) {
                    return next;
                }
            }
            return openNewest();
        }
    }

    /** The monitor's file, by the name that stays when the monitor leaves it. */
    private Optional<SpoolFile> openNewest() {
        Optional<SpoolFile> kept = open(rotated(0), generation);
        return kept.isPresent() ? kept : open(current, generation);
    }

    /**
     * Asks the monitor to begin a new file when the current one has grown to that size. What it has left by then is
     * counted as rotated, the oldest file beyond the number is dropped, and all are brought within their bound.
     *
     * @param reopen asks the monitor
     * @return whether it was asked
     */
    public boolean rotate(long fileBytes, Runnable reopen) {
        Object file;
        synchronized (lock()) {
            try {
                takeOver();
                bound();
                file = key(current).orElse(null);
                if (file == null || file.equals(asked) || Files.size(current) < fileBytes) {
                    return false;
                }
                keep();
                if (!key(rotated(0)).equals(Optional.of(file))) {
                    // The monitor began this file since the last one was looked at, which is counted first, next time.
                    return false;
                }
            } catch (NoSuchFileException e) {
                return false;
            } catch (IOException e) {
                throw FeluccaException.system("cannot rotate the log " + current + ": " + e.getMessage(), e);
            }
            asked = file;
        }
        boolean told = false;
        try {
            reopen.run();
            told = true;
            return true;
        } finally {
            if (!told) {
                synchronized (lock()) {
                    asked = null;
                }
            }
        }
    }

    /** The monitor has ended: what it left is brought within the bound, in its place. */
    public void end() {
        synchronized (lock()) {
            asked = null;
            try {
                if (maxBytes > 0 && SpoolTrimmer.exceeds(Files.size(current), fileBytes(maxBytes))) {
                    keep();
                    Path fresh = current.resolveSibling(current.getFileName() + ".tmp");
                    Files.deleteIfExists(fresh);
                    Files.createFile(
                            fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                    Files.move(fresh, current, ATOMIC_MOVE, REPLACE_EXISTING);
                }
                takeOver();
                bound();
            } catch (NoSuchFileException e) {
                LOG.debug("the log {} is gone", current);
            } catch (IOException e) {
                throw FeluccaException.system("cannot bound the log " + current + ": " + e.getMessage(), e);
            }
        }
    }

    /** Gives the monitor's file its second name. */
    private void keep() throws IOException {
        if (Files.notExists(rotated(0))) {
            Files.createLink(rotated(0), current);
        }
    }

    /** Counts a file that the monitor has left as rotated. */
    private void takeOver() {
        try {
            Optional<Object> kept = key(rotated(0));
            if (kept.isEmpty() || key(current).equals(kept)) {
                return;
            }
            int free = 1;
            while (free < maxFiles - 1 && Files.exists(kept(free))) {
                free++;
            }
            Set<Boolean> torn = Files.exists(kept(free)) ? openLines(kept(free)) : Set.of();
            for (int i = free - 1; i >= 0; i--) {
                renumber(i);
            }
            generation++;
            asked = null;
            if (Files.exists(current)) {
                keep();
            }
            if (!torn.isEmpty()) {
                SpoolTrimmer.cut(kept(free), torn, 0);
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot rotate the log " + current + ": " + e.getMessage(), e);
        }
    }

    /** A log without a bound of bytes is read by its driver, at places in its files: those stay as they are. */
    private Set<Boolean> openLines(Path file) throws IOException {
        return maxBytes > 0 ? SpoolTrimmer.openAtEnd(file) : Set.of();
    }

    private void bound() throws IOException {
        if (maxBytes <= 0) {
            return;
        }
        List<Path> files = new ArrayList<>();
        for (int i = maxFiles - 1; i >= 1; i--) {
            if (Files.exists(kept(i))) {
                files.add(kept(i));
            }
        }
        SpoolTrimmer.bound(files, fileBytes(maxBytes) * (maxFiles - 1));
    }

    private Path rotated(int number) {
        return current.resolveSibling(current.getFileName() + "." + number);
    }

    private Path packed(int number) {
        return current.resolveSibling(current.getFileName() + "." + number + SpoolCompression.SUFFIX);
    }

    /** The form that a rotated file is in. A crash may have left both: they have the same lines. */
    private Path kept(int number) {
        return number > 0 && Files.exists(packed(number)) && Files.notExists(rotated(number))
                ? packed(number)
                : rotated(number);
    }

    private void renumber(int number) throws IOException {
        boolean isPacked = kept(number).equals(packed(number));
        Files.move(kept(number), isPacked ? packed(number + 1) : rotated(number + 1), ATOMIC_MOVE, REPLACE_EXISTING);
        Files.deleteIfExists(isPacked ? rotated(number + 1) : packed(number + 1));
        if (!isPacked) {
            Files.deleteIfExists(packed(number));
        }
    }

    private Optional<SpoolFile> openRotated(int number) {
        return open(kept(number), generation - number);
    }

    /**
     * Compresses what was rotated away, where that is asked for. Readers are held up only while a file takes another's
     * place. One caller works, also for those that call meanwhile, who return at once.
     */
    public void compress() {
        if (!compressed || waiting.getAndIncrement() > 0) {
            return;
        }
        int served = 0;
        try {
            do {
                served = waiting.get();
                compressAll();
            } while (waiting.addAndGet(-served) > 0);
            served = 0;
        } catch (NoSuchFileException e) {
            LOG.debug("the log {} is gone", current);
        } catch (IOException e) {
            throw FeluccaException.system("cannot compress the log " + current + ": " + e.getMessage(), e);
        } finally {
            if (served > 0) {
                waiting.set(0);
            }
        }
    }

    private void compressAll() throws IOException {
        Path beside = current.resolveSibling(current.getFileName() + ".packing");
        for (int i = 1; i < maxFiles; i++) {
            Optional<SpoolFile> plain;
            synchronized (lock()) {
                plain = open(rotated(i), generation - i);
            }
            if (plain.isPresent()) {
                try (SpoolFile file = plain.get()) {
                    file.packTo(beside, current);
                    replacePlain(file.key(), beside);
                }
            }
        }
    }

    /** The file of that key may have another number by now, or be cut or gone: then its packed form is of no use. */
    private void replacePlain(Object key, Path packed) throws IOException {
        synchronized (lock()) {
            for (int i = 1; i < maxFiles; i++) {
                if (key(rotated(i)).filter(key::equals).isPresent()) {
                    Files.move(packed, packed(i), ATOMIC_MOVE, REPLACE_EXISTING);
                    Files.delete(rotated(i));
                    return;
                }
            }
            Files.deleteIfExists(packed);
        }
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
