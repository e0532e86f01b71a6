package io.felucca.itests.api;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static io.felucca.itests.fixture.EngineUnderTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** B13: attach, exec, logs and wait, byte for byte on the socket. */
@Timeout(120)
class ApiStreamIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: tcp\r\n";
    private static final String ALL = "stream=1&stdin=1&stdout=1&stderr=1";
    private static final String RAW = "Content-Type: application/vnd.docker.raw-stream\r\n";

    private static RawClient attach(String version, String name, String query, String headers) {
        return RawClient.connect(engine.socket())
                .request("POST", version + "/containers/" + name + "/attach?" + query, headers, "");
    }

    private static String ask(String method, String target, String body) {
        return RawClient.ask(engine.socket(), method, target, body);
    }

    private static String frame(int stream, String text) {
        return (char) stream + "\0\0\0\0\0\0" + (char) text.length() + text;
    }

    private static void createCat(String name, String... options) {
        List<String> words = new ArrayList<>(List.of("create", "-i", "--name", name, "--network", "none"));
        words.addAll(List.of(options));
        words.addAll(List.of("busybox", "cat"));
        engine.ok(words.toArray(String[]::new));
        engine.ok("start", name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1.41", "/v1.42", ""})
    @DisplayName("A hijack by 101 names its stream by the API's version, carries frames, and ends after the half-close")
    void upgraded(String version) {
        createCat("cat");
        try (RawClient client = attach(version, "cat", ALL, UPGRADE)) {
            String type = version.equals("/v1.41") ? "raw" : "multiplexed";
            assertThat(client.head())
                    .isEqualTo("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker." + type
                            + "-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
            client.send("in\n").endInput();
            assertThat(client.rest()).isEqualTo(frame(1, "in\n"));
        }
        await().until(() -> engine.status("cat").equals("exited"));
    }

    @Test
    @DisplayName("A hijack without an upgrade is a 200 whose body is the raw stream")
    void plain() {
        createCat("cat");
        try (RawClient client = attach("", "cat", ALL, "")) {
            assertThat(client.head()).isEqualTo("HTTP/1.1 200 OK\r\n" + RAW + "\r\n");
            client.send("in\n").endInput();
            assertThat(client.rest()).isEqualTo(frame(1, "in\n"));
        }
    }

    @Test
    @DisplayName("Where input is not the container's end, the end of input is the attach's, as with dockerd")
    void endOfInputLeaves() {
        engine.runDetached("-i", "--name", "keeps", "busybox", "cat");
        try (RawClient client = attach("", "keeps", ALL, UPGRADE)) {
            client.head();
            client.send("in\n");
            assertThat(client.read(11)).isEqualTo(frame(1, "in\n").getBytes(StandardCharsets.ISO_8859_1));
            client.endInput();
            assertThat(client.rest()).isEmpty();
        }
        assertThat(engine.status("keeps")).isEqualTo("running");
    }

    @Test
    @DisplayName("A terminal's stream is raw, and the detach keys, the usual and others, end the attach alone")
    void detachKeys() {
        engine.runDetached("-it", "--name", "term", "busybox", "cat");
        try (RawClient client = attach("", "term", ALL, UPGRADE)) {
            assertThat(client.head()).contains(RAW);
            client.send("a\u0010\u0011");
            assertThat(client.rest()).doesNotContain("\u0011");
        }
        try (RawClient client = attach("", "term", ALL + "&detachKeys=ctrl-a,x", UPGRADE)) {
            client.head();
            client.send("\u0001");
            client.send("x");
            client.rest();
        }
        assertThat(engine.status("term")).isEqualTo("running");
    }

    @Test
    @DisplayName("logs=1 gives what was written before, stream=0 nothing more")
    void logsOfAttach() {
        engine.runDetached("--name", "talks", "busybox", "sh", "-c", "echo out; echo err >&2; sleep 1000");
        await().until(() -> engine.felucca("logs", "talks").run().err().equals("err\n"));

        try (RawClient client = attach("", "talks", "stream=0&logs=1&stdout=1&stderr=1", UPGRADE)) {
            client.head();
            client.endInput();
            assertThat(client.rest()).contains(frame(1, "out\n"), frame(2, "err\n"));
        }
        try (RawClient client = attach("", "talks", "stream=1&logs=1&stderr=1", UPGRADE)) {
            client.head();
            assertThat(client.read(12)).isEqualTo(frame(2, "err\n").getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", UPGRADE})
    @DisplayName("An attach that is refused has its status, the error alone as its stream, and ends, as with dockerd")
    void refusedAttach(String headers) {
        engine.runDetached("--name", "still", "busybox", "sleep", "1000");
        engine.ok("pause", "still");
        assertThat(refusal("still", ALL + "&detachKeys=ctrl-1", headers))
                .isEqualTo("400 Bad Request\r\n" + RAW + "\r\nInvalid detach keys (ctrl-1) provided\r\n");
        assertThat(refusal("nosuch", ALL, headers))
                .isEqualTo("404 Not Found\r\n" + RAW + "\r\nNo such container: nosuch\r\n");
        assertThat(refusal("still", ALL, headers))
                .isEqualTo("409 Conflict\r\n" + RAW
                        + "\r\ncontainer still is paused, unpause the container before attach\r\n");
    }

    private static String refusal(String name, String query, String headers) {
        try (RawClient client = attach("", name, query, headers)) {
            return client.rest().replaceFirst("HTTP/1.1 ", "");
        }
    }

    @Test
    @DisplayName("Who waits for a container that removes itself is told before who starts it that it cannot run")
    void waitBeforeFailedStart() {
        for (int i = 0; i < 20; i++) {
            String id = engine.ok("create", "--rm", "--network", "none", "busybox", "/nosuch");
            try (RawClient wait = RawClient.connect(engine.socket())
                    .request("POST", "/containers/" + id + "/wait?condition=removed", "", "")) {
                wait.head();
                assertThat(ask("POST", "/containers/" + id + "/start", "")).contains("stat /nosuch: no such file");
                assertThat(wait.arrived()).contains("\"StatusCode\":127");
            }
        }
    }

    @Test
    @DisplayName(
            "exec: created, started in the stream, inspected with its code; what cannot start is told in the stream")
    void exec() {
        engine.runDetached("--name", "ex", "busybox", "sleep", "1000");
        String id = execId("{\"AttachStdout\":true,\"AttachStderr\":true,\"AttachStdin\":true,"
                + "\"Cmd\":[\"sh\",\"-c\",\"cat; echo err >&2; exit 5\"]}");
        try (RawClient client = startExec(id, "{\"Detach\":false,\"Tty\":false}")) {
            assertThat(client.head()).startsWith("HTTP/1.1 101 UPGRADED");
            client.send("in\n").endInput();
            assertThat(client.rest()).isEqualTo(frame(1, "in\n") + frame(2, "err\n"));
        }
        assertThat(ask("GET", "/exec/" + id + "/json", ""))
                .contains("\"Running\":false", "\"ExitCode\":5", "\"OpenStdin\":true");

        String missing = execId("{\"AttachStdout\":true,\"Cmd\":[\"nosuch\"]}");
        try (RawClient client = startExec(missing, "{}")) {
            client.head();
            client.endInput();
            assertThat(client.rest())
                    .contains("executable file not found in $PATH")
                    .endsWith("\r\n");
        }
        assertThat(ask("POST", "/exec/nosuch/start", "{}"))
                .startsWith("HTTP/1.1 404")
                .contains("No such exec instance: nosuch");
        assertThat(ask("POST", "/containers/ex/exec", "{}"))
                .startsWith("HTTP/1.1 400")
                .contains("No exec command specified");
    }

    private static String execId(String body) {
        String answer = ask("POST", "/containers/ex/exec", body);
        assertThat(answer).startsWith("HTTP/1.1 201");
        return json(answer.substring(answer.indexOf("\r\n\r\n"))).path("Id").textValue();
    }

    private static RawClient startExec(String id, String body) {
        return RawClient.connect(engine.socket()).request("POST", "/exec/" + id + "/start", UPGRADE, body);
    }

    @Test
    @DisplayName("wait sends its header at once and its body at the end")
    void waiting() {
        engine.runDetached("--name", "waits", "busybox", "sleep", "1000");
        try (RawClient client = RawClient.connect(engine.socket())) {
            client.request("POST", "/containers/waits/wait?condition=next-exit", "Connection: close\r\n", "");
            assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n");
            engine.ok("kill", "waits");
            assertThat(client.rest()).contains("{\"Error\":null,\"StatusCode\":137}");
        }
        assertThat(ask("POST", "/containers/waits/wait?condition=never", ""))
                .startsWith("HTTP/1.1 400")
                .contains("invalid condition: ");
    }

    @Test
    @DisplayName("logs are told as they come")
    void followedLogs() {
        createCat("cat");
        try (RawClient logs = RawClient.connect(engine.socket());
                RawClient input = attach("", "cat", ALL, UPGRADE)) {
            logs.request("GET", "/v1.41/containers/cat/logs?follow=1&stdout=1", "", "");
            assertThat(logs.head()).contains(RAW, "Transfer-Encoding: chunked");
            input.head();
            input.send("one\n");
            assertThat(new String(logs.read(15), StandardCharsets.ISO_8859_1)).endsWith(frame(1, "one\n"));
            input.endInput();
            assertThat(logs.read(7)).isEqualTo("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    @DisplayName(
            "T25: a client that does not read its attach or its logs stops neither the container nor grows the heap")
    void T25_slowClients() {
        engine.ok(
                "create",
                "--name",
                "flood",
                "--network",
                "none",
                "busybox",
                "sh",
                "-c",
                "yes 0123456789012345678901234567890123456789 | head -n 1000000; echo finished");
        engine.ok("start", "flood");
        try (RawClient attached = attach("", "flood", "stream=1&stdout=1&stderr=1", UPGRADE);
                RawClient logs = RawClient.connect(engine.socket())) {
            logs.request("GET", "/containers/flood/logs?follow=1&stdout=1", "", "");
            attached.head();
            logs.head();
            assertThat(engine.ok("wait", "flood")).isEqualTo("0");
        }
        assertThat(engine.felucca("logs", "--tail", "1", "flood").run().out()).isEqualTo("finished\n");
    }

    @Test
    @DisplayName("T25: attaches, waits and followed logs that their clients abandon leave nothing in the engine")
    void T25_abandonedStreams() {
        engine.runDetached("-i", "--name", "silent", "busybox", "cat");
        List<String> targets = List.of(
                "POST /containers/silent/attach?" + ALL,
                "POST /containers/silent/attach?stream=1&stdout=1&stderr=1",
                "POST /containers/silent/wait",
                "GET /containers/silent/logs?follow=1&stdout=1");
        int before = engine.threads("felucca-http");
        for (int i = 0; i < 200; i++) {
            String[] target = targets.get(i % targets.size()).split(" ");
            try (RawClient client = RawClient.connect(engine.socket())) {
                client.request(target[0], target[1], target[1].contains("attach") ? UPGRADE : "", "");
                client.head();
            }
        }
        await().untilAsserted(() -> assertThat(engine.threads("felucca-http")).isLessThanOrEqualTo(before + 2));
        assertThat(engine.status("silent")).isEqualTo("running");
    }
}
