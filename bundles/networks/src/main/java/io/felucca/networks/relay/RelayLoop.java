package io.felucca.networks.relay;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that serves the channels of all relays. What a handler throws, an OutOfMemoryError included, is that
 * handler's alone: the thread ends only when the loop is closed.
 */
final class RelayLoop implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(RelayLoop.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Serves a ready channel, on the loop's thread. */
    interface Handler extends Closeable {
        void ready(SelectionKey key) throws IOException;

        /** Called with what {@link #ready} has thrown. A handler that serves more than one peer goes on instead. */
        default void failed(SelectionKey key, Throwable failure) {
            close();
        }

        @Override
        void close();
    }

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Queue<Periodic> periodic = new ConcurrentLinkedQueue<>();
    private final RelayBuffers buffers = new RelayBuffers();

    private static final class Periodic {
        private final long nanos;
        private final Runnable task;
        private long lastNanos = System.nanoTime();

        Periodic(long nanos, Runnable task) {
            this.nanos = nanos;
            this.task = task;
        }
    }

    RelayLoop() throws IOException {
        selector = Selector.open();
        Thread thread = new Thread(this::run, "felucca-relay");
        thread.setDaemon(true);
        thread.start();
    }

    /** Any thread may call it. */
    void register(SelectableChannel channel, int operations, Handler handler) {
        execute(() -> {
            try {
                channel.register(selector, operations, handler);
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                LOG.debug("relaying {}: {}", channel, e.toString());
                handler.close();
            }
        });
    }

    /** On the loop's thread, as all that handlers do. Any thread may call it. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Has a task performed about that often, on the loop's thread, until what it returns is closed. */
    Closeable every(Duration period, Runnable task) {
        Periodic added = new Periodic(period.toNanos(), task);
        periodic.add(added);
        selector.wakeup();
        return () -> periodic.remove(added);
    }

    /** For handlers, on the loop's thread. */
    RelayBuffers buffers() {
        return buffers;
    }

    private void run() {
        while (selector.isOpen()) {
            try {
                selector.select(this::serve, waitMillis());
            } catch (ClosedSelectorException e) {
                break;
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                LOG.warn("waiting for relayed connections, tried again: {}", e.toString());
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                perform(task);
            }
            performPeriodic();
        }
    }

    /** 0 for as long as it takes. */
    private long waitMillis() {
        long nanos = periodic.stream().mapToLong(one -> one.nanos).min().orElse(0);
        return nanos == 0 ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    private void performPeriodic() {
        long now = System.nanoTime();
        for (Periodic one : periodic) {
            if (now - one.lastNanos >= one.nanos) {
                one.lastNanos = now;
                perform(one.task);
            }
        }
    }

    private static void perform(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.debug("a task of the relays", e);
        }
    }

    private void serve(SelectionKey key) {
        Handler handler = (Handler) key.attachment();
        try {
            handler.ready(key);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.debug("relaying {}: {}", key.channel(), e.toString());
            perform(() -> handler.failed(key, e));
        }
    }

    /** Ends the thread, and with it connections that are open; the relays close their own channels. */
    @Override
    public void close() throws IOException {
        if (selector.isOpen()) {
            for (SelectionKey key : java.util.List.copyOf(selector.keys())) {
                ((Handler) key.attachment()).close();
            }
            selector.close();
        }
    }
}
