package io.felucca.runtime.oci.cgroup;

import io.felucca.FeluccaException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads outside the engine's cgroups, for a child begins in the cgroups of the thread that makes it. They come with work
 * and go after some idle seconds.
 */
public final class OutsideThreads implements AutoCloseable {

    private static final int IDLE_SECONDS = 5;

    private final ThreadLocal<Boolean> outside = ThreadLocal.withInitial(() -> false);
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                Thread thread = new Thread(work, "felucca-monitor-start");
                thread.setDaemon(true);
                return thread;
            });

    /** Runs work, which may {@link #leave}, and does not wait for it. */
    void begin(Runnable work) {
        threads.execute(work);
    }

    /** Takes the calling thread, which is one of these, out of the engine's cgroups. */
    void leave() {
        if (!outside.get()) {
            OwnCgroups.read().leaveByThread();
            outside.set(true);
        }
    }

    /** Runs work on such a thread, outside, and waits for it. */
    public <R> R run(Callable<R> work) {
        try {
            return threads.submit(() -> {
                        leave();
                        return work.call();
                    })
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FeluccaException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeluccaException(FeluccaException.Kind.UNAVAILABLE, "interrupted while starting a monitor", e);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
