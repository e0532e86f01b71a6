package io.felucca.docker.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.docker.api.listen.Listener;
import io.felucca.docker.api.listen.SocketFile;
import io.felucca.docker.api.listen.Transport;
import io.felucca.docker.api.routes.SystemRoutes;
import io.felucca.docker.api.routes.UpgradeRoutes;
import io.felucca.docker.json.DockerJson;
import io.felucca.engine.EngineVersion;
import io.felucca.engine.UpgradeHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ApiServerTest {

    private static final EngineVersion VERSION =
            () -> new EngineVersion.Version("0.1.0", "abc", "2026-01-01T00:00:00Z", "linux", "amd64", "6.1", "17.0.1");

    @TempDir
    Path folder;

    private final Map<String, UpgradeHandler> upgrades = new ConcurrentHashMap<>();
    private final CountDownLatch slowBegan = new CountDownLatch(1);
    private final CountDownLatch slowMayEnd = new CountDownLatch(1);
    private Path socket;
    private ApiServer server;

    @BeforeEach
    void start() {
        socket = folder.resolve("f.sock");
        server = start(new ApiServer.Limits(8, 60_000, 60_000, 2_000));
    }

    private ApiServer start(ApiServer.Limits limits) {
        List<Route> routes = new ArrayList<>(new SystemRoutes(VERSION, () -> null, Clock.systemUTC()).routes());
        routes.addAll(new UpgradeRoutes(upgrades).routes());
        routes.add(Route.of("POST", "/echo", exchange -> {
            byte[] body = exchange.body().readAllBytes();
            exchange.stream(200, "text/plain", out -> out.write(body));
        }));
        routes.add(Route.of(
                "GET",
                "/refused",
                exchange -> exchange.stream(200, "text/plain", out -> {
                    throw FeluccaException.conflict("refused");
                })));
        routes.add(Route.of(
                "GET",
                "/broken",
                exchange -> exchange.stream(200, "text/plain", out -> {
                    out.write("begun".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    throw FeluccaException.conflict("too late");
                })));
        routes.add(Route.of("POST", "/relay", exchange -> {
            InputStream body = exchange.body();
            exchange.stream(200, "text/plain", body::transferTo);
        }));
        routes.add(Route.of("POST", "/ignore", exchange -> exchange.empty(204)));
        routes.add(Route.of("GET", "/images/{name:*}/json", exchange -> exchange.text(200, exchange.variable("name"))));
        routes.add(Route.of("GET", "/fault", exchange -> {
            throw new IllegalStateException("boom");
        }));
        routes.add(Route.of("GET", "/huge", exchange -> exchange.text(200, "" + new long[Integer.MAX_VALUE].length)));
        routes.add(Route.of(
                "GET",
                "/growing",
                exchange -> exchange.stream(200, "text/plain", out -> {
                    out.write("begun".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    out.write(new long[Integer.MAX_VALUE].length);
                })));
        routes.add(Route.of("GET", "/conflict", exchange -> {
            throw FeluccaException.conflict("name in use");
        }));
        routes.add(Route.of("GET", "/unchanged", exchange -> {
            throw FeluccaException.notModified("already so");
        }));
        routes.add(Route.of("GET", "/slow", exchange -> {
            slowBegan.countDown();
            try {
                slowMayEnd.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            exchange.text(200, "done");
        }));
        Router router = new Router(routes, DockerJson.mapper(), "0.1.0");
        return ApiServer.start(listen(socket, ""), router, limits);
    }

    private static SocketFile listen(Path path, String group) {
        return SocketFile.listen(path, group, channel -> new UpgradeHandler.Peer(42, 0));
    }

    @AfterEach
    void stop() {
        slowMayEnd.countDown();
        server.close();
    }

    @Test
    void pingTellsTheVersionInHeaders() throws IOException {
        String answer = ask("GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Api-Version: 1.51\r\n", "Docker-Experimental: false\r\n", "Ostype: linux\r\n")
                .contains("Server: Felucca/0.1.0 (linux)\r\n", "Builder-Version: 1\r\n", "Content-Length: 2\r\n")
                .endsWith("\r\n\r\nOK");
    }

    @Test
    void headOfPingHasNoBody() throws IOException {
        assertThat(ask("HEAD /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n"))
                .contains("Content-Length: 0\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void versionIsServedUnderTheVersionsThatAreSpoken() throws IOException {
        for (String prefix : List.of("", "/v1.24", "/v1.41", "/v1.51")) {
            assertThat(get(prefix + "/version"))
                    .startsWith("HTTP/1.1 200")
                    .contains(
                            "\"ApiVersion\":\"1.51\"",
                            "\"MinAPIVersion\":\"1.24\"",
                            "\"Name\":\"Engine\",\"Version\":\"0.1.0\"")
                    .contains("],\"Version\":\"28.3.0+felucca\"");
        }
    }

    @Test
    void versionsThatAreNotSpokenAreRefusedInDockersWords() throws IOException {
        assertThat(get("/v1.12/version"))
                .startsWith("HTTP/1.1 400")
                .contains("{\"message\":\"client version 1.12 is too old. Minimum supported API version is 1.24, "
                        + "please upgrade your client to a newer version\"}");
        assertThat(get("/v1.99/version"))
                .startsWith("HTTP/1.1 400")
                .contains("{\"message\":\"client version 1.99 is too new. Maximum supported API version is 1.51\"}");
    }

    @Test
    void unknownPagesAndKindsOfErrorsHaveTheirStatus() throws IOException {
        assertThat(get("/nothing")).startsWith("HTTP/1.1 404").contains("{\"message\":\"page not found\"}");
        assertThat(get("/v1.41/nothing")).startsWith("HTTP/1.1 404");
        assertThat(get("/conflict")).startsWith("HTTP/1.1 409").contains("{\"message\":\"name in use\"}");
        assertThat(get("/unchanged")).startsWith("HTTP/1.1 304").doesNotContain("already so");
        assertThat(get("/fault")).startsWith("HTTP/1.1 500").contains("boom");
        assertThat(get("/_ping?a=%zz")).startsWith("HTTP/1.1 400");
    }

    @Test
    void imageNamesMayHaveSlashesAndEscapes() throws IOException {
        assertThat(get("/v1.41/images/quay.io/a/b%3A1/json")).endsWith("\r\n\r\nquay.io/a/b:1");
    }

    @Test
    void oneConnectionServesManyRequests() throws IOException {
        try (SocketChannel client = connect()) {
            send(client, "POST /ignore HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(readUntil(client, "\r\n\r\n")).startsWith("HTTP/1.1 204");
            send(client, "POST /echo HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
            assertThat(readUntil(client, "0\r\n\r\n"))
                    .contains("Transfer-Encoding: chunked")
                    .contains("\r\n3\r\nabc\r\n");
            send(client, "GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");
            assertThat(readAll(client)).endsWith("OK");
        }
    }

    @Test
    void aClientThatWaitsForContinueIsTold() throws IOException {
        try (SocketChannel client = connect()) {
            send(client, "POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(readUntil(client, "\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            send(client, "hi");
            assertThat(readUntil(client, "0\r\n\r\n"))
                    .startsWith("HTTP/1.1 200")
                    .contains("hi");
        }
    }

    @Test
    void aStreamThatFailsBeforeItsFirstByteIsAnErrorAndOneThatFailsLaterIsCutOff() throws IOException {
        assertThat(get("/refused")).startsWith("HTTP/1.1 409").contains("{\"message\":\"refused\"}");
        assertThat(get("/broken")).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n5\r\nbegun\r\n");
        assertThat(ask("GET /refused HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 409");
        assertThat(ask("GET /broken HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\nbegun");
    }

    @Test
    @DisplayName("A request's OutOfMemoryError is that request's failure, and its connection serves the next (T25)")
    void outOfMemoryIsTheRequestsFailure() throws IOException {
        String answers = ask("GET /huge HTTP/1.1\r\nHost: d\r\n\r\n"
                + "GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");

        assertThat(answers)
                .startsWith("HTTP/1.1 500 ")
                .contains("{\"message\":\"the engine has too little memory for this request (")
                .contains("HTTP/1.1 200 OK\r\n")
                .endsWith("OK");
        assertThat(get("/growing")).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n5\r\nbegun\r\n");
        assertThat(get("/_ping")).startsWith("HTTP/1.1 200");
    }

    @Test
    void aStreamMayAnswerWhileTheRequestIsStillSent() throws IOException {
        try (SocketChannel client = connect()) {
            send(client, "POST /relay HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "x".repeat(20_000);
            send(client, "4e20\r\n" + chunk + "\r\n");
            assertThat(readUntil(client, "\r\n4000\r\n" + "x".repeat(16384))).startsWith("HTTP/1.1 200");
            send(client, "0\r\n\r\n");
            assertThat(readUntil(client, "0\r\n\r\n")).contains("\r\ne20\r\n");
        }
    }

    @Test
    void malformedRequestsAreRefusedAndTheServerGoesOn() throws IOException {
        assertThat(ask("this is not HTTP\r\n\r\n")).startsWith("HTTP/1.1 400 Bad Request\r\n");
        assertThat(ask("GET /_ping HTTP/1.1\r\nbad header\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(get("/_ping")).startsWith("HTTP/1.1 200");
    }

    @Test
    @DisplayName("T25: a header that never ends is cut off by its size and by its time")
    void T25_headersAreBounded() throws IOException {
        assertThat(ask("GET /_ping HTTP/1.1\r\nX: " + "a".repeat(70_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(ask("GET /_ping HTTP/1.1\r\n" + "X: y\r\n".repeat(200) + "\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(ask("GET /_ping HTTP/1.1\r\n" + ("X: " + "a".repeat(60_000) + "\r\n").repeat(20) + "\r\n"))
                .startsWith("HTTP/1.1 431");
        server.close();
        server = start(new ApiServer.Limits(8, 300, 60_000, 2_000));
        try (SocketChannel slow = connect()) {
            send(slow, "GET /_ping HTT");
            assertThat(readAll(slow)).isEmpty();
        }
    }

    @Test
    @DisplayName("T25: connections beyond the limit are told so, and cost nothing")
    void T25_connectionsAreCounted() throws IOException {
        List<SocketChannel> held = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                SocketChannel client = connect();
                held.add(client);
                send(client, "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n");
                readUntil(client, "OK");
            }
            try (SocketChannel more = connect()) {
                assertThat(readAll(more)).startsWith("HTTP/1.1 503").contains("too many connections");
            }
        } finally {
            for (SocketChannel client : held) {
                client.close();
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> get("/_ping").startsWith("HTTP/1.1 200"));
    }

    @Test
    @DisplayName("T25: connections without a whole request give way at the limit, the oldest first; others are kept")
    void T25_halfOpenConnectionsGiveWay() throws IOException {
        server.close();
        server = start(new ApiServer.Limits(8, 60_000, 60_000, 2_000));
        List<SocketChannel> held = new ArrayList<>();
        try (SocketChannel used = connect()) {
            send(used, "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n");
            assertThat(readUntil(used, "\r\n\r\nOK")).startsWith("HTTP/1.1 200");
            for (int i = 0; i < 40; i++) {
                SocketChannel client = connect();
                held.add(client);
                send(client, i % 2 == 0 ? "GET /_ping HTTP/1.1\r\nHost" : "");
                if (i % 8 == 7) {
                    assertThat(get("/_ping")).startsWith("HTTP/1.1 200");
                }
            }
            assertThat(readAll(held.get(0))).isEmpty();
            send(used, "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n");
            assertThat(readUntil(used, "\r\n\r\nOK")).startsWith("HTTP/1.1 200");
        } finally {
            for (SocketChannel client : held) {
                client.close();
            }
        }
    }

    @Test
    @Timeout(120)
    @DisplayName("T25: connections without a whole request are bounded in number far below all, the oldest give way")
    void T25_halfOpenConnectionsAreBounded() throws IOException {
        server.close();
        server = start(new ApiServer.Limits(2048, 60_000, 60_000, 2_000));
        List<SocketChannel> held = new ArrayList<>();
        try {
            for (int i = 0; i < ApiServer.MAX_HALF_OPEN + 50; i++) {
                SocketChannel client = connect();
                held.add(client);
                send(client, "GET /_ping HTTP/1.1\r\nHost");
            }
            assertThat(get("/_ping")).startsWith("HTTP/1.1 200");
            for (int i = 0; i < 50; i++) {
                assertThat(readAll(held.get(i))).isEmpty();
            }
            SocketChannel last = held.get(held.size() - 1);
            send(last, ": d\r\n\r\n");
            assertThat(readUntil(last, "\r\n\r\nOK")).startsWith("HTTP/1.1 200");
        } finally {
            for (SocketChannel client : held) {
                client.close();
            }
        }
    }

    @Test
    @Timeout(300)
    @DisplayName("T25: 3,000 connections without a whole request take no more memory than 256, and others get in")
    void T25_halfOpenConnectionsTakeNoMoreMemory() throws IOException {
        server.close();
        server = start(new ApiServer.Limits(2048, 600_000, 600_000, 2_000));
        List<SocketChannel> held = new ArrayList<>();
        try {
            openHalf(held, ApiServer.MAX_HALF_OPEN + 50);
            assertThat(get("/_ping")).startsWith("HTTP/1.1 200");
            long before = usedBytes();
            while (held.size() < 3_000) {
                openHalf(held, 250);
                assertThat(get("/_ping")).startsWith("HTTP/1.1 200");
            }
            // The channels of the clients are in this heap, too: a kilobyte each at most.
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(usedBytes()).isLessThan(before + (8 << 20)));
        } finally {
            for (SocketChannel client : held) {
                client.close();
            }
        }
    }

    private void openHalf(List<SocketChannel> held, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel client = connect();
            held.add(client);
            send(client, "GET /_ping HTTP/1.1\r\nHost");
        }
    }

    /** Of the heap, without what the collector takes, and of direct buffers. */
    private static long usedBytes() {
        System.gc();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return direct + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    @DisplayName("A failed accept, whatever its cause, ends only that connection")
    void failedAcceptsEndNothing() throws IOException {
        Path flaky = folder.resolve("flaky.sock");
        FailingListener failing = new FailingListener(listen(flaky, ""));
        Router router = new Router(
                new SystemRoutes(VERSION, () -> null, Clock.systemUTC()).routes(), DockerJson.mapper(), "0.1.0");
        try (ApiServer other = ApiServer.start(failing, router, new ApiServer.Limits(8, 60_000, 60_000, 2_000))) {
            for (int i = 0; i < 6; i++) {
                try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(flaky))) {
                    send(client, "GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");
                    assertThat(readAll(client)).startsWith("HTTP/1.1 200");
                }
            }
            assertThat(failing.failures).hasValueGreaterThanOrEqualTo(6);
        }
    }

    /** Fails twice before each connection, as when descriptors are short or a client reset its connection. */
    private static final class FailingListener implements Listener {

        private final AtomicInteger failures = new AtomicInteger();
        private final Listener real;

        FailingListener(Listener real) {
            this.real = real;
        }

        @Override
        public SocketChannel accept() throws IOException {
            switch (failures.getAndIncrement() % 3) {
                case 0:
                    throw new IOException("Too many open files");
                case 1:
                    throw new IllegalStateException("unexpected");
                default:
                    return real.accept();
            }
        }

        @Override
        public UpgradeHandler.Peer peer(SocketChannel accepted) {
            return real.peer(accepted);
        }

        @Override
        public Transport wire(SocketChannel accepted) throws IOException {
            return real.wire(accepted);
        }

        @Override
        public boolean admits(org.apache.hc.core5.http.HttpRequest request) {
            return real.admits(request);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    @Test
    void anUpgradedConnectionCarriesBytesBothWaysAndItsHalfClose() throws IOException {
        upgrades.put("command", (in, out, peer) -> {
            assertThat(peer.uid()).isEqualTo(42);
            in.transferTo(out);
            out.write("|end".getBytes(StandardCharsets.US_ASCII));
        });
        try (SocketChannel client = connect()) {
            send(
                    client,
                    "POST /felucca/command HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: felucca-command\r\n"
                            + "\r\nahead of the answer,");
            assertThat(readUntil(client, "ahead of the answer,"))
                    .startsWith("HTTP/1.1 101 UPGRADED\r\n")
                    .contains("Upgrade: felucca-command\r\n");
            send(client, "after");
            client.shutdownOutput();
            assertThat(readAll(client)).isEqualTo("after|end");
        }
    }

    @Test
    void upgradesToNothingAreRefused() throws IOException {
        try (SocketChannel client = connect()) {
            send(client, "POST /felucca/command HTTP/1.1\r\nUpgrade: felucca-command\r\nConnection: Upgrade\r\n\r\n");
            assertThat(readUntil(client, "\r\n\r\n")).startsWith("HTTP/1.1 503");
        }
        assertThat(ask("POST /felucca/command HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void shutdownLetsARequestEndAndClosesIdleConnections() throws Exception {
        try (SocketChannel idle = connect();
                SocketChannel busy = connect()) {
            send(busy, "GET /slow HTTP/1.1\r\nHost: d\r\n\r\n");
            slowBegan.await();
            Thread closing = new Thread(server::close);
            closing.start();
            assertThat(readAll(idle)).isEmpty();
            await().atMost(Duration.ofSeconds(60)).until(() -> !Files.exists(socket));
            slowMayEnd.countDown();
            assertThat(readAll(busy)).startsWith("HTTP/1.1 200").endsWith("done");
            closing.join();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    @DisplayName("A client that stays after its request has failed does not keep the engine from stopping")
    void shutdownWaitsForNobodyWhoLingers() throws Exception {
        server.close();
        server = start(
                new ApiServer.Limits(8, 60_000, 60_000, Duration.ofHours(1).toMillis()));
        try (SocketChannel failed = connect()) {
            send(failed, "GET /broken HTTP/1.1\r\nHost: d\r\n\r\n");
            assertThat(readAll(failed)).contains("begun");
            server.close();
        }
    }

    @Test
    void aLiveSocketIsRefusedAndAStaleOneReplaced() throws IOException {
        assertThatThrownBy(() -> listen(socket, ""))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("cannot listen on unix://" + socket
                        + ": an engine is listening there already; stop it or choose another --host");
        server.close();
        java.nio.channels.ServerSocketChannel stale =
                java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        stale.bind(UnixDomainSocketAddress.of(socket));
        stale.close();
        assertThat(socket).exists();
        server = start(new ApiServer.Limits(8, 60_000, 60_000, 2_000));
        assertThat(get("/_ping")).endsWith("OK");
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("precious"), "x");
        assertThatThrownBy(() -> listen(file, ""))
                .hasMessage("cannot listen on unix://" + file
                        + ": a file that is no socket is there; remove it or choose another --host");
        assertThat(file).hasContent("x");
    }

    @Test
    @DisplayName("S25: nobody but root and the group may open the socket")
    void S25_socketModeIs0660() throws IOException {
        assertThat((Integer) Files.getAttribute(socket, "unix:mode") & 07777).isEqualTo(0660);
    }

    @Test
    @DisplayName("S26: a missing group leaves the socket to root")
    void S26_missingGroup() throws IOException {
        Path other = folder.resolve("other");
        try (SocketFile file = listen(other, "no-such-group")) {
            assertThat(file.path()).isEqualTo(other);
            assertThat(Files.getAttribute(other, "unix:mode")).isEqualTo(0140660);
        }
        assertThat(other).doesNotExist();
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    private String get(String target) throws IOException {
        return ask("GET " + target + " HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");
    }

    private String ask(String request) throws IOException {
        try (SocketChannel client = connect()) {
            send(client, request);
            return readAll(client);
        }
    }

    /** A server that has answered and closed may not take the rest of a request: that is no fault here. */
    private static void send(SocketChannel client, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        } catch (IOException e) {
            assertThat(e.getMessage()).isEqualTo("Broken pipe");
        }
    }

    private static String readUntil(SocketChannel client, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (read.indexOf(end) < 0 && client.read(one.clear()) > 0) {
            read.append((char) one.get(0));
        }
        return read.toString();
    }

    private static String readAll(SocketChannel client) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        try {
            while (client.read(buffer.clear()) >= 0) {
                all.write(buffer.array(), 0, buffer.position());
            }
        } catch (IOException e) {
            assertThat(e.getMessage()).isEqualTo("Connection reset");
        }
        return all.toString(StandardCharsets.UTF_8);
    }
}
