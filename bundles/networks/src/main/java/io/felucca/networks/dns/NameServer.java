package io.felucca.networks.dns;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves names to all containers on one thread, which is there once the first asks for it. Sockets belong to the
 * containers' namespaces; what is asked of others goes out by sockets of the host. Thread-safe.
 */
public final class NameServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NameServer.class);
    private static final long TICK_MILLIS = 250;
    private static final long END_MILLIS = 2_000;
    private static final long PAUSE_NANOS = 250_000_000;

    /** Whoever owns a channel. */
    interface Ready {
        /** @throws IOException when the channel is to be closed */
        void ready(SelectionKey key) throws IOException;
    }

    /** Sockets of one container. */
    private record Service(DatagramChannel udp, ServerSocketChannel tcp, TcpClients clients) {}

    private final Responder responder;
    private final NameBook book;
    private final DnsForwarder forwarder;
    private final Map<String, Service> services = new ConcurrentHashMap<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Map<SelectionKey, Integer> paused = new HashMap<>();
    private long pausedAtNanos;
    private volatile Selector selector;
    private Thread thread;

    public NameServer(NameBook book) {
        this.book = book;
        responder = new Responder(book);
        forwarder = new DnsForwarder(this);
    }

    /** Serves a container at sockets that are bound in its namespace; they are the server's from now on. */
    public void open(String containerId, DatagramChannel udp, ServerSocketChannel tcp) throws IOException {
        close(containerId);
        TcpClients clients = new TcpClients(containerId, tcp, this);
        services.put(containerId, new Service(udp, tcp, clients));
        start();
        tasks.add(() -> {
            register(udp, SelectionKey.OP_READ, new UdpClients(containerId, udp, this));
            register(tcp, SelectionKey.OP_ACCEPT, clients);
        });
        selector.wakeup();
    }

    public boolean serves(String containerId) {
        return services.containsKey(containerId);
    }

    public void close(String containerId) {
        Service gone = services.remove(containerId);
        if (gone != null) {
            closeQuietly(gone.udp);
            closeQuietly(gone.tcp);
            gone.clients.close();
            // A closed channel's descriptor goes once the selector has looked.
            selector.wakeup();
        }
    }

    Responder responder() {
        return responder;
    }

    NameBook book() {
        return book;
    }

    DnsForwarder forwards() {
        return forwarder;
    }

    /** On the server's thread. */
    void register(SelectableChannel channel, int interest, Ready ready) {
        try {
            channel.configureBlocking(false);
            channel.register(selector, interest, ready);
        } catch (IOException e) {
            LOG.debug("a socket of the name service was closed before it was served: {}", e.getMessage());
            closeQuietly(channel);
        }
    }

    public static void closeQuietly(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) { // AutoCloseable declares it
            LOG.debug("closing a socket of the name service: {}", e.getMessage());
        }
    }

    private synchronized void start() throws IOException {
        if (thread == null) {
            selector = Selector.open();
            thread = new Thread(this::serve, "felucca-names");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Nothing but the selector's end is the end of the service: it is all containers'. */
    private void serve() {
        while (selector.isOpen()) {
            try {
                serveOnce();
            } catch (ClosedSelectorException e) {
                LOG.debug("the name service ends");
            } catch (IOException | RuntimeException e) {
                // The end of the selector on another thread may show by any of these.
                if (selector.isOpen()) {
                    LOG.warn("the name service goes on after a failure", e);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    private void serveOnce() throws IOException {
        boolean waits = forwarder.isEmpty() && paused.isEmpty() && !hasClients();
        selector.select(waits ? 0 : TICK_MILLIS);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
            SelectionKey key = keys.next();
            keys.remove();
            ready(key);
        }
        long now = System.nanoTime();
        forwarder.tick(now);
        goOn(now);
        for (SelectionKey key : List.copyOf(selector.keys())) {
            if (key.attachment() instanceof TcpClient client) {
                client.tick(now);
            }
        }
    }

    /** On the server's thread: a socket that cannot be served just now, as for want of descriptors, is left for a while. */
    void pause(SelectionKey key) {
        paused.put(key, key.interestOps());
        key.interestOps(0);
        pausedAtNanos = System.nanoTime();
    }

    private void goOn(long now) {
        if (!paused.isEmpty() && now - pausedAtNanos > PAUSE_NANOS) {
            paused.forEach((key, interest) -> {
                if (key.isValid()) {
                    key.interestOps(interest);
                }
            });
            paused.clear();
        }
    }

    private boolean hasClients() {
        return selector.keys().stream().anyMatch(key -> key.attachment() instanceof TcpClient);
    }

    /** One container's packets must not end the service of all. */
    private static void ready(SelectionKey key) {
        try {
            if (key.isValid()) {
                ((Ready) key.attachment()).ready(key);
            }
        } catch (IOException e) {
            LOG.debug("a socket of the name service: {}", e.getMessage());
            key.cancel();
            closeQuietly(key.channel());
        } catch (RuntimeException e) {
            LOG.warn("a message to the name service could not be answered", e);
        }
    }

    @Override
    public void close() {
        new ArrayList<>(services.keySet()).forEach(this::close);
        Thread ended;
        synchronized (this) {
            if (thread == null) {
                return;
            }
            ended = thread;
            thread = null;
            for (SelectionKey key : List.copyOf(selector.keys())) {
                closeQuietly(key.channel());
            }
            closeQuietly(selector);
        }
        try {
            ended.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
