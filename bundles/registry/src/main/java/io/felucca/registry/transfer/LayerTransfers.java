package io.felucca.registry.transfer;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.ImageContent.Blob;
import io.felucca.registry.http.Connections;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Moves layers, several at a time; the first failure of any, or an interrupt, ends all of them. */
final class LayerTransfers {

    private static final long POLL_MILLIS = 200;
    private static final long END_SECONDS = 60;

    private final String threadName;
    private final int atOnce;
    private final Connections connections;

    /** @param connections aborted when a transfer fails, so that the others end as well */
    LayerTransfers(String threadName, int atOnce, Connections connections) {
        this.threadName = threadName;
        this.atOnce = atOnce;
        this.connections = connections;
    }

    /** The transfer of one layer, on a thread of its own. */
    interface Transfer {
        void run(Blob layer) throws IOException;
    }

    /** @param done told of each layer on the calling thread, in the order of the layers */
    void run(List<Blob> layers, Transfer transfer, Consumer<Blob> done) throws IOException {
        if (layers.isEmpty()) {
            return;
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(atOnce, layers.size()), work -> {
            Thread thread = new Thread(work, threadName);
            thread.setDaemon(true);
            return thread;
        });
        boolean whole = false;
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Blob layer : layers) {
                running.add(threads.submit(() -> {
                    transfer.run(layer);
                    return null;
                }));
            }
            awaitAll(running, layers, done);
            whole = true;
        } finally {
            if (!whole) {
                connections.abort();
                threads.shutdownNow();
            }
            end(threads);
        }
    }

    private static void awaitAll(List<Future<?>> running, List<Blob> layers, Consumer<Blob> done) throws IOException {
        try {
            for (int i = 0; i < running.size(); i++) {
                while (true) {
                    try {
                        running.get(i).get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                        break;
                    } catch (TimeoutException e) {
                        failIfAnyFailed(running);
                    }
                }
                done.accept(layers.get(i));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeluccaException(Kind.UNAVAILABLE, "context canceled", e);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
    }

    private static void failIfAnyFailed(List<Future<?>> running) throws InterruptedException, ExecutionException {
        for (Future<?> each : running) {
            if (each.isDone()) {
                each.get();
            }
        }
    }

    private static IOException rethrown(Throwable cause) {
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        return cause instanceof IOException e ? e : new IOException(cause);
    }

    private static void end(ExecutorService threads) {
        threads.shutdown();
        boolean interrupted = false;
        try {
            threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
