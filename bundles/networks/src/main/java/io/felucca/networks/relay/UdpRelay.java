package io.felucca.networks.relay;

import io.felucca.FeluccaException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes packets between a port of an address of the host and what is asked for, by a socket for each client; the longest silent of a target goes first. */
final class UdpRelay implements RelayLoop.Handler {

    private static final Logger LOG = LoggerFactory.getLogger(UdpRelay.class);
    private static final long MOMENT_NANOS = 1_000_000_000;
    /** Of one target, so that a flood of one container's port costs no other its peers. */
    private static final int CLIENTS_MAX = 1024;
    /** Of all, each a descriptor. */
    private static final int CLIENTS_OF_ALL_MAX = 4 * CLIENTS_MAX;
    /** As long as the kernel remembers a flow of both directions (nf_conntrack_udp_timeout_stream). */
    private static final Duration SILENCE = Duration.ofSeconds(120);

    private static final int UNSERVED_MAX = 4096;
    private static final int PACKET_BYTES = 65_536;

    private final RelayLoop loop;
    private final RelayTargets targets;
    private final InetSocketAddress here;
    private final DatagramChannel server;
    private final ByteBuffer packet = ByteBuffer.allocateDirect(PACKET_BYTES);
    private final int clientsMax;
    private final long momentNanos;
    private final Closeable periodic;
    private final Map<SocketAddress, Client> clients = new HashMap<>();
    /** The longest silent first. */
    private final Map<InetSocketAddress, Map<SocketAddress, Client>> ofTargets = new HashMap<>();
    /** Peers that asked for nothing that is published: they are not looked up for each packet. */
    private final Map<SocketAddress, Unserved> unserved = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SocketAddress, Unserved> eldest) {
            return size() > UNSERVED_MAX;
        }
    };

    private record Unserved(long sinceNanos, long change) {}

    UdpRelay(RelayLoop loop, InetSocketAddress listen, RelayTargets targets) throws IOException {
        this(loop, listen, targets, CLIENTS_MAX, MOMENT_NANOS, SILENCE);
    }

    /** @param silence after which a client's socket is closed */
    UdpRelay(
            RelayLoop loop,
            InetSocketAddress listen,
            RelayTargets targets,
            int clientsMax,
            long momentNanos,
            Duration silence)
            throws IOException {
        this.loop = loop;
        this.targets = targets;
        this.clientsMax = clientsMax;
        this.momentNanos = momentNanos;
        server = DatagramChannel.open();
        try {
            server.configureBlocking(false);
            server.bind(listen);
            here = (InetSocketAddress) server.getLocalAddress();
        } catch (IOException e) {
            server.close();
            throw e;
        }
        loop.register(server, SelectionKey.OP_READ, this);
        periodic = loop.every(silence, () -> closeSilent(silence));
    }

    /** A packet that could not be read for want of memory is one packet lost. */
    @Override
    public void failed(SelectionKey key, Throwable failure) {
        if (!(failure instanceof OutOfMemoryError)) {
            close();
        }
    }

    private void closeSilent(Duration silence) {
        long now = System.nanoTime();
        clients.values().stream()
                .filter(client -> now - client.movedNanos > silence.toNanos())
                .toList()
                .forEach(Client::close);
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        for (SocketAddress from = server.receive(packet.clear()); from != null; from = server.receive(packet.clear())) {
            Client client = client((InetSocketAddress) from);
            if (client != null) {
                client.send();
            }
        }
    }

    /** The kernel remembers a flow for longer than a moment; after one, or a change, the same peer may ask for another port. */
    private Client client(InetSocketAddress from) {
        Client client = clients.get(from);
        long now = System.nanoTime();
        long change = targets.changes();
        if (client != null && now - client.seenNanos < momentNanos && client.change == change) {
            client.seen(now);
            return client;
        }
        Unserved before = unserved.get(from);
        if (before != null && now - before.sinceNanos < momentNanos && before.change == change) {
            return null;
        }
        unserved.remove(from);
        InetSocketAddress target = target(from);
        if (client != null && !client.target.equals(target)) {
            client.close();
            client = null;
        }
        if (target == null) {
            unserved.put(from, new Unserved(now, change));
        } else if (client == null) {
            client = newClient(from, target);
        }
        if (client != null) {
            client.seen(now);
            client.change = change;
        }
        return client;
    }

    /** One that cannot be made is none: its packet is lost, and the socket that all share goes on. */
    private Client newClient(InetSocketAddress from, InetSocketAddress target) {
        try {
            Client client = new Client(from, target);
            clients.put(from, client);
            ofTargets
                    .computeIfAbsent(target, one -> new LinkedHashMap<>(16, 0.75f, true))
                    .put(from, client);
            forgetEldest(ofTargets.get(target));
            return client;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.debug("relaying packets of {} to {}: {}", from, target, e.toString());
            return null;
        }
    }

    private InetSocketAddress target(InetSocketAddress from) {
        try {
            return targets.find(from, here).orElse(null);
        } catch (FeluccaException e) {
            LOG.debug("relaying packets of {}: {}", from, e.toString());
            return null;
        }
    }

    int port() {
        return here.getPort();
    }

    boolean isOpen() {
        return server.isOpen();
    }

    private void forgetEldest(Map<SocketAddress, Client> ofTarget) {
        if (ofTarget.size() > clientsMax) {
            ofTarget.values().iterator().next().close();
        } else if (clients.size() > CLIENTS_OF_ALL_MAX) {
            Map<SocketAddress, Client> most = Collections.max(ofTargets.values(), Comparator.comparingInt(Map::size));
            most.values().iterator().next().close();
        }
    }

    /** The way back to one client. */
    private final class Client implements RelayLoop.Handler {
        private final SocketAddress from;
        private final InetSocketAddress target;
        private long seenNanos;
        private long movedNanos;
        private long change;
        private final DatagramChannel channel = DatagramChannel.open();

        Client(SocketAddress from, InetSocketAddress target) throws IOException {
            this.from = from;
            this.target = target;
            try {
                channel.configureBlocking(false);
                channel.connect(target);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            loop.register(channel, SelectionKey.OP_READ, this);
        }

        void seen(long nanos) {
            seenNanos = nanos;
            movedNanos = nanos;
            ofTargets.get(target).get(from);
        }

        void send() {
            try {
                channel.write(packet.flip());
            } catch (IOException refused) {
                // Nobody there yet, told by ICMP: a packet may be lost.
                packet.clear();
            }
        }

        @Override
        public void ready(SelectionKey key) throws IOException {
            movedNanos = System.nanoTime();
            while (channel.read(packet.clear()) > 0) {
                server.send(packet.flip(), from);
            }
        }

        @Override
        public void close() {
            clients.remove(from, this);
            ofTargets.computeIfPresent(target, (same, ofTarget) -> {
                ofTarget.remove(from, this);
                return ofTarget.isEmpty() ? null : ofTarget;
            });
            try {
                channel.close();
            } catch (IOException e) {
                throw new IllegalStateException("closing a relay's socket", e);
            }
        }
    }

    @Override
    public void close() {
        try {
            periodic.close();
            server.close();
            for (Client client : java.util.List.copyOf(clients.values())) {
                client.channel.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("closing a relay", e);
        }
    }
}
