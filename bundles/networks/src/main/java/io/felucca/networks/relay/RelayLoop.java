package io.felucca.networks.relay;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that serves the channels of all relays. What a handler throws ends that handler alone. */
final class RelayLoop implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(RelayLoop.class);

    /** Serves a ready channel, on the loop's thread. */
    interface Handler extends Closeable {
        void ready(SelectionKey key) throws IOException;

        @Override
        void close();
    }

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

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
            } catch (IOException | RuntimeException e) {
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

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(this::serve);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    perform(task);
                }
            }
        } catch (IOException | java.nio.channels.ClosedSelectorException e) {
            LOG.debug("relays end: {}", e.toString());
        }
    }

    private static void perform(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.debug("a task of the relays", e);
        }
    }

    private void serve(SelectionKey key) {
        Handler handler = (Handler) key.attachment();
        try {
            handler.ready(key);
        } catch (IOException | RuntimeException e) {
            LOG.debug("relaying {}: {}", key.channel(), e.toString());
            handler.close();
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
