package io.felucca.networks.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.Protocol;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From ::1 to 127.0.0.1: a host's loopback to a container that has no IPv6. */
class RelaysTest {

    private static final InetAddress IPV6 = Cidr.parseAddress("::1");
    private static final InetAddress IPV4 = Cidr.parseAddress("127.0.0.1");
    private static final int LARGE = 3_000_000;

    private static final int ASKED = 8080;

    /** What the peers asked for, before the port mapper led them to the relay's port. */
    private volatile Optional<InetSocketAddress> asked = Optional.of(new InetSocketAddress(IPV6, ASKED));

    private final Relays relays = new Relays((protocol, peer, here) -> asked);

    @AfterEach
    void close() {
        relays.close();
    }

    private static Binding binding(Protocol protocol, int to) {
        return new Binding(protocol, IPV6, ASKED, IPV4, to, 1);
    }

    @Test
    void bytesGoBothWaysAndEachEndIsToldAlone() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, IPV4)) {
            relays.change("c", List.of(binding(Protocol.TCP, server.getLocalPort())));
            CompletableFuture<Integer> received = CompletableFuture.supplyAsync(() -> {
                try (Socket accepted = server.accept()) {
                    byte[] all = accepted.getInputStream().readAllBytes();
                    accepted.getOutputStream().write(all);
                    return all.length;
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try (Socket client = new Socket(IPV6, relays.port(Protocol.TCP))) {
                client.getOutputStream().write(new byte[LARGE]);
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).hasSize(LARGE);
            }
            assertThat(received.join()).isEqualTo(LARGE);
        }
    }

    @Test
    void aClientWhoseContainerRefusesIsRefused() throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, IPV4)) {
            nobody = socket.getLocalPort();
        }
        relays.change("c", List.of(binding(Protocol.TCP, nobody)));
        assertIsRefused();
    }

    @Test
    void whoAskedForNothingThatIsPublishedIsRefused() throws Exception {
        assertIsRefused();
        try (ServerSocket server = new ServerSocket(0, 1, IPV4)) {
            relays.change("c", List.of(binding(Protocol.TCP, server.getLocalPort())));
            asked = Optional.of(new InetSocketAddress(IPV6, ASKED + 1));
            assertIsRefused();
            asked = Optional.of(new InetSocketAddress(IPV4, ASKED));
            assertIsRefused();
            asked = Optional.empty();
            assertIsRefused();
        }
    }

    private void assertIsRefused() throws IOException {
        try (Socket client = new Socket(IPV6, relays.port(Protocol.TCP))) {
            client.setSoTimeout(30_000);
            try {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            } catch (java.net.SocketException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
        }
    }

    @Test
    void aPortOfARangeLeadsToItsOwn() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, IPV4)) {
            Binding range = new Binding(
                    Protocol.TCP, Cidr.parseAddress("::"), ASKED - 10, IPV4, server.getLocalPort() - 10, 1000);
            relays.change("c", List.of(range));
            try (Socket client = new Socket(IPV6, relays.port(Protocol.TCP));
                    Socket accepted = server.accept()) {
                client.getOutputStream().write(7);
                assertThat(accepted.getInputStream().read()).isEqualTo(7);
            }
        }
    }

    @Test
    void packetsComeBackToWhoSentThem() throws Exception {
        try (DatagramSocket server = new DatagramSocket(0, IPV4);
                DatagramSocket one = new DatagramSocket(0, IPV6);
                DatagramSocket two = new DatagramSocket(0, IPV6)) {
            relays.change("c", List.of(binding(Protocol.UDP, server.getLocalPort())));
            for (DatagramSocket client : List.of(one, two, one)) {
                assertComesBack(client, server);
            }
        }
    }

    private void assertComesBack(DatagramSocket client, DatagramSocket server) throws IOException {
        client.setSoTimeout(30_000);
        server.setSoTimeout(30_000);
        client.send(new DatagramPacket(new byte[] {7}, 1, IPV6, relays.port(Protocol.UDP)));
        DatagramPacket packet = new DatagramPacket(new byte[10], 10);
        server.receive(packet);
        server.send(packet);
        client.receive(packet);
        assertThat(packet.getData()[0]).isEqualTo((byte) 7);
    }

    @Test
    void aPeerThatGoesOnSendingIsLedToTheNextContainer() throws Exception {
        try (DatagramSocket first = new DatagramSocket(0, IPV4);
                DatagramSocket second = new DatagramSocket(0, IPV4);
                DatagramSocket client = new DatagramSocket(0, IPV6)) {
            relays.change("first", List.of(binding(Protocol.UDP, first.getLocalPort())));
            assertComesBack(client, first);
            relays.change("first", List.of());
            relays.change("second", List.of(binding(Protocol.UDP, second.getLocalPort())));
            assertComesBack(client, second);
        }
    }

    @Test
    void connectionsGoOnWhileOtherPortsComeAndGo() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, IPV4)) {
            Binding stays = binding(Protocol.TCP, server.getLocalPort());
            relays.change("c", List.of(stays));
            try (Socket client = new Socket(IPV6, relays.port(Protocol.TCP));
                    Socket accepted = server.accept()) {
                relays.change("c", List.of(stays, new Binding(Protocol.TCP, IPV6, 1, IPV4, 1, 1)));
                relays.change("c", List.of(stays));
                client.getOutputStream().write(1);
                assertThat(accepted.getInputStream().read()).isEqualTo(1);
            }
            relays.change("c", List.of());
            assertIsRefused();
        }
    }
}
