package io.felucca.networks.relay;

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
    private final ServerSocketChannel server;
    private boolean failing;

    TcpRelay(RelayLoop loop, RelayTargets targets) throws IOException {
        this(loop, targets, ServerSocketChannel::accept);
    }

    TcpRelay(RelayLoop loop, RelayTargets targets, Accepting accepting) throws IOException {
        this.loop = loop;
        this.targets = targets;
        this.accepting = accepting;
        server = ServerSocketChannel.open();
        try {
            server.configureBlocking(false);
            server.bind(new InetSocketAddress(0), 1024);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        loop.register(server, SelectionKey.OP_ACCEPT, this);
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
            if (!failing) {
                LOG.warn("accepting connections to relayed ports, tried again: {}", e.toString());
            }
            failing = true;
            key.interestOps(0);
            CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS, loop::execute)
                    .execute(() -> acceptAgain(key));
            return null;
        }
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
                TcpPair.connect(loop, client, target.get());
            } else {
                client.close();
            }
        } catch (IOException | RuntimeException e) {
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
            server.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing a listening socket", e);
        }
    }
}
