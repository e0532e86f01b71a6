package io.felucca.itests.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry in front of another that wants bearer tokens, and the server that gives them out to one user. */
public final class TokenFront implements AutoCloseable {

    /** What it takes for the user's, instead of a password. */
    public static final String IDENTITY = "left-by-login";

    private static final List<String> PASSED_ON = List.of("Content-Type", "Accept", "Range", "Content-Range");
    private static final List<String> PASSED_BACK =
            List.of("Content-Type", "Docker-Content-Digest", "Location", "Range", "Content-Range");

    private final RegistryServer behind;
    private final String user;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newHttpClient();

    public TokenFront(RegistryServer behind, String user, String password) {
        this.behind = behind;
        this.user = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Host and port, as an image's name begins. */
    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            if (exchange.getRequestURI().getPath().equals("/token")) {
                boolean known = shown.equals("Basic " + user) || showsIdentity(exchange);
                json(
                        exchange,
                        known ? 200 : 401,
                        known
                                ? "{\"token\":\"good\",\"access_token\":\"good\"}"
                                : "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"incorrect username or"
                                        + " password\"}]}");
            } else if (shown.equals("Bearer good")) {
                pass(exchange);
            } else {
                exchange.getResponseHeaders()
                        .set("WWW-Authenticate", "Bearer realm=\"http://" + host() + "/token\",service=\"test\"");
                json(
                        exchange,
                        401,
                        "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** OAuth2, by the token that an earlier login has left. */
    private static boolean showsIdentity(HttpExchange exchange) throws IOException {
        List<String> form =
                List.of(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).split("&"));
        return exchange.getRequestMethod().equals("POST")
                && form.containsAll(List.of("grant_type=refresh_token", "refresh_token=" + IDENTITY, "service=test"));
    }

    private static void json(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private void pass(HttpExchange exchange) throws IOException, InterruptedException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + behind.host() + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        for (String name : PASSED_ON) {
            exchange.getRequestHeaders().getOrDefault(name, List.of()).forEach(value -> request.header(name, value));
        }
        var answer = client.send(request.build(), BodyHandlers.ofByteArray());
        for (String name : PASSED_BACK) {
            answer.headers()
                    .firstValue(name)
                    .ifPresent(value -> exchange.getResponseHeaders().set(name, value.replace(behind.host(), host())));
        }
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            answer.headers()
                    .firstValue("Content-Length")
                    .ifPresent(value -> exchange.getResponseHeaders().set("Content-Length", value));
        }
        exchange.sendResponseHeaders(
                answer.statusCode(), head || answer.body().length == 0 ? -1 : answer.body().length);
        if (!head && answer.body().length > 0) {
            exchange.getResponseBody().write(answer.body());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
