package io.felucca.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.felucca.Digest;
import io.felucca.images.ImageContent;
import io.felucca.images.ImageReference;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.Registry.Progress;
import io.felucca.registry.http.Connections;
import io.felucca.registry.http.Hashing;
import io.felucca.registry.http.InsecureHosts;
import io.felucca.registry.http.ProxyRules;
import io.felucca.registry.http.RepositoryClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An image of eight layers is pushed to a registry that takes whatever it is sent. */
@Timeout(120)
class PushTest {

    private static final int AT_ONCE = 5;
    private static final String OCI = "application/vnd.oci.image.manifest.v1+json";
    private static final String SCHEMA_2 = "application/vnd.docker.distribution.manifest.v2+json";

    private final List<byte[]> layers = new ArrayList<>();
    private final Map<String, byte[]> received = new ConcurrentHashMap<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger hashes = new AtomicInteger();
    private final List<String> types = new CopyOnWriteArrayList<>();
    private final List<String> names = new ArrayList<>();
    private ExecutorService threads;
    private HttpServer server;
    private Connections connections;

    /** The registry's step before it takes a layer. */
    private volatile Step before = digest -> {};

    /** The registry's answer to a manifest of OCI, 201 when it takes one. */
    private volatile int refusal = 201;

    private volatile byte[] refusalText = {};

    /** The fourth layer as the manifest names it, when that is damaged. */
    private byte[] expected;

    private interface Step {
        void run(String digest) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < 8; i++) {
            layers.add(("layer " + i).repeat(20_000).getBytes(StandardCharsets.US_ASCII));
        }
        threads = Executors.newCachedThreadPool();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                handle(exchange);
            }
        });
        server.start();
        connections = new Connections(
                new Connections.Settings(new InsecureHosts(List.of()), List.of(), new ProxyRules(Map.of()), 60_000));
    }

    @AfterEach
    void stop() {
        connections.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        switch (exchange.getRequestMethod()) {
            case "HEAD" -> exchange.sendResponseHeaders(404, -1);
            case "POST" -> {
                exchange.getResponseHeaders().set("Location", "/v2/team/app/blobs/uploads/1");
                exchange.sendResponseHeaders(202, -1);
            }
            default -> {
                byte[] body = exchange.getRequestBody().readAllBytes();
                String name = query.startsWith("digest=") ? query.substring("digest=".length()) : "manifest";
                before.run(name);
                if (name.equals("manifest")) {
                    String type = exchange.getRequestHeaders().getFirst("Content-Type");
                    types.add(type);
                    if (type.equals(OCI) && refusal != 201) {
                        boolean says = refusalText.length > 0;
                        exchange.sendResponseHeaders(refusal, says ? refusalText.length : -1);
                        if (says) {
                            exchange.getResponseBody().write(refusalText);
                        }
                        return;
                    }
                }
                received.put(name, body);
                exchange.sendResponseHeaders(201, -1);
            }
        }
    }

    private static Digest digest(byte[] content) {
        return Hashing.digestOf(content);
    }

    private void push() throws IOException {
        RepositoryClient repository = new RepositoryClient(
                connections,
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                "team/app",
                Credentials.NONE,
                time -> {});
        Progress progress = new Progress() {
            @Override
            public void status(String id, String text) {
                told.add(id + " " + text);
            }

            @Override
            public void bytes(String id, String action, long current, long total) {
                // Only what is told in words.
            }
        };
        new Push(
                        new Nothing(),
                        () -> {
                            hashes.incrementAndGet();
                            return Hashing.sha256();
                        },
                        connections,
                        repository,
                        progress)
                .run(new Image(), new ImageReference("host", "team/app", "1", ""));
    }

    @Test
    @DisplayName("S19: five layers travel at once, the others are said to wait, and the manifest is the last")
    void layersTravelAtOnce() throws IOException {
        CountDownLatch together = new CountDownLatch(AT_ONCE);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        before = name -> {
            if (name.equals("manifest")) {
                assertThat(received).hasSize(layers.size() + 1);
                return;
            }
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            together.countDown();
            await(received.isEmpty() ? together : new CountDownLatch(0));
            now.decrementAndGet();
        };

        push();

        assertThat(together.getCount()).isZero();
        assertThat(most).hasValue(AT_ONCE);
        for (byte[] layer : layers) {
            assertThat(received.get(digest(layer).value())).isEqualTo(layer);
        }
        // Uppermost first: the three lowest wait.
        assertThat(told.subList(0, 11))
                .containsExactly(
                        id(7) + " Preparing",
                        id(6) + " Preparing",
                        id(5) + " Preparing",
                        id(4) + " Preparing",
                        id(3) + " Preparing",
                        id(2) + " Preparing",
                        id(1) + " Preparing",
                        id(0) + " Preparing",
                        id(2) + " Waiting",
                        id(1) + " Waiting",
                        id(0) + " Waiting");
        assertThat(told.subList(11, 19)).allSatisfy(line -> assertThat(line).endsWith(" Pushed"));
        assertThat(told.get(19)).startsWith(" 1: digest: sha256:");
    }

    private String id(int layer) {
        return digest(layers.get(layer)).shortHex();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("S19: a layer that is twice in an image is sent once")
    void aLayerIsSentOnce() throws IOException {
        layers.subList(2, 8).clear();
        layers.add(layers.get(0));
        List<String> sent = new CopyOnWriteArrayList<>();
        before = sent::add;

        push();

        assertThat(sent).hasSize(4).doesNotHaveDuplicates();
        assertThat(told).filteredOn(line -> line.endsWith(" Preparing")).hasSize(3);
    }

    @Test
    @DisplayName("T12: a layer that the disk has damaged ends the push, and no manifest is sent")
    void aDamagedLayerEndsThePush() {
        byte[] damaged = layers.get(3).clone();
        damaged[damaged.length / 2] ^= 1;
        byte[] right = layers.get(3);
        layers.set(3, damaged);
        expected = right;

        assertThatThrownBy(this::push)
                .hasMessage("the stored blob " + digest(right)
                        + " is damaged: remove the image and pull or build it again");

        assertThat(received)
                .doesNotContainKey("manifest")
                .doesNotContainKey(digest(right).value());
    }

    @Test
    @DisplayName("T12: all that is sent is hashed by the hashes of the engine, which are fast without C2")
    void whatIsLongIsHashedFast() throws IOException {
        push();

        assertThat(hashes).hasValue(layers.size() + 1);
    }

    @ParameterizedTest
    @CsvSource({"400, MANIFEST_INVALID", "400, ", "405, UNSUPPORTED", "415, "})
    @DisplayName(
            "S20: a registry that refuses an OCI manifest is sent the same image in schema 2, whose digest is told")
    void schema2IsTheOtherForm(int status, String code) throws IOException {
        layers.subList(1, 8).clear();
        refuse(status, code);

        push();

        assertThat(types).containsExactly(OCI, SCHEMA_2);
        byte[] manifest = received.get("manifest");
        assertThat(new String(manifest, StandardCharsets.US_ASCII))
                .contains(
                        SCHEMA_2,
                        digest(Image.CONFIG).value(),
                        digest(layers.get(0)).value());
        assertThat(told.get(told.size() - 1))
                .isEqualTo(" 1: digest: " + digest(manifest) + " size: " + manifest.length);
        assertThat(names).containsExactly("host/team/app@" + digest(manifest));
    }

    @ParameterizedTest
    @CsvSource({"403, DENIED", "400, DIGEST_INVALID", "404, MANIFEST_BLOB_UNKNOWN"})
    @DisplayName("S20: a manifest that is refused for another reason is not sent in another form")
    void otherRefusalsStand(int status, String code) {
        layers.subList(1, 8).clear();
        refuse(status, code);

        assertThatThrownBy(this::push).hasMessage(code.toLowerCase(Locale.ROOT).replace('_', ' ') + ": because");

        assertThat(types).containsExactly(OCI);
        assertThat(names).isEmpty();
    }

    private void refuse(int status, String code) {
        refusal = status;
        refusalText = (code == null ? "" : "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"because\"}]}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The layers, which are their own diff ids. */
    private final class Image implements ImageContent.Outgoing {

        private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.US_ASCII);

        private byte[] content() {
            return """
                    {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.image.config.v1+json",\
                    "size":2,"digest":"%s"},"layers":[{"mediaType":"%s","size":%d,"digest":"%s"}]}\
                    """.formatted(
                            OCI,
                            digest(CONFIG),
                            "application/vnd.oci.image.layer.v1.tar",
                            layers.get(0).length,
                            digest(layers.get(0)))
                    .getBytes(StandardCharsets.US_ASCII);
        }

        private ImageContent.Blob blob(byte[] content) {
            boolean isDamaged = expected != null && content == layers.get(3);
            return new ImageContent.Blob(digest(isDamaged ? expected : content), "", content.length);
        }

        @Override
        public Digest manifestDigest() {
            return digest(content());
        }

        @Override
        public ImageContent.Document manifest() {
            return new ImageContent.Document(content(), OCI);
        }

        @Override
        public ImageContent.Blob config() {
            return blob(CONFIG);
        }

        @Override
        public List<ImageContent.Blob> layers() {
            return layers.stream().map(this::blob).toList();
        }

        @Override
        public List<Digest> diffIds() {
            return layers.stream().map(PushTest::digest).toList();
        }

        @Override
        public InputStream open(ImageContent.Blob blob) {
            return new ByteArrayInputStream(layers.stream()
                    .filter(layer -> blob(layer).equals(blob))
                    .findFirst()
                    .orElse(CONFIG));
        }

        @Override
        public void pushed(ImageReference repoDigest) {
            names.add(repoDigest.toString());
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    /** A store that knows of no other repository. */
    private static final class Nothing implements ImageContent {

        @Override
        public void requirePlatform(String platform) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Blob> choose(Document document, String platform) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Incoming receive(Document manifest) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Outgoing send(ImageReference name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ImageReference> tagsOf(ImageReference repository) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> repositoriesWith(String domain, Blob blob) {
            return List.of();
        }
    }
}
