package io.felucca.embedding.service;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A stream of what a façade gives to a sink on a thread that it keeps. The sink's thread waits while {@link #CAPACITY}
 * are not read yet. An interrupt of the reader ends the stream for it.
 */
final class BlockingStream<T> extends AbstractSpliterator<T> {

    private static final int CAPACITY = 256;

    private final Queue<T> unread = new ArrayDeque<>();
    private boolean ended;
    private boolean closed;
    private RuntimeException failure;

    private BlockingStream() {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    }

    /** @param source called once, on a thread of the executor; the stream ends when it returns, and fails as it does */
    static <T> Stream<T> of(Executor threads, Consumer<BlockingStream<T>> source) {
        BlockingStream<T> stream = new BlockingStream<>();
        threads.execute(() -> {
            RuntimeException thrown = null;
            try {
                source.accept(stream);
            } catch (RuntimeException e) {
                thrown = e;
            }
            stream.end(thrown);
        });
        return StreamSupport.stream(stream, false).onClose(stream::close);
    }

    /** Gives one; false when nobody wants more. */
    synchronized boolean give(T next) {
        try {
            while (unread.size() >= CAPACITY && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        if (!closed) {
            unread.add(next);
            notifyAll();
        }
        return !closed;
    }

    synchronized boolean isWanted() {
        return !closed;
    }

    private synchronized void end(RuntimeException thrown) {
        ended = true;
        failure = thrown;
        notifyAll();
    }

    private synchronized void close() {
        closed = true;
        unread.clear();
        notifyAll();
    }

    @Override
    public boolean tryAdvance(Consumer<? super T> action) {
        T next = next();
        if (next == null) {
            return false;
        }
        action.accept(next);
        return true;
    }

    private synchronized T next() {
        try {
            while (unread.isEmpty() && !ended && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
        }
        T next = unread.poll();
        notifyAll();
        if (next == null && failure != null && !closed) {
            throw failure;
        }
        return next;
    }
}
