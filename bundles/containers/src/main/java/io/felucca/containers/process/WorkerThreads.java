package io.felucca.containers.process;

import io.felucca.FeluccaException;
import io.felucca.linux.Poller;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of this bundle: one that polls, and workers that come with work and go after some idle seconds. Once closed
 * they refuse work with UNAVAILABLE: whoever is in the middle of something leaves the rest to the next engine.
 */
public final class WorkerThreads implements AutoCloseable {

    private static final long END_MILLIS = 2_000;

    private final Poller poller;
    private final Thread polling;
    private final ThreadPoolExecutor executor;

    public WorkerThreads(Poller poller) {
        this.poller = poller;
        AtomicInteger count = new AtomicInteger();
        executor = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(work, "felucca-containers-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        executor.setRejectedExecutionHandler((work, ended) -> {
            throw FeluccaException.unavailable("the engine is stopping: nothing more is begun");
        });
        polling = new Thread(poller::run, "felucca-containers-poller");
        polling.setDaemon(true);
        polling.start();
    }

    public Poller poller() {
        return poller;
    }

    public ThreadPoolExecutor executor() {
        return executor;
    }

    /** Waits for work done beside, and throws what it threw. */
    public static void join(CompletableFuture<Void> work) {
        try {
            work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof FeluccaException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Ends polling, so that descriptors may be closed by anybody. */
    public void stopPolling() {
        poller.close();
        try {
            polling.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
