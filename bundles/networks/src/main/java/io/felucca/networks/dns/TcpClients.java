package io.felucca.networks.dns;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts a container's connections, a few at a time: the oldest gives way. */
final class TcpClients implements NameServer.Ready {

    private static final Logger LOG = LoggerFactory.getLogger(TcpClients.class);
    private static final int MOST = 32;

    private final String containerId;
    private final ServerSocketChannel channel;
    private final NameServer server;
    private final Deque<SocketChannel> open = new ConcurrentLinkedDeque<>();

    TcpClients(String containerId, ServerSocketChannel channel, NameServer server) {
        this.containerId = containerId;
        this.channel = channel;
        this.server = server;
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        SocketChannel client;
        try {
            client = channel.accept();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            LOG.debug("accepting a connection to the name service of container {}: {}", containerId, e.getMessage());
            server.pause(key);
            return;
        }
        if (client == null) {
            return;
        }
        open.removeIf(one -> !one.isOpen());
        if (open.size() >= MOST) {
            NameServer.closeQuietly(open.poll());
        }
        open.add(client);
        server.register(client, SelectionKey.OP_READ, new TcpClient(containerId, client, server));
    }

    /** On any thread: a socket of a namespace keeps the namespace. */
    void close() {
        open.forEach(NameServer::closeQuietly);
    }
}
