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
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry in front of another: it answers some requests itself and passes all others on. */
public final class RegistryFront implements AutoCloseable {

    private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private static final List<String> PASSED_ON = List.of("Content-Type", "Accept", "Range", "Content-Range");
    private static final List<String> PASSED_BACK =
            List.of("Content-Type", "Docker-Content-Digest", "Location", "Range", "Content-Range");

    /** What it does by itself. */
    interface Own {
        /** @return whether it has answered */
        boolean answers(HttpExchange exchange) throws IOException;
    }

    private final RegistryServer behind;
    private final Own own;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newHttpClient();

    RegistryFront(RegistryServer behind, Own own) {
        this.behind = behind;
        this.own = own;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * One that takes no OCI manifest.
     *
     * @param body of the refusal; empty for none
     */
    public static RegistryFront withoutOci(RegistryServer behind, int status, String body) {
        return new RegistryFront(behind, exchange -> {
            boolean refused = exchange.getRequestMethod().equals("PUT")
                    && OCI_MANIFEST.equals(exchange.getRequestHeaders().getFirst("Content-Type"));
            if (refused) {
                exchange.getRequestBody().readAllBytes();
                json(exchange, status, body);
            }
            return refused;
        });
    }

    /** Host and port, as an image's name begins. */
    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    static void json(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        boolean sent = bytes.length > 0 && !exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, sent ? bytes.length : -1);
        if (sent) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!own.answers(exchange)) {
                pass(exchange);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
