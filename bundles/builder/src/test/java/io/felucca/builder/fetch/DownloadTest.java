package io.felucca.builder.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.felucca.FeluccaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of ADD that a URL names, from a server on loopback. */
@Timeout(60)
class DownloadTest {

    private static final String HELLO = "sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/hello", exchange -> {
            byte[] body = "hello\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/endless", DownloadTest::writeOn);
        server.start();
    }

    /** Ends with the client's connection. */
    private static void writeOn(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] piece = new byte[1 << 16];
        while (true) {
            exchange.getResponseBody().write(piece);
        }
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private Path fetch(String path, String checksum, BooleanSupplier wanted, long maxBytes)
            throws NoSuchAlgorithmException {
        Path file = folder.resolve("file");
        Download.fetch(url(path), file, checksum, MessageDigest.getInstance("SHA-256"), wanted, maxBytes);
        return file;
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Test
    @DisplayName("S50, S51: a file has the mode 0600, and the checksum that was named")
    void checksumThatHolds() throws IOException, NoSuchAlgorithmException {
        Path file = fetch("/hello", HELLO, () -> true, 6);
        assertThat(file).hasContent("hello\n");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    @DisplayName("S51: another checksum than that of the file is refused")
    void checksumThatDoesNotHold() {
        String other = "sha256:" + "0".repeat(64);
        assertThatThrownBy(() -> fetch("/hello", other, () -> true, 6))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("digest mismatch " + HELLO + ": " + other);
        assertThatThrownBy(() -> fetch("/hello", "md5:1", () -> true, 6))
                .hasMessage("invalid checksum digest format: md5:1");
    }

    @Test
    @DisplayName("S50: a status that is an error ends the build")
    void errorStatus() {
        assertThatThrownBy(() -> fetch("/none", "", () -> true, 6))
                .hasMessage("ADD failed: failed to GET " + url("/none") + " with status 404 Not Found: "
                        + "<h1>404 Not Found</h1>No context found for request");
    }

    @Test
    @DisplayName("T11: a file that does not end is refused at its limit")
    void endlessFile() {
        assertThatThrownBy(() -> fetch("/endless", "", () -> true, 1 << 20))
                .hasMessage(url("/endless") + " is longer than 1048576 bytes; put the file into the context");
        assertThat(folder.resolve("file").toFile().length()).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    @DisplayName("T11: a download ends when nobody wants it any more")
    void givenUp() {
        AtomicInteger pieces = new AtomicInteger();
        assertThatThrownBy(() -> fetch("/endless", "", () -> pieces.incrementAndGet() < 3, Long.MAX_VALUE))
                .hasMessage("Build cancelled");
        assertThat(pieces).hasValueGreaterThanOrEqualTo(3);
    }
}
