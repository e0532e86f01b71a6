package io.felucca.networks.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.networks.relay.RelayedConnections.Limits;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What peers of published ports may hold. */
class RelayLimitsTest {

    private static final InetAddress HOST = InetAddress.getLoopbackAddress();
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofDays(1);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final int MANY = 300;

    private final RelayLoop loop = new RelayLoop();
    private final Deque<Closeable> opened = new ArrayDeque<>();
    private volatile InetSocketAddress target;

    RelayLimitsTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        loop.close();
    }

    private final class Targets implements RelayTargets {
        @Override
        public Optional<InetSocketAddress> find(InetSocketAddress peer, InetSocketAddress here) {
            return Optional.of(target);
        }

        @Override
        public long changes() {
            return 0;
        }
    }

    private <T extends Closeable> T opened(T one) {
        opened.push(one);
        return one;
    }

    private TcpRelay relay(Limits limits) throws IOException {
        return opened(new TcpRelay(loop, new Targets(), ServerSocketChannel::accept, limits));
    }

    private ServerSocket server() throws IOException {
        ServerSocket server = opened(new ServerSocket(0, MANY, HOST));
        server.setSoTimeout((int) DEADLINE.toMillis());
        return server;
    }

    private static InetSocketAddress address(ServerSocket server) {
        return new InetSocketAddress(HOST, server.getLocalPort());
    }

    /** A connection that has carried a byte, and its other end. */
    private record Carried(Socket client, Socket accepted) {
        void carry() throws IOException {
            client.getOutputStream().write(7);
            assertThat(accepted.getInputStream().read()).isEqualTo(7);
        }
    }

    private Carried connect(TcpRelay relay, ServerSocket server) throws IOException {
        target = address(server);
        Socket client = opened(new Socket(HOST, relay.port()));
        client.setSoTimeout((int) DEADLINE.toMillis());
        Carried carried = new Carried(client, opened(server.accept()));
        carried.accepted().setSoTimeout((int) DEADLINE.toMillis());
        carried.carry();
        return carried;
    }

    private static void assertClosed(Socket client) throws IOException {
        try {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    private int buffersInUse() {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        loop.execute(() -> count.complete(loop.buffers().largeInUse()));
        return count.join();
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Test
    @DisplayName("Idle connections hold no buffer")
    void idleConnectionsHoldNoMemory() throws Exception {
        TcpRelay relay = relay(Limits.DEFAULT);
        ServerSocket server = server();
        long before = directBytes();
        for (int i = 0; i < MANY; i++) {
            connect(relay, server);
        }
        assertThat(relay.connections()).isEqualTo(MANY);
        assertThat(buffersInUse()).isZero();
        assertThat(directBytes() - before).isLessThan(MANY * 32L * 1024);
    }

    @Test
    @DisplayName("What a peer does not read waits in a buffer, which is given back once it has read")
    void stalledConnectionsGiveTheirBuffersBack() throws Exception {
        TcpRelay relay = relay(Limits.DEFAULT);
        Carried stalled = connect(relay, server());
        int size = 30_000_000;
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                stalled.client().getOutputStream().write(new byte[size]);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        await().atMost(DEADLINE).until(() -> buffersInUse() == 1);
        assertThat(stalled.accepted().getInputStream().readNBytes(size)).hasSize(size);
        sent.join();
        await().atMost(DEADLINE).until(() -> buffersInUse() == 0);
    }

    @Test
    @DisplayName("At a port's limit the connection that has been silent longest gives way, and other ports' stay")
    void thePortsLimitHolds() throws Exception {
        TcpRelay relay = relay(new Limits(2, 10, LONG, LONG, LONG));
        Carried other = connect(relay, server());
        ServerSocket server = server();
        Carried first = connect(relay, server);
        Carried second = connect(relay, server);
        first.carry();
        Carried third = connect(relay, server);
        assertClosed(second.client());
        for (Carried stays : new Carried[] {other, first, third}) {
            stays.carry();
        }
        assertThat(relay.connections()).isEqualTo(3);
    }

    @Test
    @DisplayName("At the limit of all a connection of the port with the most gives way")
    void theLimitOfAllHolds() throws Exception {
        TcpRelay relay = relay(new Limits(10, 3, LONG, LONG, LONG));
        Carried other = connect(relay, server());
        ServerSocket server = server();
        Carried first = connect(relay, server);
        Carried second = connect(relay, server);
        Carried third = connect(relay, server());
        assertClosed(first.client());
        for (Carried stays : new Carried[] {other, second, third}) {
            stays.carry();
        }
    }

    @Test
    @DisplayName("A connection that is silent for too long is closed")
    void silentConnectionsAreClosed() throws Exception {
        TcpRelay relay = relay(new Limits(10, 10, SHORT, LONG, LONG));
        target = address(server());
        Socket silent = opened(new Socket(HOST, relay.port()));
        silent.setSoTimeout((int) DEADLINE.toMillis());
        assertClosed(silent);
        await().atMost(DEADLINE).until(() -> relay.connections() == 0);
    }

    @Test
    @DisplayName("A connection one of whose sides has ended is closed sooner")
    void halfClosedConnectionsAreClosed() throws Exception {
        TcpRelay relay = relay(new Limits(10, 10, LONG, SHORT, LONG));
        ServerSocket server = server();
        Carried silent = connect(relay, server);
        Carried stays = connect(relay, server);
        silent.client().shutdownOutput();
        assertClosed(silent.client());
        stays.carry();
        assertThat(relay.connections()).isEqualTo(1);
    }

    @Test
    @DisplayName("A peer that is silent for too long gives its socket back, and is served again when it sends")
    void silentPeersGiveTheirSocketsBack() throws Exception {
        try (DatagramSocket server = new DatagramSocket(0, HOST);
                DatagramSocket peer = new DatagramSocket(0, HOST)) {
            server.setSoTimeout((int) DEADLINE.toMillis());
            target = new InetSocketAddress(HOST, server.getLocalPort());
            UdpRelay relay =
                    new UdpRelay(loop, new InetSocketAddress(HOST, 0), new Targets(), 10, Long.MAX_VALUE, SHORT);
            int before = carry(peer, relay, server);
            await().atMost(DEADLINE)
                    .pollInterval(SHORT.multipliedBy(5))
                    .until(() -> carry(peer, relay, server) != before);
        }
    }

    /** @return the port of the relay that the packet came from */
    private static int carry(DatagramSocket peer, UdpRelay relay, DatagramSocket server) throws IOException {
        peer.send(new DatagramPacket(new byte[] {7}, 1, HOST, relay.port()));
        DatagramPacket packet = new DatagramPacket(new byte[10], 10);
        server.receive(packet);
        return packet.getPort();
    }
}
