package io.felucca.networks.relay;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes packets between a port of an address of the host and what is asked for, by a socket for each client; the longest silent goes first. */
final class UdpRelay implements RelayLoop.Handler {

    private static final Logger LOG = LoggerFactory.getLogger(UdpRelay.class);
    private static final long MOMENT_NANOS = 1_000_000_000;
    private static final int CLIENTS_MAX = 1024;
    private static final int PACKET_BYTES = 65_536;

    private final RelayLoop loop;
    private final RelayTargets targets;
    private final InetSocketAddress here;
    private final DatagramChannel server;
    private final ByteBuffer packet = ByteBuffer.allocateDirect(PACKET_BYTES);
    private final Map<SocketAddress, Client> clients = new LinkedHashMap<>(16, 0.75f, true);

    UdpRelay(RelayLoop loop, InetSocketAddress listen, RelayTargets targets) throws IOException {
        this.loop = loop;
        this.targets = targets;
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
        if (client != null && now - client.seenNanos < MOMENT_NANOS && client.change == targets.changes()) {
            client.seenNanos = now;
            return client;
        }
        long change = targets.changes();
        InetSocketAddress target = target(from);
        if (client != null && !client.target.equals(target)) {
            client.close();
            client = null;
        }
        if (client == null && target != null) {
            client = newClient(from, target);
        }
        if (client != null) {
            client.seenNanos = now;
            client.change = change;
        }
        return client;
    }

    /** One that cannot be made is none: its packet is lost, and the socket that all share goes on. */
    private Client newClient(InetSocketAddress from, InetSocketAddress target) {
        try {
            Client client = new Client(from, target);
            clients.put(from, client);
            forgetEldest();
            return client;
        } catch (IOException | RuntimeException e) {
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

    private void forgetEldest() {
        if (clients.size() > CLIENTS_MAX) {
            clients.values().iterator().next().close();
        }
    }

    /** The way back to one client. */
    private final class Client implements RelayLoop.Handler {
        private final SocketAddress from;
        private final InetSocketAddress target;
        private long seenNanos;
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
            while (channel.read(packet.clear()) > 0) {
                server.send(packet.flip(), from);
            }
        }

        @Override
        public void close() {
            clients.remove(from, this);
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
            server.close();
            for (Client client : java.util.List.copyOf(clients.values())) {
                client.channel.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("closing a relay", e);
        }
    }
}
