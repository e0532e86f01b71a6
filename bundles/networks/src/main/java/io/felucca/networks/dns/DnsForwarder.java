package io.felucca.networks.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks other servers, one after the other, each for as long as dockerd 20.10 does. A query has a socket and an id of its
 * own, so that no stranger's packet passes for an answer. On the server's thread only.
 */
final class DnsForwarder {

    private static final Logger LOG = LoggerFactory.getLogger(DnsForwarder.class);
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(4);
    /** Of one container, as dockerd has it, and of all: each has a descriptor. */
    private static final int MOST_OF_CONTAINER = 100;

    private static final int MOST_AT_ONCE = 512;
    private static final int MOST_SERVERS = 3;

    private final NameServer server;
    private final SecureRandom random = new SecureRandom();
    /** In the order in which they began. */
    private final Map<String, Set<Asking>> underWay = new HashMap<>();

    private final ByteBuffer datagram = ByteBuffer.allocate(0xffff);
    private int count;

    DnsForwarder(NameServer server) {
        this.server = server;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** @return false when too many of the container are under way, or nobody can be asked */
    boolean udp(String containerId, byte[] message, List<InetSocketAddress> servers, Consumer<byte[]> answered) {
        return begin(new Asking(containerId, message, servers, answered, false));
    }

    boolean tcp(String containerId, byte[] message, List<InetSocketAddress> servers, Consumer<byte[]> answered) {
        return begin(new Asking(containerId, message, servers, answered, true));
    }

    private boolean begin(Asking asking) {
        int own = of(asking.containerId).size();
        if (own >= MOST_OF_CONTAINER) {
            return false;
        }
        if (count >= MOST_AT_ONCE) {
            Set<Asking> most = underWay.values().stream()
                    .max(Comparator.comparingInt(Set::size))
                    .orElseThrow();
            if (most.size() <= own + 1) {
                return false;
            }
            most.iterator().next().fail();
        }
        return asking.askNext();
    }

    private Set<Asking> of(String containerId) {
        return underWay.getOrDefault(containerId, Set.of());
    }

    private void add(Asking asking) {
        if (underWay.computeIfAbsent(asking.containerId, id -> new LinkedHashSet<>())
                .add(asking)) {
            count++;
        }
    }

    private void remove(Asking asking) {
        Set<Asking> own = underWay.get(asking.containerId);
        if (own != null && own.remove(asking)) {
            count--;
            if (own.isEmpty()) {
                underWay.remove(asking.containerId);
            }
        }
    }

    void tick(long now) {
        List<Asking> late = underWay.values().stream()
                .flatMap(Set::stream)
                .filter(asking -> now - asking.sinceNanos > WAIT_NANOS)
                .toList();
        late.forEach(Asking::giveUp);
    }

    /** One query on its way to a server, and to the next when that one is silent. */
    private final class Asking implements NameServer.Ready {

        private final String containerId;
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

        Asking(
                String containerId,
                byte[] message,
                List<InetSocketAddress> servers,
                Consumer<byte[]> answered,
                boolean stream) {
            this.containerId = containerId;
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
                    add(this);
                    return true;
                } catch (IOException | RuntimeException e) {
                    // Unreachable from here, or of a family that this host has not: the next one may be reached.
                    LOG.debug("asking {} for container {}: {}", address, containerId, e.toString());
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
            in = null;
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
                    datagram.clear();
                    if (((DatagramChannel) channel).read(datagram) > 0) {
                        datagram.flip();
                        take(datagram);
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
                read(socket);
            }
        }

        /** The length first, then room for as much. */
        private void read(SocketChannel socket) throws IOException {
            if (in == null) {
                in = ByteBuffer.allocate(2);
            }
            if (socket.read(in) < 0) {
                throw new IOException("the server has left");
            }
            if (in.capacity() == 2 && !in.hasRemaining()) {
                int length = DnsQuery.u16(in.array(), 0);
                if (length < DnsQuery.HEADER) {
                    throw new IOException("a message of " + length + " bytes");
                }
                in = ByteBuffer.allocate(2 + length).putShort((short) length);
            }
            if (in.capacity() > 2 && !in.hasRemaining()) {
                take(in.position(2));
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
            remove(this);
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
                fail();
            }
        }

        /** Nobody answers, or another container's query needs the place. */
        void fail() {
            close();
            remove(this);
            answered.accept(DnsAnswer.empty(message, query, DnsAnswer.SERVER_FAILURE));
        }

        private void close() {
            if (channel != null) {
                NameServer.closeQuietly(channel);
                channel = null;
            }
        }
    }
}
