package io.felucca.registry.client;

import java.util.function.BooleanSupplier;

/**
 * Ends the connections of a piece of work as soon as its caller is interrupted or wants nothing more: a read from a socket
 * notices neither by itself. Closed by the caller when the work is over.
 */
final class CancelWatch implements AutoCloseable {

    private static final long POLL_MILLIS = 100;

    private final Thread caller = Thread.currentThread();
    private final BooleanSupplier cancelled;
    private final Runnable abort;
    private volatile boolean fired;
    private boolean done;

    /** @param cancelled asked on another thread, until this is closed */
    CancelWatch(BooleanSupplier cancelled, Runnable abort) {
        this.cancelled = cancelled;
        this.abort = abort;
        Thread watcher = new Thread(this::watch, "felucca-registry-watch");
        watcher.setDaemon(true);
        watcher.start();
    }

    private synchronized void watch() {
        try {
            while (!done) {
                if (caller.isInterrupted() || cancelled.getAsBoolean()) {
                    fired = true;
                    abort.run();
                    return;
                }
                wait(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether what went wrong with the work is a consequence of its end. */
    boolean hasCancelled() {
        return fired || caller.isInterrupted();
    }

    /** Returns when nothing is asked any more. */
    @Override
    public synchronized void close() {
        done = true;
        notifyAll();
    }
}
