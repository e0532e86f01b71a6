package io.felucca.networks.relay;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on a port of every address of the host, and connects each client to what it asked for. */
final class TcpRelay implements RelayLoop.Handler {

    private static final Logger LOG = LoggerFactory.getLogger(TcpRelay.class);
    private static final long PAUSE_MILLIS = 100;

    /** As ServerSocketChannel::accept does. */
    interface Accepting {
        SocketChannel accept(ServerSocketChannel server) throws IOException;
    }

    private final RelayLoop loop;
    private final RelayTargets targets;
    private final Accepting accepting;
    private final RelayedConnections connections;
    private final ServerSocketChannel server;
    private final Closeable periodic;
    private boolean failing;

    TcpRelay(RelayLoop loop, RelayTargets targets) throws IOException {
        this(loop, targets, ServerSocketChannel::accept, RelayedConnections.Limits.DEFAULT);
    }

    TcpRelay(RelayLoop loop, RelayTargets targets, Accepting accepting, RelayedConnections.Limits limits)
            throws IOException {
        this.loop = loop;
        this.targets = targets;
        this.accepting = accepting;
        connections = new RelayedConnections(limits);
        server = ServerSocketChannel.open();
        try {
            server.configureBlocking(false);
            server.bind(new InetSocketAddress(0), 1024);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        loop.register(server, SelectionKey.OP_ACCEPT, this);
        periodic = loop.every(limits.shortest(), connections::closeSilent);
    }

    int connections() {
        return connections.count();
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    boolean isOpen() {
        return server.isOpen();
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        for (SocketChannel client = accept(key); client != null; client = accept(key)) {
            connect(client);
        }
    }

    /** All containers share the socket: it outlives what fails, such as EMFILE, and tries again after a pause. */
    private SocketChannel accept(SelectionKey key) throws IOException {
        try {
            SocketChannel client = accepting.accept(server);
            failing = false;
            return client;
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            failed(key, e);
            return null;
        }
    }

    @Override
    public void failed(SelectionKey key, Throwable failure) {
        if (!server.isOpen()) {
            return;
        }
        if (!failing) {
            LOG.warn("accepting connections to relayed ports, tried again: {}", failure.toString());
        }
        failing = true;
        key.interestOps(0);
        CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS, loop::execute)
                .execute(() -> acceptAgain(key));
    }

    private static void acceptAgain(SelectionKey key) {
        if (key.isValid()) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    /** What goes wrong is one client's. */
    private void connect(SocketChannel client) {
        try {
            Optional<InetSocketAddress> target = targets.find(
                    (InetSocketAddress) client.getRemoteAddress(), (InetSocketAddress) client.getLocalAddress());
            if (target.isPresent()) {
                TcpPair.connect(loop, connections, client, target.get());
            } else {
                client.close();
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.debug("relaying {}: {}", client, e.toString());
            close(client);
        }
    }

    private static void close(SocketChannel client) {
        try {
            client.close();
        } catch (IOException e) {
            LOG.debug("closing {}: {}", client, e.toString());
        }
    }

    @Override
    public void close() {
        try {
            periodic.close();
            server.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing a listening socket", e);
        }
    }
}
