package io.felucca.networks.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.LinkedHashMap;
import java.util.Map;

/** Passes packets between a port of the host and one of a container, by a socket for each client; the longest silent goes first. */
final class UdpRelay implements RelayLoop.Handler {

    private static final int CLIENTS_MAX = 1024;
    private static final int PACKET_BYTES = 65_536;

    private final RelayLoop loop;
    private final InetSocketAddress target;
    private final DatagramChannel server;
    private final ByteBuffer packet = ByteBuffer.allocateDirect(PACKET_BYTES);
    private final Map<SocketAddress, Client> clients = new LinkedHashMap<>(16, 0.75f, true);

    UdpRelay(RelayLoop loop, InetSocketAddress listen, InetSocketAddress target) throws IOException {
        this.loop = loop;
        this.target = target;
        server = DatagramChannel.open();
        try {
            server.configureBlocking(false);
            server.bind(listen);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        loop.register(server, SelectionKey.OP_READ, this);
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        for (SocketAddress from = server.receive(packet.clear()); from != null; from = server.receive(packet.clear())) {
            Client client = clients.get(from);
            if (client == null) {
                client = new Client(from);
                clients.put(from, client);
                forgetEldest();
            }
            client.send();
        }
    }

    private void forgetEldest() {
        if (clients.size() > CLIENTS_MAX) {
            clients.values().iterator().next().close();
        }
    }

    /** The way back to one client. */
    private final class Client implements RelayLoop.Handler {
        private final SocketAddress from;
        private final DatagramChannel channel = DatagramChannel.open();

        Client(SocketAddress from) throws IOException {
            this.from = from;
            channel.configureBlocking(false);
            channel.connect(target);
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
