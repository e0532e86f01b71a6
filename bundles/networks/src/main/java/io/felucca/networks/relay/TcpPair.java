package io.felucca.networks.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Two connected sockets: what comes by one goes out by the other, ends too. A side that does not read stops the other's reading. */
final class TcpPair implements RelayLoop.Handler {

    private static final int BUFFER_BYTES = 32 * 1024;

    /** One direction. */
    private static final class Flow {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private final SocketChannel from;
        private final SocketChannel to;
        private boolean ended;
        private boolean endTold;

        Flow(SocketChannel from, SocketChannel to) {
            this.from = from;
            this.to = to;
        }

        void move() throws IOException {
            if (!ended && buffer.hasRemaining() && from.read(buffer) < 0) {
                ended = true;
            }
            buffer.flip();
            if (buffer.hasRemaining()) {
                to.write(buffer);
            }
            buffer.compact();
            if (ended && buffer.position() == 0 && !endTold) {
                to.shutdownOutput();
                endTold = true;
            }
        }
    }

    private final SocketChannel client;
    private final SocketChannel server;
    private final Flow up;
    private final Flow down;
    private boolean connected;

    private TcpPair(SocketChannel client, SocketChannel server) {
        this.client = client;
        this.server = server;
        up = new Flow(client, server);
        down = new Flow(server, client);
    }

    static void connect(RelayLoop loop, SocketChannel client, InetSocketAddress target) throws IOException {
        SocketChannel server = SocketChannel.open();
        TcpPair pair = new TcpPair(client, server);
        try {
            for (SocketChannel channel : new SocketChannel[] {client, server}) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            server.connect(target);
        } catch (IOException e) {
            pair.close();
            throw e;
        }
        loop.register(client, 0, pair);
        loop.register(server, SelectionKey.OP_CONNECT, pair);
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        if (!connected) {
            connected = server.finishConnect();
        }
        up.move();
        down.move();
        if (up.endTold && down.endTold) {
            close();
            return;
        }
        var selector = key.selector();
        client.keyFor(selector).interestOps(operations(up, down));
        server.keyFor(selector).interestOps(operations(down, up));
    }

    /** What a socket is waited for that is read by one flow and written by the other. */
    private static int operations(Flow reading, Flow writing) {
        boolean read = !reading.ended && reading.buffer.hasRemaining();
        boolean write = writing.buffer.position() > 0;
        return (read ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0);
    }

    @Override
    public void close() {
        try (client;
                server) {
            connected = false;
        } catch (IOException e) {
            throw new IllegalStateException("closing a relayed connection", e);
        }
    }
}
