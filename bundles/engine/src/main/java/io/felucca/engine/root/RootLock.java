package io.felucca.engine.root;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A data root's lock: the kernel gives it back when the process ends, however it ends. */
final class RootLock {

    private final Path file;
    private final FileChannel channel;

    private RootLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** @throws FeluccaException CONFLICT when an engine, in this process or another, holds it */
    static RootLock take(Path dataRoot) {
        Path file = dataRoot.resolve("engine.lock");
        FileChannel channel = null;
        boolean held = false;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                held = true;
                channel.truncate(0);
                String pid = ProcessHandle.current().pid() + "\n";
                channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
                return new RootLock(file, channel);
            }
            throw inUse(dataRoot, pid(channel));
        } catch (OverlappingFileLockException e) {
            throw inUse(dataRoot, Long.toString(ProcessHandle.current().pid()));
        } catch (IOException e) {
            throw FeluccaException.system("cannot lock the data root by " + file + ": " + e.getMessage(), e);
        } finally {
            if (!held) {
                closeQuietly(channel);
            }
        }
    }

    private static FeluccaException inUse(Path dataRoot, String pid) {
        return FeluccaException.conflict("data root " + dataRoot + " is in use by another engine (process " + pid
                + "): stop that one, or give this one a data root of its own");
    }

    private static String pid(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        channel.read(bytes, 0);
        String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).trim();
        return pid.isEmpty() ? "unknown" : pid;
    }

    /** Gives the root back. */
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw FeluccaException.system("cannot unlock " + file + ": " + e.getMessage(), e);
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot close the lock file: " + e.getMessage(), e);
        }
    }
}
