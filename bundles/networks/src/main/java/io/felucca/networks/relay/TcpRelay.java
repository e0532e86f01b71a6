package io.felucca.networks.relay;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on a port of every address of the host, and connects each client to what it asked for. */
final class TcpRelay implements RelayLoop.Handler {

    private static final Logger LOG = LoggerFactory.getLogger(TcpRelay.class);

    private final RelayLoop loop;
    private final RelayTargets targets;
    private final ServerSocketChannel server;

    TcpRelay(RelayLoop loop, RelayTargets targets) throws IOException {
        this.loop = loop;
        this.targets = targets;
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

    @Override
    public void ready(SelectionKey key) throws IOException {
        for (SocketChannel client = server.accept(); client != null; client = server.accept()) {
            connect(client);
        }
    }

    /** What goes wrong is one client's. */
    private void connect(SocketChannel client) throws IOException {
        try {
            Optional<InetSocketAddress> target = targets.find(
                    (InetSocketAddress) client.getRemoteAddress(), (InetSocketAddress) client.getLocalAddress());
            if (target.isPresent()) {
                TcpPair.connect(loop, client, target.get());
            } else {
                client.close();
            }
        } catch (IOException | FeluccaException e) {
            LOG.debug("relaying {}: {}", client, e.toString());
            client.close();
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
