package io.felucca.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * {@code framework} in the data root: the framework's cache of bundles, the JVM's temporary files, and the lock that
 * keeps two launchers from one cache. (The engine's own lock is taken later, by a bundle.)
 */
final class WorkFolder implements AutoCloseable {

    private final FileChannel lock;

    private WorkFolder(FileChannel lock) {
        this.lock = lock;
    }

    static Path path(EngineOptions options) {
        return options.path(Option.DATA_ROOT).resolve("framework");
    }

    /** Makes the roots and takes the lock. @throws LaunchException when another engine has it, or without root */
    static WorkFolder lock(EngineOptions options) throws IOException {
        if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new LaunchException("the felucca engine needs root privileges: start it as root");
        }
        makeFolder(options.path(Option.DATA_ROOT), "rwx--x---");
        makeFolder(options.path(Option.EXEC_ROOT), "rwx--x---");
        Path work = path(options);
        makeFolder(work, "rwx------");
        FileChannel channel =
                FileChannel.open(work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new LaunchException("data root " + options.path(Option.DATA_ROOT)
                    + " is in use by another engine: give this one its own --data-root");
        }
        Path temporary = work.resolve("tmp");
        empty(temporary);
        makeFolder(temporary, "rwx------");
        System.setProperty("java.io.tmpdir", temporary.toString());
        return new WorkFolder(channel);
    }

    @Override
    public void close() throws IOException {
        lock.close();
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
