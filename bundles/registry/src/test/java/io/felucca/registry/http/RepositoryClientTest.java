package io.felucca.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.ImageContent.Blob;
import io.felucca.registry.Registry.Credentials;
import io.felucca.registry.client.RegistryEndpoints.Endpoint;
import io.felucca.registry.client.Sessions;
import io.felucca.registry.transfer.BlobStream;
import io.felucca.registry.transfer.SentBlob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.core5.http.MessageConstraintException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class RepositoryClientTest {

    private static final Credentials USER = new Credentials("user", "secret", "", "");
    private static final String BASIC = "Basic dXNlcjpzZWNyZXQ=";
    private static final int SILENCE_MILLIS = 300;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final byte[] content = new byte[100_000];
    private Connections connections;
    private ExecutorService threads;

    @BeforeEach
    void start() {
        new Random(1).nextBytes(content);
        threads = Executors.newCachedThreadPool();
        connections = new Connections(settings(60_000));
    }

    @AfterEach
    void stop() {
        end.countDown();
        connections.close();
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }

    private static Connections.Settings settings(int silenceMillis) {
        return new Connections.Settings(
                new InsecureHosts(List.of()), List.of(), new ProxyRules(Map.of()), silenceMillis);
    }

    private URI serve(HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                handler.handle(exchange);
            }
        });
        server.start();
        servers.add(server);
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String shown(HttpExchange exchange) {
        return String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    private RepositoryClient client(URI base, Credentials credentials) {
        return new RepositoryClient(connections, base, "team/app", credentials, time -> {});
    }

    private Blob blob() {
        return new Blob(Hashing.digestOf(content), "", content.length);
    }

    /** Gives a token, the first of which is worth one request. */
    private URI tokenServer(int status) throws IOException {
        return serve(exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + shown(exchange)
                    + (body.isEmpty() ? "" : " " + body));
            long count = seen.stream().filter(line -> line.contains("/token")).count();
            send(exchange, status, "{\"access_token\":\"t" + count + "\"}");
        });
    }

    private URI registry(URI tokens) throws IOException {
        return serve(exchange -> {
            String shown = shown(exchange);
            seen.add(shown);
            long uses = seen.stream().filter(shown::equals).count();
            if (shown.equals("Bearer t1") && uses <= 2 || shown.equals("Bearer t2")) {
                send(exchange, 200, "ok");
            } else {
                exchange.getResponseHeaders()
                        .set("WWW-Authenticate", "Bearer realm=\"" + tokens + "/token\",service=\"reg\",scope=\"x\"");
                send(exchange, 401, "");
            }
        });
    }

    private static String get(RepositoryClient client) throws IOException {
        try (Answer answer = client.send("GET", client.uri("blobs/x"), Map.of(), null, client.pullScope())
                .expect(200)) {
            return new String(answer.bytes(10, "it"), StandardCharsets.UTF_8);
        }
    }

    @Test
    @DisplayName("S21: a token is fetched with the password, used again while it is good, and fetched anew after it")
    void tokensAreFetchedAndRefreshed() throws IOException {
        RepositoryClient client = client(registry(tokenServer(200)), USER);

        for (int i = 0; i < 3; i++) {
            assertThat(get(client)).isEqualTo("ok");
        }

        String asked = "GET /token?service=reg&scope=repository%3Ateam%2Fapp%3Apull&account=user " + BASIC;
        assertThat(seen).containsExactly("null", asked, "Bearer t1", "Bearer t1", "Bearer t1", asked, "Bearer t2");
    }

    @Test
    @DisplayName("S21: without a user a token is asked for without one; with an identity token it is posted")
    void tokensOfOtherUsers() throws IOException {
        assertThat(get(client(registry(tokenServer(200)), Credentials.NONE))).isEqualTo("ok");
        assertThat(seen.get(1)).isEqualTo("GET /token?service=reg&scope=repository%3Ateam%2Fapp%3Apull null");
        seen.clear();

        assertThat(get(client(registry(tokenServer(200)), new Credentials("", "", "left/by login", ""))))
                .isEqualTo("ok");

        assertThat(seen.get(1))
                .isEqualTo("POST /token null grant_type=refresh_token&service=reg&client_id=felucca"
                        + "&scope=repository%3Ateam%2Fapp%3Apull&refresh_token=left%2Fby+login");
    }

    @Test
    @DisplayName("S21: a token server that refuses ends the request without another attempt")
    void aRefusedTokenIsFinal() throws IOException {
        RepositoryClient client = client(registry(tokenServer(401)), USER);

        assertThatThrownBy(() -> client.retrying(() -> get(client)))
                .isInstanceOfSatisfying(
                        RegistryFailure.class, e -> assertThat(e.plain().kind()).isEqualTo(Kind.FORBIDDEN))
                .hasMessageContaining("unauthorized");
        assertThat(seen).hasSize(2);
    }

    @Test
    @DisplayName("T13: a registry with TLS cannot have the password sent to a token server without it")
    void aTokenServerWithoutTlsIsRefused() throws IOException {
        Authorizer authorizer = new Authorizer(connections, URI.create("https://registry.example"), USER);
        List<Challenge> challenges = Challenge.parse("Bearer realm=\"" + tokenServer(200) + "/token\"");

        assertThatThrownBy(() -> authorizer.answer(challenges, "a", "GET", URI.create("https://registry.example/v2/")))
                .hasMessageContaining("refusing to log in to https://registry.example");
        assertThat(seen).isEmpty();
    }

    @Test
    @DisplayName("B7: a server that says nothing more is asked again from the byte where it stopped")
    void aStallingServerIsAskedAgain() throws IOException {
        URI base = serve(exchange -> {
            String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
            seen.add(range);
            if (range.equals("null")) {
                exchange.sendResponseHeaders(200, content.length);
                OutputStream out = exchange.getResponseBody();
                out.write(content, 0, 60_000);
                out.flush();
                await();
            } else {
                exchange.getResponseHeaders().set("Content-Range", "bytes 60000-99999/100000");
                exchange.sendResponseHeaders(206, 40_000);
                exchange.getResponseBody().write(content, 60_000, 40_000);
            }
        });
        connections = new Connections(settings(10 * SILENCE_MILLIS));

        try (BlobStream stream = stream(base)) {
            assertThat(stream.readAllBytes()).isEqualTo(content);
        }
        assertThat(List.copyOf(new LinkedHashSet<>(seen))).containsExactly("null", "bytes=60000-");
    }

    private BlobStream stream(URI base) throws IOException {
        RepositoryClient client = client(base, USER);
        return new BlobStream(client, blob(), 0, client.pause());
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("B7: a server that never says a thing is given up after five attempts")
    void aSilentServerIsGivenUp() throws IOException {
        URI base = serve(exchange -> {
            seen.add("asked");
            await();
        });
        connections = new Connections(settings(SILENCE_MILLIS));

        assertThatThrownBy(() -> stream(base).close()).isInstanceOf(IOException.class);
        while (seen.size() < Retries.MAX_ATTEMPTS) {
            Thread.onSpinWait();
        }
        assertThat(seen).hasSize(Retries.MAX_ATTEMPTS);
    }

    @Test
    @DisplayName("S18: mirrors that do not answer or do not have it are passed over, and are not shown the password")
    void mirrorsFallBack() throws IOException {
        URI gone = URI.create("http://127.0.0.1:1");
        URI empty = serve(exchange -> {
            seen.add("mirror " + exchange.getRequestURI() + " " + shown(exchange));
            if (exchange.getRequestURI().getPath().equals("/v2/")) {
                send(exchange, 200, "{}");
            } else {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"mirror\"");
                send(exchange, shown(exchange).equals("null") ? 401 : 200, "");
            }
        });
        URI own = serve(exchange -> {
            seen.add("own " + exchange.getRequestURI() + " " + shown(exchange));
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"own\"");
            send(exchange, shown(exchange).equals("null") ? 401 : 200, "ok");
        });
        Sessions sessions = new Sessions(List.of(), List.of(), List.of(), new ProxyRules(Map.of()), 60_000);

        String answer = sessions.first(
                List.of(new Endpoint(gone, true), new Endpoint(empty, true), new Endpoint(own, false)),
                "team/app",
                USER,
                () -> false,
                (used, repository) -> get(repository));

        assertThat(answer).isEqualTo("ok");
        assertThat(seen)
                .containsExactly(
                        "mirror /v2/ null",
                        "mirror /v2/team/app/blobs/x null",
                        "own /v2/ null",
                        "own /v2/team/app/blobs/x null",
                        "own /v2/team/app/blobs/x " + BASIC);
    }

    @Test
    @DisplayName("T12: a stored blob that the disk has damaged is not sent whole")
    void whatIsSentIsVerified() throws IOException {
        assertThat(new SentBlob(new ByteArrayInputStream(content), blob(), Hashing.sha256(), count -> {})
                        .readAllBytes())
                .isEqualTo(content);
        Blob other = new Blob(new Digest("sha256:" + "0".repeat(64)), "", content.length);

        for (Blob damaged : List.of(other, new Blob(blob().digest(), "", content.length + 1))) {
            assertThatThrownBy(() -> new SentBlob(
                                    new ByteArrayInputStream(content), damaged, Hashing.sha256(), count -> {})
                            .readAllBytes())
                    .hasMessage("the stored blob " + damaged.digest()
                            + " is damaged: remove the image and pull or build it again")
                    .hasCauseInstanceOf(FeluccaException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "long"})
    @DisplayName("T12, T25: an answer's headers are bounded in number and in length")
    void headersAreBounded(String what) throws IOException {
        ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        threads.execute(() -> {
            try (server;
                    Socket client = server.accept()) {
                OutputStream out = client.getOutputStream();
                out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
                byte[] endless =
                        (what.equals("many") ? "1\r\nX: " : "x").repeat(1000).getBytes(StandardCharsets.US_ASCII);
                while (true) {
                    out.write(endless);
                }
            } catch (IOException e) {
                // The client reads no more.
            }
        });

        assertThatThrownBy(() -> get(client(URI.create("http://127.0.0.1:" + server.getLocalPort()), USER)))
                .isInstanceOf(MessageConstraintException.class);
    }

    @Test
    @DisplayName("B7: a caller that wants nothing more, or is interrupted, ends a request that no answer comes to")
    void aUselessRequestIsEnded() throws Exception {
        Sessions sessions = new Sessions(List.of(), List.of(), List.of(), new ProxyRules(Map.of()), 60_000);
        for (boolean interrupted : new boolean[] {true, false}) {
            CountDownLatch asked = new CountDownLatch(1);
            AtomicBoolean cancelled = new AtomicBoolean();
            URI silent = serve(exchange -> {
                if (exchange.getRequestURI().getPath().equals("/v2/")) {
                    send(exchange, 200, "{}");
                } else {
                    asked.countDown();
                    await();
                }
            });
            FutureTask<String> work = new FutureTask<>(() -> sessions.first(
                    List.of(new Endpoint(silent, true), new Endpoint(silent, false)),
                    "team/app",
                    USER,
                    cancelled::get,
                    (used, repository) -> get(repository)));
            Thread caller = new Thread(work);
            caller.start();
            asked.await();

            if (interrupted) {
                caller.interrupt();
            } else {
                cancelled.set(true);
            }

            assertThatThrownBy(work::get).cause().hasMessage("context canceled");
        }
    }

    @Test
    @DisplayName("B7: ending the connections from another thread ends a read that waits")
    void aWaitingReadIsEnded() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        URI base = serve(exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, 10);
            exchange.getResponseBody().flush();
            waiting.countDown();
            await();
        });
        threads.execute(() -> {
            try {
                waiting.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            connections.abort();
        });

        assertThatThrownBy(() -> {
                    try (BlobStream stream = stream(base)) {
                        stream.readAllBytes();
                    }
                })
                .isInstanceOf(IOException.class);
    }
}
