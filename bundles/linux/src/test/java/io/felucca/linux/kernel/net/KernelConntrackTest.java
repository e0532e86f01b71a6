package io.felucca.linux.kernel.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.process.KernelProcesses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs root and the program nft: on flows in a namespace of the test. */
@Tag("root")
class KernelConntrackTest {

    private static final int UDP = 17;
    private static final int PUBLISHED = 4000;
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final KernelNamespaces namespaces = new KernelNamespaces();
    private final KernelConntrack conntrack = new KernelConntrack();
    private final Fd namespace = namespaces.create();
    private final Path file = namespaces.file(namespace);

    @AfterEach
    void close() {
        conntrack.close();
        namespace.close();
    }

    private <T> T inNamespace(Callable<T> work) {
        return namespaces.call(file, work);
    }

    private static DatagramChannel bound() throws Exception {
        return DatagramChannel.open(java.net.StandardProtocolFamily.INET).bind(LOOPBACK);
    }

    private static InetSocketAddress address(DatagramChannel channel) throws Exception {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private void redirectTo(int port) {
        String rules = "add table ip t\nadd chain ip t p { type nat hook output priority -100; }\n"
                + "add rule ip t p udp dport " + PUBLISHED + " redirect to :" + port + "\n";
        boolean made = inNamespace(() -> new KernelProcesses()
                .run(
                        List.of("nft", "-f", "-"),
                        List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
                        rules.getBytes(StandardCharsets.UTF_8),
                        60_000)
                .success());
        assertThat(made).isTrue();
    }

    @Test
    @DisplayName("issue 11: flows are found and forgotten by one socket, which is not closed after each use")
    void flowsAreFoundAndForgottenByOneSocket() throws Exception {
        try (DatagramChannel server = inNamespace(KernelConntrackTest::bound);
                DatagramChannel client = inNamespace(KernelConntrackTest::bound)) {
            redirectTo(address(server).getPort());
            InetSocketAddress published = new InetSocketAddress(LOOPBACK.getAddress(), PUBLISHED);
            assertThat(inNamespace(() -> conntrack.destination(UDP, address(client), address(server))))
                    .isEmpty();
            int socket = conntrack.socket().orElseThrow();
            for (int i = 0; i < 3; i++) {
                client.send(ByteBuffer.wrap(new byte[1]), published);
                server.receive(ByteBuffer.allocate(1));

                assertThat(conntrack.destination(UDP, address(client), address(server)))
                        .hasValue(published);
                conntrack.forget(UDP, Set.of(PUBLISHED + 1));
                assertThat(conntrack.destination(UDP, address(client), address(server)))
                        .hasValue(published);
                conntrack.forget(UDP, Set.of(PUBLISHED));
                assertThat(conntrack.destination(UDP, address(client), address(server)))
                        .isEmpty();
            }
            assertThat(conntrack.socket()).hasValue(socket);
        }
    }
}
