package io.felucca.networks.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Queries by UDP of one container. */
final class UdpClients implements NameServer.Ready {

    private static final Logger LOG = LoggerFactory.getLogger(UdpClients.class);
    /** One container's flood must leave time for the others. */
    private static final int AT_ONCE = 64;

    private static final int MESSAGE_MAX = 4096;

    private final String containerId;
    private final DatagramChannel channel;
    private final NameServer server;
    private final ByteBuffer buffer = ByteBuffer.allocate(MESSAGE_MAX);

    UdpClients(String containerId, DatagramChannel channel, NameServer server) {
        this.containerId = containerId;
        this.channel = channel;
        this.server = server;
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        for (int i = 0; i < AT_ONCE; i++) {
            buffer.clear();
            SocketAddress client;
            try {
                client = channel.receive(buffer);
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                LOG.debug("reading a query of container {}: {}", containerId, e.getMessage());
                server.pause(key);
                return;
            }
            if (client == null) {
                return;
            }
            buffer.flip();
            byte[] message = new byte[buffer.remaining()];
            buffer.get(message);
            answer(message, client);
        }
    }

    private void answer(byte[] message, SocketAddress client) {
        Optional<DnsQuery> query = DnsQuery.parse(message);
        if (query.isEmpty()) {
            boolean answered = message.length >= DnsQuery.HEADER && (message[2] & 0x80) == 0;
            if (answered) {
                send(DnsAnswer.malformed(message), client);
            }
            return;
        }
        Optional<byte[]> known = server.responder().answer(containerId, message, query.get(), DnsAnswer.UDP_BYTES);
        if (known.isPresent()) {
            send(known.get(), client);
            return;
        }
        List<InetSocketAddress> servers = server.book().servers(containerId);
        if (servers.isEmpty()
                || !server.forwards().udp(containerId, message, servers, answer -> send(answer, client))) {
            send(Responder.unknown(message, query.get()), client);
        }
    }

    /** A client whose socket is full, or gone, asks again. */
    private void send(byte[] answer, SocketAddress client) {
        try {
            channel.send(ByteBuffer.wrap(answer), client);
        } catch (IOException e) {
            LOG.debug("answering {} of container {}: {}", client, containerId, e.getMessage());
        }
    }
}
