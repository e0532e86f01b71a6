package io.felucca.networks.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks other servers, one after the other, each for as long as dockerd 20.10 does. A query has a socket and an id of its
 * own, so that no stranger's packet passes for an answer. On the server's thread only.
 */
final class Forwards {

    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final int MOST_AT_ONCE = 512;
    private static final int MOST_SERVERS = 3;

    private final NameServer server;
    private final SecureRandom random = new SecureRandom();
    private final Set<Asking> underWay = new HashSet<>();

    Forwards(NameServer server) {
        this.server = server;
    }

    boolean isEmpty() {
        return underWay.isEmpty();
    }

    /** @return false when too many are under way, or nobody can be asked */
    boolean udp(byte[] message, List<InetSocketAddress> servers, Consumer<byte[]> answered) {
        return begin(new Asking(message, servers, answered, false));
    }

    boolean tcp(byte[] message, List<InetSocketAddress> servers, Consumer<byte[]> answered) {
        return begin(new Asking(message, servers, answered, true));
    }

    private boolean begin(Asking asking) {
        return underWay.size() < MOST_AT_ONCE && asking.askNext();
    }

    void tick(long now) {
        for (Asking asking : List.copyOf(underWay)) {
            if (now - asking.sinceNanos > WAIT_NANOS) {
                asking.giveUp();
            }
        }
    }

    /** One query on its way to a server, and to the next when that one is silent. */
    private final class Asking implements NameServer.Ready {

        private final byte[] message;
        private final DnsQuery query;
        private final List<InetSocketAddress> servers;
        private final Consumer<byte[]> answered;
        private final boolean stream;
        private int next;
        private int id;
        private long sinceNanos;
        private SelectableChannel channel;
        private ByteBuffer out;
        private ByteBuffer in;

        Asking(byte[] message, List<InetSocketAddress> servers, Consumer<byte[]> answered, boolean stream) {
            this.message = message;
            this.query = DnsQuery.parse(message).orElseThrow();
            this.servers = servers;
            this.answered = answered;
            this.stream = stream;
        }

        boolean askNext() {
            while (next < Math.min(MOST_SERVERS, servers.size())) {
                InetSocketAddress address = servers.get(next++);
                try {
                    ask(address);
                    underWay.add(this);
                    return true;
                } catch (IOException e) {
                    // Unreachable from here: the next one may be reached.
                    close();
                }
            }
            return false;
        }

        private void ask(InetSocketAddress address) throws IOException {
            id = random.nextInt(0x10000);
            byte[] copy = message.clone();
            copy[0] = (byte) (id >> 8);
            copy[1] = (byte) id;
            sinceNanos = System.nanoTime();
            in = ByteBuffer.allocate(2 + 0xffff);
            if (stream) {
                out = ByteBuffer.allocate(2 + copy.length);
                out.putShort((short) copy.length).put(copy).flip();
                SocketChannel socket = SocketChannel.open();
                channel = socket;
                socket.configureBlocking(false);
                socket.connect(address);
                server.register(socket, SelectionKey.OP_CONNECT, this);
            } else {
                DatagramChannel socket = DatagramChannel.open();
                channel = socket;
                socket.connect(address);
                socket.write(ByteBuffer.wrap(copy));
                server.register(socket, SelectionKey.OP_READ, this);
            }
        }

        @Override
        public void ready(SelectionKey key) {
            try {
                if (stream) {
                    exchange(key, (SocketChannel) channel);
                } else {
                    in.clear();
                    if (((DatagramChannel) channel).read(in) > 0) {
                        in.flip();
                        take(in);
                    }
                }
            } catch (IOException e) {
                giveUp();
            }
        }

        private void exchange(SelectionKey key, SocketChannel socket) throws IOException {
            if (key.isConnectable() && socket.finishConnect()) {
                key.interestOps(SelectionKey.OP_WRITE);
            } else if (key.isWritable()) {
                socket.write(out);
                if (!out.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ);
                }
            } else if (key.isReadable()) {
                if (socket.read(in) < 0) {
                    throw new IOException("the server has left");
                }
                if (in.position() >= 2 && in.position() >= 2 + DnsQuery.u16(in.array(), 0)) {
                    take(ByteBuffer.wrap(in.array(), 2, DnsQuery.u16(in.array(), 0)));
                }
            }
        }

        /** Anything but the answer to this very question is ignored. */
        private void take(ByteBuffer bytes) {
            byte[] answer = new byte[bytes.remaining()];
            bytes.get(answer);
            if (!answers(answer)) {
                return;
            }
            answer[0] = message[0];
            answer[1] = message[1];
            close();
            underWay.remove(this);
            answered.accept(answer);
        }

        private boolean answers(byte[] answer) {
            if (answer.length < DnsQuery.HEADER || DnsQuery.u16(answer, 0) != id || (answer[2] & 0x80) == 0) {
                return false;
            }
            if (answer.length < query.questionEnd()) {
                // An error may come without the question.
                return (answer[3] & 0xf) != 0;
            }
            for (int i = DnsQuery.HEADER; i < query.questionEnd(); i++) {
                if (Character.toLowerCase(answer[i] & 0xff) != Character.toLowerCase(message[i] & 0xff)) {
                    return false;
                }
            }
            return true;
        }

        void giveUp() {
            close();
            if (!askNext()) {
                underWay.remove(this);
                answered.accept(DnsAnswer.empty(message, query, DnsAnswer.SERVER_FAILURE));
            }
        }

        private void close() {
            if (channel != null) {
                NameServer.closeQuietly(channel);
                channel = null;
            }
        }
    }
}
