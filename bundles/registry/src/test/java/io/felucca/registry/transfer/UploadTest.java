package io.felucca.registry.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.felucca.images.ImageContent.Blob;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.http.Connections;
import io.felucca.registry.http.Hashing;
import io.felucca.registry.http.InsecureHosts;
import io.felucca.registry.http.ProxyRules;
import io.felucca.registry.http.RepositoryClient;
import io.felucca.registry.http.Retries;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A registry that takes uploads by the specification, and what a test makes it do instead. */
@Timeout(120)
class UploadTest {

    private static final int CHUNK = 30_000;

    private final byte[] content = new byte[100_000];
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private ExecutorService threads;
    private HttpServer server;
    private Connections connections;

    /** The most that a request may hold. */
    private volatile int most = Integer.MAX_VALUE;
    /** Requests with a body are cut after so many bytes, until none is left. */
    private final List<Integer> cuts = new CopyOnWriteArrayList<>();

    private volatile String leastChunk = "";
    private volatile boolean knowsWhere = true;
    private volatile boolean goesOn = true;

    @BeforeEach
    void start() throws IOException {
        new Random(1).nextBytes(content);
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

    private synchronized void handle(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String range = exchange.getRequestHeaders().getFirst("Content-Range");
        String query = exchange.getRequestURI().getQuery();
        switch (method) {
            case "POST" -> {
                seen.add(method);
                received.reset();
                if (!leastChunk.isEmpty()) {
                    exchange.getResponseHeaders().set("OCI-Chunk-Min-Length", leastChunk);
                }
                answer(exchange, 202, "/v2/team/app/blobs/uploads/1?state=0");
            }
            case "GET" -> {
                seen.add(method);
                exchange.getResponseHeaders().set("Range", "0-" + Math.max(0, received.size() - 1));
                answer(exchange, knowsWhere ? 204 : 404, "/v2/team/app/blobs/uploads/1?state=" + received.size());
            }
            default -> {
                seen.add(method + (range == null ? "" : " " + range) + " " + query);
                take(exchange, method, range == null ? 0 : Integer.parseInt(range.replaceAll("-.*", "")));
            }
        }
    }

    private void take(HttpExchange exchange, String method, int from) throws IOException {
        if (!cuts.isEmpty()) {
            received.write(exchange.getRequestBody().readNBytes(cuts.remove(0)));
            return;
        }
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (body.length > most) {
            answer(exchange, 413, "");
        } else if (method.equals("PATCH") && (from != received.size() || !goesOn)) {
            answer(exchange, 416, "");
        } else {
            received.write(body);
            answer(exchange, method.equals("PUT") ? 201 : 202, "/v2/team/app/blobs/uploads/1?state=" + received.size());
        }
    }

    private static void answer(HttpExchange exchange, int status, String location) throws IOException {
        if (!location.isEmpty()) {
            exchange.getResponseHeaders().set("Location", location);
        }
        exchange.sendResponseHeaders(status, -1);
    }

    private Blob blob() {
        return new Blob(Hashing.digestOf(content), "", content.length);
    }

    private void upload(Blob blob, Supplier<byte[]> read) throws IOException {
        URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        RepositoryClient repository = new RepositoryClient(connections, base, "team/app", Credentials.NONE, time -> {});
        new Upload(
                        repository,
                        blob,
                        () -> new SentBlob(new ByteArrayInputStream(read.get()), blob, Hashing.sha256(), count -> {}),
                        CHUNK,
                        repository.pause())
                .run();
    }

    private String whole(int state) {
        return "state=" + state + "&digest=" + blob().digest();
    }

    private void uploads(String... requests) throws IOException {
        upload(blob(), () -> content);

        assertThat(seen).containsExactly(requests);
        assertThat(received.toByteArray()).isEqualTo(content);
    }

    @Test
    @DisplayName("S19: a blob is sent in one request")
    void oneRequestIsEnough() throws IOException {
        leastChunk = "1000";

        uploads("POST", "PUT " + whole(0));
    }

    @Test
    @DisplayName("S20: where that is too large for a registry, chunks are sent, as large as it wants them at least")
    void chunksAreSent() throws IOException {
        most = 50_000;
        leastChunk = "40000";

        uploads(
                "POST",
                "PUT " + whole(0),
                "POST",
                "PATCH 0-39999 state=0",
                "PATCH 40000-79999 state=40000",
                "PATCH 80000-99999 state=80000",
                "PUT " + whole(100_000));
    }

    @Test
    @DisplayName("B7: an upload that was cut goes on at the byte that the registry names")
    void aCutUploadGoesOn() throws IOException {
        cuts.addAll(List.of(60_000, 20_000));

        uploads(
                "POST",
                "PUT " + whole(0),
                "GET",
                "PATCH 60000-99999 state=60000",
                "GET",
                "PATCH 80000-99999 state=80000",
                "PUT " + whole(100_000));
    }

    @Test
    @DisplayName("B7: an upload that the registry has lost, or cannot go on with, is begun anew")
    void aLostUploadIsBegunAnew() throws IOException {
        knowsWhere = false;
        cuts.add(60_000);

        uploads("POST", "PUT " + whole(0), "GET", "POST", "PUT " + whole(0));

        seen.clear();
        knowsWhere = true;
        goesOn = false;
        cuts.add(60_000);

        uploads("POST", "PUT " + whole(0), "GET", "PATCH 60000-99999 state=60000", "POST", "PUT " + whole(0));
    }

    @Test
    @DisplayName("B7: an upload that is cut again and again without a byte more is given up")
    void endlessCutsAreGivenUp() {
        cuts.addAll(List.of(0, 0, 0, 0, 0));

        assertThatThrownBy(() -> upload(blob(), () -> content)).isInstanceOf(IOException.class);

        assertThat(seen.stream().filter(line -> line.startsWith("P") && !line.equals("POST")))
                .hasSize(Retries.MAX_ATTEMPTS);
    }

    @Test
    @DisplayName("S20: a server that ends whole uploads without a word is sent chunks")
    void aSilentRefusalIsAnsweredByChunks() throws IOException {
        cuts.addAll(List.of(0, 0, 0));

        upload(blob(), () -> content);

        assertThat(seen).contains("PATCH 0-29999 state=0", "PATCH 90000-99999 state=90000");
        assertThat(received.toByteArray()).isEqualTo(content);
    }

    @Test
    @DisplayName("T12: a blob that the disk has damaged is not sent whole, by chunks neither")
    void aDamagedBlobIsNotSent() {
        byte[] damaged = content.clone();
        damaged[90_000] ^= 1;
        assertThatThrownBy(() -> upload(blob(), () -> damaged)).hasMessageContaining("is damaged");
        assertThat(received.size()).isLessThan(content.length);

        seen.clear();
        most = 50_000;
        AtomicInteger opened = new AtomicInteger();
        assertThatThrownBy(() -> upload(blob(), () -> opened.getAndIncrement() == 0 ? content : damaged))
                .hasMessageContaining("is damaged");
        assertThat(seen)
                .contains("PATCH 60000-89999 state=60000")
                .noneMatch(line -> line.equals("PUT " + whole(100_000)));
    }
}
