package io.felucca.networks.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A connection: queries with their length before them (RFC 1035, 4.2.2), one at a time. */
final class TcpClient implements NameServer.Ready {

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MESSAGE_MAX = 4096;

    private final String containerId;
    private final SocketChannel channel;
    private final NameServer server;
    private final ByteBuffer in = ByteBuffer.allocate(2 + MESSAGE_MAX);
    private ByteBuffer out;
    private boolean asking;
    private long lastNanos = System.nanoTime();

    TcpClient(String containerId, SocketChannel channel, NameServer server) {
        this.containerId = containerId;
        this.channel = channel;
        this.server = server;
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        lastNanos = System.nanoTime();
        if (out != null) {
            channel.write(out);
            if (out.hasRemaining()) {
                return;
            }
            out = null;
        } else if (!asking && channel.read(in) < 0) {
            throw new IOException("the client has left");
        }
        next(key);
    }

    private void next(SelectionKey key) throws IOException {
        if (!asking && out == null && in.position() >= 2) {
            int length = DnsQuery.u16(in.array(), 0);
            if (length > MESSAGE_MAX) {
                throw new IOException("a message of " + length + " bytes");
            }
            if (in.position() >= 2 + length) {
                byte[] message = new byte[length];
                in.flip();
                in.getShort();
                in.get(message);
                in.compact();
                answer(message, key);
            }
        }
        // While an answer is awaited nothing is read: the client waits too.
        key.interestOps(out != null ? SelectionKey.OP_WRITE : asking ? 0 : SelectionKey.OP_READ);
    }

    private void answer(byte[] message, SelectionKey key) throws IOException {
        DnsQuery query = DnsQuery.parse(message).orElseThrow(() -> new IOException("no query"));
        Optional<byte[]> known = server.responder().answer(containerId, message, query, DnsAnswer.TCP_BYTES);
        if (known.isPresent()) {
            send(known.get());
            return;
        }
        List<InetSocketAddress> servers = server.book().servers(containerId);
        asking = !servers.isEmpty()
                && server.forwards().tcp(containerId, message, servers, answer -> {
                    asking = false;
                    send(answer);
                    if (key.isValid()) {
                        key.interestOps(SelectionKey.OP_WRITE);
                    }
                });
        if (!asking) {
            send(Responder.unknown(message, query));
        }
    }

    private void send(byte[] answer) {
        out = ByteBuffer.allocate(2 + answer.length);
        out.putShort((short) answer.length).put(answer).flip();
    }

    void tick(long now) {
        if (!asking && now - lastNanos > IDLE_NANOS) {
            NameServer.closeQuietly(channel);
        }
    }
}
