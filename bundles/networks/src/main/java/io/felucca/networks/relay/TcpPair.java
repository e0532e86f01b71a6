package io.felucca.networks.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;

/** Two connected sockets: what comes by one goes out by the other, ends too. A side that does not read stops the other's reading. */
final class TcpPair implements RelayLoop.Handler {

    /** Of tcp(7): a peer that has gone without a word is noticed within two minutes. */
    private static final Map<String, Integer> KEEP_ALIVE =
            Map.of("TCP_KEEPIDLE", 60, "TCP_KEEPINTERVAL", 15, "TCP_KEEPCOUNT", 4);

    /** One direction. */
    private final class Flow {
        private final SocketChannel from;
        private final SocketChannel to;
        /** What was read and is not written yet; null where there is nothing. */
        private ByteBuffer waiting;

        private boolean ended;
        private boolean endTold;

        Flow(SocketChannel from, SocketChannel to) {
            this.from = from;
            this.to = to;
        }

        void move() throws IOException {
            if (ended && waiting == null) {
                tellEnd();
                return;
            }
            ByteBuffer buffer = waiting == null ? loop.buffers().take() : waiting;
            waiting = buffer;
            if (!ended && buffer.hasRemaining() && from.read(buffer) < 0) {
                ended = true;
            }
            buffer.flip();
            if (buffer.hasRemaining()) {
                to.write(buffer);
            }
            buffer.compact();
            if (buffer.position() == 0) {
                release();
                if (ended) {
                    tellEnd();
                }
            }
        }

        private void tellEnd() throws IOException {
            if (!endTold) {
                to.shutdownOutput();
                endTold = true;
            }
        }

        private void release() {
            if (waiting != null) {
                loop.buffers().give(waiting);
                waiting = null;
            }
        }

        private boolean mayRead() {
            return !ended && (waiting == null || waiting.hasRemaining());
        }
    }

    private final RelayLoop loop;
    private final RelayedConnections connections;
    private final InetSocketAddress target;
    private final SocketChannel client;
    private final SocketChannel server;
    private final Flow up;
    private final Flow down;
    private boolean connected;
    private volatile long movedNanos = System.nanoTime();

    private TcpPair(
            RelayLoop loop,
            RelayedConnections connections,
            InetSocketAddress target,
            SocketChannel client,
            SocketChannel server) {
        this.loop = loop;
        this.connections = connections;
        this.target = target;
        this.client = client;
        this.server = server;
        up = new Flow(client, server);
        down = new Flow(server, client);
    }

    /** On the loop's thread. */
    static void connect(RelayLoop loop, RelayedConnections connections, SocketChannel client, InetSocketAddress target)
            throws IOException {
        SocketChannel server = SocketChannel.open();
        TcpPair pair = new TcpPair(loop, connections, target, client, server);
        try {
            for (SocketChannel channel : new SocketChannel[] {client, server}) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                keepAlive(channel);
            }
            server.connect(target);
        } catch (IOException | RuntimeException e) {
            pair.close();
            throw e;
        }
        connections.add(target, pair);
        loop.register(client, 0, pair);
        loop.register(server, SelectionKey.OP_CONNECT, pair);
    }

    /** The times are options of the JDK's own ({@code jdk.net}), a package that not every framework exports. */
    @SuppressWarnings("unchecked")
    private static void keepAlive(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (SocketOption<?> option : channel.supportedOptions()) {
            Integer value = KEEP_ALIVE.get(option.name());
            if (value != null) {
                channel.setOption((SocketOption<Integer>) option, value);
            }
        }
    }

    long silentNanos(long now) {
        return now - movedNanos;
    }

    Duration allowedSilence(RelayedConnections.Limits limits) {
        if (!connected) {
            return limits.connecting();
        }
        return up.ended || down.ended ? limits.halfClosed() : limits.idle();
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        movedNanos = System.nanoTime();
        if (!connected) {
            connected = server.finishConnect();
        }
        up.move();
        down.move();
        if (up.endTold && down.endTold) {
            close();
            return;
        }
        Selector selector = key.selector();
        client.keyFor(selector).interestOps(operations(up, down));
        server.keyFor(selector).interestOps(operations(down, up));
    }

    /** What a socket is waited for that is read by one flow and written by the other. */
    private static int operations(Flow reading, Flow writing) {
        return (reading.mayRead() ? SelectionKey.OP_READ : 0) | (writing.waiting != null ? SelectionKey.OP_WRITE : 0);
    }

    @Override
    public void close() {
        connections.remove(target, this);
        up.release();
        down.release();
        try (client;
                server) {
            connected = false;
        } catch (IOException e) {
            throw new IllegalStateException("closing a relayed connection", e);
        }
    }
}
