package io.felucca.networks.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What fails for one peer of a socket that all share. */
class RelayFailuresTest {

    private static final InetAddress HOST = InetAddress.getLoopbackAddress();

    private final RelayLoop loop;
    private final Targets targets = new Targets();

    RelayFailuresTest() throws IOException {
        loop = new RelayLoop();
    }

    @AfterEach
    void close() throws IOException {
        loop.close();
    }

    @Test
    @DisplayName("Connections that could not be accepted, for want of descriptors, are accepted later")
    void acceptingIsTriedAgain() throws Exception {
        AtomicInteger failures = new AtomicInteger(3);
        try (ServerSocket server = new ServerSocket(0, 1, HOST)) {
            targets.target = new InetSocketAddress(HOST, server.getLocalPort());
            TcpRelay relay = new TcpRelay(
                    loop,
                    targets,
                    socket -> {
                        if (failures.getAndDecrement() > 0) {
                            throw new SocketException("Too many open files");
                        }
                        return socket.accept();
                    },
                    RelayedConnections.Limits.DEFAULT);
            server.setSoTimeout(30_000);
            try (Socket client = new Socket(HOST, relay.port());
                    Socket accepted = server.accept()) {
                client.getOutputStream().write(7);
                assertThat(accepted.getInputStream().read()).isEqualTo(7);
            }
            assertThat(relay.isOpen()).isTrue();
        }
    }

    @Test
    @DisplayName("An OutOfMemoryError while one connection is served ends that connection alone")
    void aWantOfMemoryIsOneConnections() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        try (ServerSocketChannel one = listening();
                ServerSocket server = new ServerSocket(0, 1, HOST)) {
            loop.execute(() -> {
                throw new OutOfMemoryError("a task");
            });
            loop.register(one, SelectionKey.OP_ACCEPT, new RelayLoop.Handler() {
                @Override
                public void ready(SelectionKey key) {
                    throw new OutOfMemoryError("Direct buffer memory");
                }

                @Override
                public void close() {
                    failed.countDown();
                    // Nor does the thread end with what fails after a failure.
                    throw new IllegalStateException("closing", closing(one));
                }
            });
            targets.target = new InetSocketAddress(HOST, server.getLocalPort());
            TcpRelay relay = new TcpRelay(loop, targets);
            try (Socket lost = new Socket(HOST, ((InetSocketAddress) one.getLocalAddress()).getPort())) {
                assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
                assertThat(lost.isConnected()).isTrue();
            }
            server.setSoTimeout(60_000);
            try (Socket client = new Socket(HOST, relay.port());
                    Socket accepted = server.accept()) {
                client.getOutputStream().write(7);
                assertThat(accepted.getInputStream().read()).isEqualTo(7);
            }
        }
    }

    private static ServerSocketChannel listening() throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.configureBlocking(false);
        return channel.bind(new InetSocketAddress(HOST, 0));
    }

    private static IOException closing(ServerSocketChannel channel) {
        try {
            channel.close();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    @Test
    @DisplayName("A peer whose packets cannot be passed on loses them, and others are served")
    void aPeerThatCannotBeServedIsDropped() throws Exception {
        try (DatagramSocket server = new DatagramSocket(0, HOST);
                DatagramSocket first = new DatagramSocket(0, HOST);
                DatagramSocket second = new DatagramSocket(0, HOST)) {
            UdpRelay relay = new UdpRelay(loop, new InetSocketAddress(HOST, 0), targets);
            targets.target = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
            send(first, relay);
            targets.awaitAsked(1);
            targets.target = new InetSocketAddress(HOST, server.getLocalPort());
            send(second, relay);
            receive(server);
        }
    }

    @Test
    @DisplayName("A peer that asks for nothing that is published is not looked up for each of its packets")
    void whoAsksForNothingIsRemembered() throws Exception {
        try (DatagramSocket first = new DatagramSocket(0, HOST);
                DatagramSocket second = new DatagramSocket(0, HOST)) {
            UdpRelay relay =
                    new UdpRelay(loop, new InetSocketAddress(HOST, 0), targets, 1, Long.MAX_VALUE, Duration.ofDays(1));
            for (int i = 0; i < 10; i++) {
                send(first, relay);
            }
            send(second, relay);
            targets.awaitAsked(2);
        }
    }

    @Test
    @DisplayName("Many peers of one target cost another target none of its own")
    void peersAreCountedByTarget() throws Exception {
        try (DatagramSocket one = new DatagramSocket(0, HOST);
                DatagramSocket other = new DatagramSocket(0, HOST);
                DatagramSocket first = new DatagramSocket(0, HOST);
                DatagramSocket second = new DatagramSocket(0, HOST);
                DatagramSocket third = new DatagramSocket(0, HOST)) {
            UdpRelay relay =
                    new UdpRelay(loop, new InetSocketAddress(HOST, 0), targets, 1, Long.MAX_VALUE, Duration.ofDays(1));
            targets.target = new InetSocketAddress(HOST, one.getLocalPort());
            send(first, relay);
            int port = receive(one);
            targets.target = new InetSocketAddress(HOST, other.getLocalPort());
            for (DatagramSocket peer : new DatagramSocket[] {second, third, second}) {
                send(peer, relay);
                receive(other);
            }
            targets.awaitAsked(4);
            send(first, relay);
            assertThat(receive(one)).isEqualTo(port);
            targets.awaitAsked(4);
        }
    }

    private static void send(DatagramSocket from, UdpRelay relay) throws IOException {
        from.send(new DatagramPacket(new byte[] {7}, 1, HOST, relay.port()));
    }

    private static int receive(DatagramSocket server) throws IOException {
        server.setSoTimeout(30_000);
        DatagramPacket packet = new DatagramPacket(new byte[10], 10);
        server.receive(packet);
        assertThat(packet.getLength()).isEqualTo(1);
        return packet.getPort();
    }

    private static final class Targets implements RelayTargets {
        private volatile InetSocketAddress target;
        private int asked;

        @Override
        public synchronized Optional<InetSocketAddress> find(InetSocketAddress peer, InetSocketAddress here) {
            asked++;
            notifyAll();
            return Optional.ofNullable(target);
        }

        synchronized void awaitAsked(int times) throws InterruptedException {
            long end = System.nanoTime() + 30_000_000_000L;
            while (asked < times && System.nanoTime() < end) {
                wait(1000);
            }
            assertThat(asked).isEqualTo(times);
        }

        @Override
        public long changes() {
            return 0;
        }
    }
}
