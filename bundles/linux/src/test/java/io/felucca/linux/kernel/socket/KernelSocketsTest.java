package io.felucca.linux.kernel.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.linux.Sockets.PeerCredentials;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelSocketsTest {

    @TempDir
    Path folder;

    @Test
    void thePeerIsKnownByItsNumbers() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            try (SocketChannel client = SocketChannel.open(address);
                    SocketChannel accepted = server.accept()) {
                assertThat(client.isConnected()).isTrue();
                assertThat(new KernelSockets().peer(accepted))
                        .isEqualTo(new PeerCredentials(number("unix:uid"), number("unix:gid")));
            }
        }
    }

    private int number(String attribute) throws Exception {
        return (int) Files.getAttribute(folder, attribute);
    }

    @Test
    @DisplayName("B5 No package is needed that a framework may not export (jdk.net)")
    void needsNoPackageThatAFrameworkMayNotExport() throws Exception {
        try (InputStream code = KernelSockets.class.getResourceAsStream("KernelSockets.class")) {
            assertThat(new String(code.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("jdk/net/");
        }
    }
}
