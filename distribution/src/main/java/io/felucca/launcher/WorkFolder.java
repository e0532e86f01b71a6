package io.felucca.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * {@code framework} in the data root: the framework's cache of bundles, the JVM's temporary files, and the lock that
 * keeps two launchers from one cache. (The engine's own lock is taken later, by a bundle.)
 *
 * <p>A reserve of space is kept there, too. A start on a full disk gives it back, so that the engine starts and its
 * records of removals can be written; a later start with space makes it again. Where that is not enough, the cache and
 * the temporary files are in {@code framework} of the exec root until the next start.
 */
final class WorkFolder implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger("io.felucca.launcher");

    /** A cache that is made anew takes less. */
    private static final int NEEDED_BYTES = 1 << 20;

    private static final int RESERVE_BYTES = 2 * NEEDED_BYTES;

    /** Before a folder's path: a property of the process, whichever loaders have this class. */
    private static final String CLAIM = "io.felucca.launcher.locked:";

    private final FileChannel lock;
    private final String claim;
    private final Path path;

    private WorkFolder(FileChannel lock, String claim, Path path) {
        this.lock = lock;
        this.claim = claim;
        this.path = path;
    }

    /** Where the cache and the temporary files are. */
    Path path() {
        return path;
    }

    /** Makes the roots and takes the lock. @throws LaunchException when another engine has it, or without root */
    static WorkFolder lock(EngineOptions options) throws IOException {
        if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new LaunchException("the felucca engine needs root privileges: start it as root");
        }
        makeFolder(options.path(Option.DATA_ROOT), "rwx--x---");
        makeFolder(options.path(Option.EXEC_ROOT), "rwx--x---");
        Path work = options.path(Option.DATA_ROOT).resolve("framework");
        makeFolder(work, "rwx------");
        String claim = CLAIM + work.toRealPath();
        // The kernel's lock is the process's: a second channel, when it is closed, would release the first one's.
        if (System.getProperties().putIfAbsent(claim, "") != null) {
            throw inUse(options);
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
            if (!locked) {
                throw inUse(options);
            }
        } finally {
            if (!locked) {
                release(channel, claim);
            }
        }
        Path path = withSpace(work, options.path(Option.EXEC_ROOT).resolve("framework"));
        System.setProperty("java.io.tmpdir", path.resolve("tmp").toString());
        return new WorkFolder(channel, claim, path);
    }

    private static LaunchException inUse(EngineOptions options) {
        return new LaunchException("data root " + options.path(Option.DATA_ROOT)
                + " is in use by another engine: give this one its own --data-root");
    }

    private static void release(FileChannel channel, String claim) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            System.clearProperty(claim);
        }
    }

    /** @return the first of them that takes what a start writes */
    static Path withSpace(Path work, Path instead) throws IOException {
        Path reserve = work.resolve("reserve");
        boolean space = hasSpace(work);
        if (space) {
            makeReserve(reserve);
        } else if (Files.deleteIfExists(reserve)) {
            space = hasSpace(work);
            LOG.warning("no space in " + work + ": this start uses up its reserve;"
                    + " remove containers, images or volumes, and restart the engine for a new reserve");
        }
        if (!space) {
            LOG.warning("cannot write to " + work + ": the cache of bundles is in " + instead
                    + " until the next start; remove other files from this disk");
            makeFolder(instead, "rwx------");
            makeTemporary(instead);
            return instead;
        }
        if (Files.isDirectory(instead)) {
            empty(instead);
        }
        return work;
    }

    private static boolean hasSpace(Path work) {
        try {
            requireSpace(work);
            return true;
        } catch (IOException e) {
            LOG.log(Level.FINE, "no space in " + work, e);
            return false;
        }
    }

    private static void requireSpace(Path work) throws IOException {
        makeTemporary(work);
        write(work.resolve("tmp/space"), NEEDED_BYTES);
        Files.delete(work.resolve("tmp/space"));
    }

    private static void makeReserve(Path reserve) {
        try {
            if (Files.notExists(reserve) || Files.size(reserve) != RESERVE_BYTES) {
                write(reserve, RESERVE_BYTES);
            }
        } catch (IOException e) {
            LOG.warning("cannot keep a reserve of space in " + reserve + ": " + e.getMessage());
        }
    }

    /** Bytes that no filesystem compresses; all of them or no file. */
    private static void write(Path file, int bytes) throws IOException {
        try (InputStream random = Files.newInputStream(Path.of("/dev/urandom"))) {
            Files.write(file, random.readNBytes(bytes));
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static void makeTemporary(Path work) throws IOException {
        Path temporary = work.resolve("tmp");
        empty(temporary);
        makeFolder(temporary, "rwx------");
    }

    @Override
    public void close() throws IOException {
        release(lock, claim);
    }

    private static void makeFolder(Path folder, String mode) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
    }

    static void empty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failed) throws IOException {
                if (!visited.equals(folder)) {
                    Files.delete(visited);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
