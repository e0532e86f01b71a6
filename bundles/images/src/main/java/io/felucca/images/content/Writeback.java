package io.felucca.images.content;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Brings a file to the disk while it is still being written, on a thread of its own, so that the sync at its end has
 * little left. One thread writes and asks.
 */
final class Writeback {

    private static final long STEP_BYTES = 16 << 20;
    private static final long IDLE_SECONDS = 5;
    private static final ExecutorService THREADS = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                Thread thread = new Thread(work, "felucca-writeback");
                thread.setDaemon(true);
                return thread;
            });

    private final FileChannel channel;
    private long begunBytes;
    private Future<?> running;

    Writeback(FileChannel channel) {
        this.channel = channel;
    }

    /** Told how long the file is by now. */
    void written(long sizeBytes) throws IOException {
        if (sizeBytes - begunBytes >= STEP_BYTES && (running == null || running.isDone())) {
            await();
            begunBytes = sizeBytes;
            Callable<Void> sync = () -> {
                channel.force(false);
                return null;
            };
            running = THREADS.submit(sync);
        }
    }

    /** Waits for what was begun, and tells what went wrong with it: the kernel tells it only once. */
    void await() throws IOException {
        if (running == null) {
            return;
        }
        try {
            running.get();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        running = null;
    }
}
