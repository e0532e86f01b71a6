package io.felucca.itests.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.images.ImageArchive;
import io.felucca.itests.fixture.servers.PlainPort;
import io.felucca.itests.fixture.servers.RegistryServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that the test makes: it cuts, stalls, lies and redirects. */
@Timeout(300)
class HostileRegistryIT {

    private static final String MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String INDEX_TYPE = "application/vnd.docker.distribution.manifest.list.v2+json";
    private static final int FILE_BYTES = 4 << 20;

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.empty();

    @TempDir
    Path folder;

    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private ExecutorService threads;
    private HttpServer server;
    private HttpServer other;
    private PlainPort port;
    private PlainPort otherPort;
    private byte[] layer;
    private byte[] config;
    private byte[] manifest;

    /** How the server answers a request for the layer. */
    private interface LayerAnswer {
        void answer(HttpExchange exchange, String range) throws IOException;
    }

    /** How the server answers a request for the manifest. */
    private interface ManifestAnswer {
        void answer(HttpExchange exchange) throws IOException;
    }

    private volatile LayerAnswer layerAnswer = this::sendLayer;
    private volatile ManifestAnswer manifestAnswer = this::sendManifest;
    private volatile int configStatus = 200;

    @BeforeEach
    void startServers() throws IOException {
        offer(layerOf(folder));
        threads = Executors.newCachedThreadPool();
        server = listen();
        port = new PlainPort(server);
        other = listen();
        otherPort = new PlainPort(other);
    }

    /** The image is of this layer. */
    private void offer(byte[] tar) {
        layer = tar;
        config =
                ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                                + digest(layer) + "\"]}}")
                        .getBytes(StandardCharsets.UTF_8);
        manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST_TYPE
                        + "\",\"config\":{\"mediaType\":\"application/vnd.docker.container.image.v1+json\",\"size\":"
                        + config.length + ",\"digest\":\"" + digest(config)
                        + "\"},\"layers\":[{\"mediaType\":\"application/vnd.docker.image.rootfs.diff.tar\",\"size\":"
                        + layer.length + ",\"digest\":\"" + digest(layer) + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private HttpServer listen() throws IOException {
        HttpServer made = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        made.setExecutor(threads);
        made.createContext("/", this::handle);
        made.start();
        return made;
    }

    @AfterEach
    void stopServers() {
        end.countDown();
        port.close();
        otherPort.close();
        server.stop(0);
        other.stop(0);
        threads.shutdownNow();
    }

    private static String digest(byte[] bytes) {
        return "sha256:" + ImageArchive.sha256(bytes);
    }

    private static byte[] layerOf(Path folder) throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        byte[] content = new byte[FILE_BYTES];
        new Random(1).nextBytes(content);
        Files.write(root.resolve("file"), content);
        Path tar = folder.resolve("layer.tar");
        Program.of("tar", "-C", root.toString(), "-cf", tar.toString(), "file").ok();
        return Files.readAllBytes(tar);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            if (path.contains("/blobs/" + digest(layer))) {
                String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
                ranges.add(range);
                layerAnswer.answer(exchange, range);
            } else if (path.contains("/blobs/" + digest(config))) {
                send(exchange, configStatus, config);
            } else if (path.endsWith("/manifests/huge")) {
                send(exchange, 200, new byte[64 << 20]);
            } else if (path.endsWith("/manifests/deep")) {
                send(exchange, 200, "[".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII));
            } else if (path.endsWith("/manifests/multi") || path.endsWith("/manifests/" + digest(index()))) {
                exchange.getResponseHeaders().set("Content-Type", INDEX_TYPE);
                send(exchange, 200, index());
            } else if (path.contains("/manifests/")) {
                manifestAnswer.answer(exchange);
            } else {
                send(exchange, 200, "{}".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private byte[] index() {
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        return ("{\"schemaVersion\":2,\"mediaType\":\"" + INDEX_TYPE + "\",\"manifests\":[{\"mediaType\":\""
                        + MANIFEST_TYPE + "\",\"size\":" + manifest.length + ",\"digest\":\"" + digest(manifest)
                        + "\",\"platform\":{\"architecture\":\"" + machine + "\",\"os\":\"linux\"}}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void sendManifest(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", MANIFEST_TYPE);
        send(exchange, 200, manifest);
    }

    /** As a good registry does. */
    private void sendLayer(HttpExchange exchange, String range) throws IOException {
        int from = range.startsWith("bytes=") ? Integer.parseInt(range.replaceAll("[^0-9]", "")) : 0;
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (layer.length - 1) + "/" + layer.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, layer.length - from);
        exchange.getResponseBody().write(layer, from, layer.length - from);
    }

    /** Half of it, then the connection's end. */
    private void sendHalf(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, layer.length);
        OutputStream out = exchange.getResponseBody();
        out.write(layer, 0, layer.length / 2);
        out.flush();
    }

    private String image() {
        return port.host() + "/app:1";
    }

    /** @return what the pull told */
    private String pullsWhole() {
        String told = engine.ok("pull", image());
        String id = engine.ok("create", "--network", "none", image(), "x");
        assertThat(engine.felucca("cp", id + ":/file", "-").run().requireOk().outBytes().length)
                .isGreaterThanOrEqualTo(FILE_BYTES);
        engine.ok("rm", id);
        engine.ok("rmi", image());
        return told;
    }

    @Test
    @DisplayName("B7: a layer whose connection is cut goes on at the byte where it stopped")
    void aCutDownloadGoesOn() {
        layerAnswer = (exchange, range) -> {
            if (range.equals("null")) {
                sendHalf(exchange);
            } else {
                sendLayer(exchange, range);
            }
        };

        pullsWhole();

        assertThat(ranges).containsExactly("null", "bytes=" + layer.length / 2 + "-");
    }

    @Test
    @DisplayName("B7: after a kill -9 of the engine the next pull goes on at the byte where the last one stopped")
    void aKilledEngineGoesOn() throws Exception {
        layerAnswer = (exchange, range) -> stallAtHalf(exchange);
        try (Program.Running pull = engine.felucca("pull", image()).start()) {
            awaitHalf();
            engine.kill();
            pull.finish();
        }
        engine.start();
        layerAnswer = this::sendLayer;

        pullsWhole();

        assertThat(ranges).containsExactly("null", "bytes=" + layer.length / 2 + "-");
    }

    /** Half of it, and then nothing more until the test's end. */
    private void stallAtHalf(HttpExchange exchange) throws IOException {
        sendHalf(exchange);
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path partial() {
        return engine.dataRoot()
                .resolve("content/partial")
                .resolve(digest(layer).substring("sha256:".length()));
    }

    private void awaitHalf() {
        EngineUnderTest.await().until(() -> Files.exists(partial()) && Files.size(partial()) == layer.length / 2);
    }

    /** Connections of the machine's to the server, which stalls and so ends none itself. */
    private boolean isConnected() {
        String remote = String.format(":%04X", port.number());
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(table -> Program.of("cat", table).run().lines().stream())
                .map(line -> line.trim().split(" +"))
                .anyMatch(columns -> columns[2].endsWith(remote) && columns[3].equals("01"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker", "felucca"})
    @DisplayName("B7: a pull whose command is interrupted ends its download, and the next goes on at the byte")
    void anInterruptedPullStops(String command) {
        layerAnswer = (exchange, range) -> stallAtHalf(exchange);
        Program pull =
                command.equals("docker") ? engine.docker("1.41", "pull", image()) : engine.felucca("pull", image());
        try (Program.Running running = pull.start()) {
            awaitHalf();
            assertThat(isConnected()).isTrue();

            running.signal("INT");

            assertThat(running.finish().exit()).isNotZero();
            EngineUnderTest.await().until(() -> !isConnected());
        }
        EngineUnderTest.await().until(() -> engine.threads("felucca-pull") == 0);
        assertThat(partial()).hasSize(layer.length / 2);
        layerAnswer = this::sendLayer;

        pullsWhole();

        assertThat(ranges).containsExactly("null", "bytes=" + layer.length / 2 + "-");
    }

    @Test
    @DisplayName("B7: when one of two pulls of a layer is interrupted, the other fetches it on from that byte")
    void theOtherPullGoesOn() {
        layerAnswer = (exchange, range) -> {
            if (range.equals("null")) {
                stallAtHalf(exchange);
            } else {
                sendLayer(exchange, range);
            }
        };
        try (Program.Running first = engine.felucca("pull", image()).start()) {
            awaitHalf();
            try (Program.Running second = engine.felucca("pull", image()).start()) {
                EngineUnderTest.await().until(() -> engine.threads("felucca-pull") == 2);

                first.signal("INT");

                assertThat(second.finish().exit()).isZero();
            }
            first.finish();
        }
        assertThat(ranges).containsExactly("null", "bytes=" + layer.length / 2 + "-");
        pullsWhole();
    }

    @Test
    @DisplayName("B7: a pull that is interrupted before the registry has answered at all ends too")
    void anInterruptedQuestionStops() {
        CountDownLatch asked = new CountDownLatch(1);
        manifestAnswer = exchange -> {
            asked.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (Program.Running pull = engine.docker("1.41", "pull", image()).start()) {
            EngineUnderTest.await().until(() -> asked.getCount() == 0);

            pull.signal("INT");

            pull.finish();
            EngineUnderTest.await().until(() -> !isConnected());
        }
        assertThat(engine.isRunning()).isTrue();
    }

    @Test
    @DisplayName("T12: a layer with another digest than it should have fails and is not kept")
    void aLyingLayerIsRefused() {
        layerAnswer = (exchange, range) -> {
            byte[] wrong = layer.clone();
            wrong[layer.length / 2] ^= 1;
            send(exchange, 200, wrong);
        };

        assertThat(engine.fails(1, "pull", image()))
                .isEqualTo("filesystem layer verification failed for digest " + digest(layer) + "\n");

        assertThat(engine.ok("images", "-q")).isEmpty();
        layerAnswer = this::sendLayer;
        pullsWhole();
        assertThat(ranges).containsExactly("null", "null");
    }

    @Test
    @DisplayName(
            "S17, S19: an index leaves its digest and this machine's image, which push sends alone, as dockerd 20.10")
    void ofAnIndexOneImageIsKept() throws IOException {
        String name = image().substring(0, image().lastIndexOf(':'));
        String byDigest = name + "@" + digest(index());
        engine.ok("pull", name + ":multi");

        assertThat(engine.inspect(name + ":multi").path("RepoDigests").toString())
                .isEqualTo("[\"" + byDigest + "\"]");
        assertThat(engine.ok("pull", byDigest)).contains("Status: Image is up to date for " + byDigest);
        try (RegistryServer registry = RegistryServer.plain(Files.createDirectory(folder.resolve("registry")))) {
            String copy = registry.host() + "/app:1";
            engine.ok("tag", byDigest, copy);
            assertThat(engine.ok("push", copy))
                    .contains("\n1: digest: " + digest(manifest) + " size: " + manifest.length);
            engine.ok("rmi", copy);
        }
        engine.ok("rmi", name + ":multi");
        assertThat(engine.ok("images", "-q")).isEmpty();
    }

    @Test
    @DisplayName("S20: what is pulled is unpacked when the pull has ended")
    void whatIsPulledIsUnpacked() {
        engine.ok("pull", image());

        assertThat(engine.ok("storage", "ls", "-v")).contains(digest(layer).substring(7, 19));
        engine.ok("rmi", image());
    }

    @Test
    @DisplayName("T9, T12: a layer that climbs out of its root makes nothing, and no image")
    void aClimbingLayerIsRefused() throws IOException {
        Path outside = folder.resolve("made");
        String name = "../".repeat(20) + outside.toString().substring(1);
        offer(Files.readAllBytes(Rootfs.create("climb.tar")
                .file("good", 0644, "x")
                .file(name, 0644, "x")
                .done()));

        assertThat(engine.fails(1, "pull", image()))
                .contains("the archive climbs out of its root: " + name)
                .endsWith("\n");

        assertThat(outside).doesNotExist();
        assertThat(engine.ok("images", "-q")).isEmpty();
        assertThat(engine.ok("storage", "ls", "-v"))
                .doesNotContain("unpack-")
                .doesNotContain(digest(layer).substring(7, 19));
        assertThat(partial()).doesNotExist();
    }

    @Test
    @DisplayName("T12: a layer of another length than its manifest says is refused before it is read")
    void aLyingLengthIsRefused() {
        layerAnswer = (exchange, range) -> send(exchange, 200, new byte[layer.length + 1]);

        assertThat(engine.fails(1, "pull", image()))
                .contains("it is " + (layer.length + 1) + " bytes long, the manifest says " + layer.length);
        assertThat(engine.ok("images", "-q")).isEmpty();
    }

    @Test
    @DisplayName("T11, T12: a manifest of 64 MB and one nested a million deep end with one line each")
    void hugeManifestsAreRefused() {
        String host = image().substring(0, image().indexOf('/'));
        assertThat(engine.fails(1, "pull", host + "/app:huge")).contains("is longer than 4194304 bytes");
        assertThat(engine.fails(1, "pull", host + "/app:deep").lines()).hasSize(1);
        assertThat(engine.ok("images", "-q")).isEmpty();
        assertThat(engine.isRunning()).isTrue();
    }

    @Test
    @DisplayName("T13: a redirect to another host is followed without the password")
    void credentialsDoNotFollowARedirect() {
        List<String> shown = new CopyOnWriteArrayList<>();
        layerAnswer = (exchange, range) -> {
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            if (exchange.getLocalAddress().getPort() == other.getAddress().getPort()) {
                shown.add("other " + authorization);
                sendLayer(exchange, range);
            } else if (authorization.equals("null")) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"test\"");
                exchange.sendResponseHeaders(401, -1);
            } else {
                shown.add("own " + authorization);
                exchange.getResponseHeaders().set("Location", "http://" + otherPort.host() + exchange.getRequestURI());
                exchange.sendResponseHeaders(307, -1);
            }
        };
        Path home = folder.resolve("docker");
        engine.docker("1.41", "login", "-u", "user", "-p", "secret", image().substring(0, image().indexOf('/')))
                .env("DOCKER_CONFIG", home.toString())
                .ok();

        engine.docker("1.41", "pull", image())
                .env("DOCKER_CONFIG", home.toString())
                .ok();

        assertThat(shown).containsExactly("own Basic dXNlcjpzZWNyZXQ=", "other null");
        engine.ok("rmi", image());
    }

    @Test
    @DisplayName("S20: 503 and 429 are tried again when the server says so")
    void aBusyServerIsAskedAgain() {
        layerAnswer = (exchange, range) -> {
            if (ranges.size() <= 2) {
                exchange.getResponseHeaders().set("Retry-After", "2");
                exchange.sendResponseHeaders(ranges.size() == 1 ? 503 : 429, -1);
            } else {
                sendLayer(exchange, range);
            }
        };

        assertThat(pullsWhole()).contains(": Retrying in 2 seconds\n", ": Retrying in 1 second\n");

        assertThat(ranges).containsExactly("null", "null", "null");
    }

    @Test
    @DisplayName("S21: a 403 of a private layer is not tried again, nor is a 404 of a layer or of a configuration")
    void aRefusalIsFinal() {
        layerAnswer = (exchange, range) -> exchange.sendResponseHeaders(403, -1);
        assertThat(engine.fails(1, "pull", image()))
                .isEqualTo("error parsing HTTP 403 response body: unexpected end of JSON input: \"\"\n");

        layerAnswer = (exchange, range) -> exchange.sendResponseHeaders(404, -1);
        assertThat(engine.fails(1, "pull", image())).isEqualTo("unknown blob\n");

        assertThat(ranges).hasSize(2);
        configStatus = 404;
        assertThat(engine.fails(1, "pull", image()))
                .isEqualTo("error pulling image configuration: download failed after attempts=1: unknown blob\n");
    }
}
