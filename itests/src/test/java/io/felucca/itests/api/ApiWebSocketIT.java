package io.felucca.itests.api;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.RawClient;
import io.felucca.itests.fixture.docker.DockerDaemon;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** B13: attach by a WebSocket, as clients in browsers have it, byte for byte as dockerd 20.10 answers; terminal sizes. */
@Timeout(120)
class ApiWebSocketIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @RegisterExtension
    static final DockerDaemon daemon = DockerDaemon.withBusybox();

    private static final String ALL = "/attach/ws?stream=1&stdin=1&stdout=1&stderr=1";
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int BINARY = 2;
    private static final int TEXT = 1;

    private static RawClient open(Path socket, String target) {
        return RawClient.connect(socket)
                .send("GET /v1.41" + target + " HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Origin: http://d\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    }

    /** A client's message is masked (RFC 6455, 5.3). */
    private static byte[] message(int kind, String text) {
        byte[] mask = {1, 2, 3, 4};
        byte[] content = text.getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0x80 | kind);
        if (content.length < 126) {
            frame.write(0x80 | content.length);
        } else {
            frame.write(0x80 | 126);
            frame.write(content.length >> 8);
            frame.write(content.length);
        }
        frame.writeBytes(mask);
        for (int i = 0; i < content.length; i++) {
            frame.write(content[i] ^ mask[i & 3]);
        }
        return frame.toByteArray();
    }

    private static String create(Path socket, String name) {
        return RawClient.ask(
                        socket,
                        "POST",
                        "/v1.41/containers/create?name=" + name,
                        "{\"Image\":\"busybox\",\"Cmd\":[\"cat\"],\"OpenStdin\":true,\"StdinOnce\":true,"
                                + "\"HostConfig\":{\"NetworkMode\":\"none\"}}")
                + RawClient.ask(socket, "POST", "/v1.41/containers/" + name + "/start", "");
    }

    /** All that comes after the header for two lines of input and the client's end. */
    private static String joined(Path socket) {
        create(socket, "cat");
        try (RawClient client = open(socket, "/containers/cat" + ALL)) {
            assertThat(client.head())
                    .startsWith("HTTP/1.1 101 ")
                    .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
            client.send(message(BINARY, "one\n"));
            String first = new String(client.read(6), StandardCharsets.ISO_8859_1);
            client.send(message(TEXT, "two\n"));
            String second = new String(client.read(6), StandardCharsets.ISO_8859_1);
            client.send(message(CLOSE, "\u0003\u00e8"));
            return first + second + client.rest();
        }
    }

    @Test
    @DisplayName(
            "Input goes in and output comes out in messages, and the client's end is the process's, as with dockerd")
    void messages() {
        String theirs = joined(daemon.socket());
        assertThat(joined(engine.socket()))
                .isEqualTo(theirs)
                .isEqualTo("\u0082\u0004one\n\u0082\u0004two\n\u0088\u0002\u0003\u00e8");
        await().until(() -> engine.status("cat").equals("exited"));
    }

    @Test
    @DisplayName("Long messages, pings and what is no WebSocket")
    void others() {
        create(engine.socket(), "cat");
        try (RawClient client = open(engine.socket(), "/containers/cat" + ALL)) {
            client.head();
            client.send(message(PING, "here?"));
            assertThat(client.read(7)).isEqualTo("\u008a\u0005here?".getBytes(StandardCharsets.ISO_8859_1));
            String line = "x".repeat(999) + "\n";
            client.send(message(BINARY, line));
            assertThat(client.read(4 + 1000))
                    .isEqualTo(("\u0082\u007e\u0003\u00e8" + line).getBytes(StandardCharsets.ISO_8859_1));
            // An unmasked message is against the protocol: the connection ends.
            client.send(new byte[] {(byte) 0x82, 1, 'x'});
            client.rest();
        }
        assertThat(RawClient.ask(engine.socket(), "GET", "/containers/cat" + ALL, ""))
                .startsWith("HTTP/1.1 400 ")
                .contains("not websocket protocol");
        assertThat(RawClient.ask(engine.socket(), "GET", "/containers/nosuch" + ALL, ""))
                .startsWith("HTTP/1.1 404 ");
    }

    @Test
    @DisplayName("A terminal begins in the size that its container or its exec was made with")
    void consoleSize() {
        String body = "{\"Image\":\"busybox\",\"Cmd\":[\"sh\",\"-c\",\"stty size; exec sleep 1000\"],\"Tty\":true,"
                + "\"HostConfig\":{\"NetworkMode\":\"none\",\"ConsoleSize\":[33,77]}}";
        assertThat(RawClient.ask(engine.socket(), "POST", "/containers/create?name=sized", body))
                .startsWith("HTTP/1.1 201 ");
        engine.ok("start", "sized");
        await().untilAsserted(() -> assertThat(engine.ok("logs", "sized")).isEqualTo("33 77\r"));
        assertThat(engine.inspect("sized").path("HostConfig").path("ConsoleSize"))
                .hasToString("[33,77]");

        // crun 1.8 gives an exec's terminal its size while the process begins already; until then
        // busybox's stty prints no size and may exit with 0 all the same.
        String made = RawClient.ask(
                engine.socket(),
                "POST",
                "/containers/sized/exec",
                "{\"Cmd\":[\"sh\",\"-c\",\"until s=$(stty size 2>/dev/null); [ -n \\\"$s\\\" ]; do :; done; echo $s\"],"
                        + "\"Tty\":true,\"AttachStdin\":true,\"AttachStdout\":true,"
                        + "\"ConsoleSize\":[44,88]}");
        String id = EngineUnderTest.json(made.substring(made.indexOf("\r\n\r\n") + 4))
                .path("Id")
                .textValue();
        try (RawClient client = RawClient.connect(engine.socket())) {
            client.request(
                    "POST", "/exec/" + id + "/start", "Connection: Upgrade\r\nUpgrade: tcp\r\n", "{\"Tty\":true}");
            client.head();
            assertThat(new String(client.read(7), StandardCharsets.ISO_8859_1)).isEqualTo("44 88\r\n");
        }
    }
}
