package io.felucca.networks.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.Protocol;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From ::1 to 127.0.0.1: a host's loopback to a container that has no IPv6. */
class RelaysTest {

    private static final InetAddress IPV6 = Cidr.parseAddress("::1");
    private static final InetAddress IPV4 = Cidr.parseAddress("127.0.0.1");
    private static final int LARGE = 3_000_000;

    private final Relays relays = new Relays();

    @AfterEach
    void close() {
        relays.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, IPV6)) {
            return socket.getLocalPort();
        }
    }

    private static Binding binding(Protocol protocol, int from, int to) {
        return new Binding(protocol, IPV6, from, IPV4, to, 1);
    }

    @Test
    void bytesGoBothWaysAndEachEndIsToldAlone() throws Exception {
        int port = freePort();
        try (ServerSocket server = new ServerSocket(0, 1, IPV4)) {
            relays.change("c", List.of(binding(Protocol.TCP, port, server.getLocalPort())));
            CompletableFuture<Integer> received = CompletableFuture.supplyAsync(() -> {
                try (Socket accepted = server.accept()) {
                    byte[] all = accepted.getInputStream().readAllBytes();
                    accepted.getOutputStream().write(all);
                    return all.length;
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try (Socket client = new Socket(IPV6, port)) {
                client.getOutputStream().write(new byte[LARGE]);
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).hasSize(LARGE);
            }
            assertThat(received.join()).isEqualTo(LARGE);
        }
    }

    @Test
    void aClientWhoseContainerRefusesIsRefused() throws Exception {
        int port = freePort();
        int nobody = freePort();
        relays.change("c", List.of(binding(Protocol.TCP, port, nobody)));
        try (Socket client = new Socket(IPV6, port)) {
            client.setSoTimeout(5000);
            try {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            } catch (java.net.SocketException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
        }
    }

    @Test
    void packetsComeBackToWhoSentThem() throws Exception {
        int port = freePort();
        try (DatagramSocket server = new DatagramSocket(0, IPV4);
                DatagramSocket one = new DatagramSocket(0, IPV6);
                DatagramSocket two = new DatagramSocket(0, IPV6)) {
            relays.change("c", List.of(binding(Protocol.UDP, port, server.getLocalPort())));
            for (DatagramSocket client : List.of(one, two, one)) {
                client.setSoTimeout(5000);
                client.send(new DatagramPacket(new byte[] {7}, 1, IPV6, port));
                DatagramPacket packet = new DatagramPacket(new byte[10], 10);
                server.receive(packet);
                server.send(packet);
                client.receive(packet);
                assertThat(packet.getData()[0]).isEqualTo((byte) 7);
            }
        }
    }

    @Test
    void whatStaysKeepsItsConnectionsAndWhatGoesIsFree() throws Exception {
        int first = freePort();
        int second = freePort();
        try (ServerSocket server = new ServerSocket(0, 5, IPV4)) {
            Binding stays = binding(Protocol.TCP, first, server.getLocalPort());
            relays.change("c", List.of(stays));
            try (Socket client = new Socket(IPV6, first);
                    Socket accepted = server.accept()) {
                relays.change("c", List.of(stays, binding(Protocol.TCP, second, server.getLocalPort())));
                relays.change("c", List.of(stays));
                client.getOutputStream().write(1);
                assertThat(accepted.getInputStream().read()).isEqualTo(1);
                new ServerSocket(second, 1, IPV6).close();
            }
            relays.change("c", List.of());
            assertThatThrownBy(() -> new Socket(IPV6, first)).isInstanceOf(java.net.ConnectException.class);
        }
    }

    @Test
    void aPortOfAnotherProgramIsAConflictAndNothingChanges() throws Exception {
        int free = freePort();
        try (ServerSocket other = new ServerSocket(0, 1, IPV6)) {
            assertThatThrownBy(() -> relays.change(
                            "c",
                            List.of(binding(Protocol.TCP, free, 1), binding(Protocol.TCP, other.getLocalPort(), 1))))
                    .isInstanceOf(FeluccaException.class)
                    .hasMessageContaining("Address already in use");
            assertThatThrownBy(() -> new Socket(IPV6, free)).isInstanceOf(java.net.ConnectException.class);
        }
    }
}
