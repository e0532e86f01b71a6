package io.felucca.containers.streams;

import io.felucca.containers.Containers.OutputSink;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * One joined client: its queue of output, and the thread that empties it into the client's sink. The queue's bound is
 * kept by the hub, which stops reading for a client that is slow and drops one that takes nothing.
 */
final class Client implements Runnable {

    /** What may wait for a client; hundreds that are waited for fit the heap. */
    static final int QUEUE_BYTES = 256 * 1024;

    private record Chunk(boolean stderr, byte[] bytes) {}

    private final OutputSink sink;
    private final boolean stdout;
    private final boolean stderr;
    private final boolean first;
    private final Runnable before;
    private final Runnable emptier;
    private final Queue<Chunk> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean ended;
    private boolean closed;
    private long progressNanos = System.nanoTime();
    final CompletableFuture<Void> done = new CompletableFuture<>();

    /**
     * @param first whether it was there before the process
     * @param before runs first on the client's thread: what was logged
     * @param emptier told when a full queue has room again
     */
    Client(OutputSink sink, boolean stdout, boolean stderr, boolean first, Runnable before, Runnable emptier) {
        this.sink = sink;
        this.stdout = stdout;
        this.stderr = stderr;
        this.first = first;
        this.before = before;
        this.emptier = emptier;
    }

    boolean first() {
        return first;
    }

    /** Queues output; the bytes are shared by all clients and not changed. @return whether the queue is full now */
    synchronized boolean offer(boolean error, byte[] bytes) {
        if (closed || !(error ? stderr : stdout)) {
            return false;
        }
        if (queue.isEmpty()) {
            progressNanos = System.nanoTime();
        }
        queue.add(new Chunk(error, bytes));
        queuedBytes += bytes.length;
        notifyAll();
        return queuedBytes >= QUEUE_BYTES;
    }

    synchronized boolean isFull() {
        return !closed && queuedBytes >= QUEUE_BYTES;
    }

    /** Whether it has been full and has taken nothing for that long. */
    synchronized boolean isStalled(long nanos) {
        return !closed && queuedBytes >= QUEUE_BYTES && System.nanoTime() - progressNanos > nanos;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** All output is queued. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Nothing more is delivered; {@link #done} completes at once, even while the sink blocks. */
    void close() {
        synchronized (this) {
            closed = true;
            queue.clear();
            queuedBytes = 0;
            notifyAll();
        }
        done.complete(null);
    }

    @Override
    public void run() {
        try {
            before.run();
            while (true) {
                Chunk chunk = take();
                if (chunk == null) {
                    return;
                }
                if (!sink.write(chunk.stderr, chunk.bytes, 0, chunk.bytes.length)) {
                    close();
                } else {
                    delivered(chunk);
                }
            }
        } finally {
            boolean complete;
            synchronized (this) {
                complete = !closed;
                closed = true;
                queue.clear();
            }
            if (complete) {
                sink.end();
            }
            emptier.run();
            done.complete(null);
        }
    }

    private synchronized Chunk take() {
        while (queue.isEmpty() && !ended && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closed = true;
            }
        }
        return closed ? null : queue.poll();
    }

    private void delivered(Chunk chunk) {
        boolean room;
        synchronized (this) {
            progressNanos = System.nanoTime();
            boolean wasFull = queuedBytes >= QUEUE_BYTES;
            queuedBytes -= Math.min(queuedBytes, chunk.bytes.length);
            room = wasFull && queuedBytes < QUEUE_BYTES;
        }
        if (room) {
            emptier.run();
        }
    }
}
