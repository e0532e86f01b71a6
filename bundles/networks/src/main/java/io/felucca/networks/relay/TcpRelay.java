package io.felucca.networks.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Listens on a port of the host, and connects each client to a port of a container. */
final class TcpRelay implements RelayLoop.Handler {

    private final RelayLoop loop;
    private final InetSocketAddress target;
    private final ServerSocketChannel server;

    TcpRelay(RelayLoop loop, InetSocketAddress listen, InetSocketAddress target) throws IOException {
        this.loop = loop;
        this.target = target;
        server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.configureBlocking(false);
            server.bind(listen, 1024);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        loop.register(server, SelectionKey.OP_ACCEPT, this);
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        for (SocketChannel client = server.accept(); client != null; client = server.accept()) {
            TcpPair.connect(loop, client, target);
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
