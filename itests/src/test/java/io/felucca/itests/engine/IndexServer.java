package io.felucca.itests.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host that can be searched, by version 1 of the protocol; it fails a search for {@code fail}, and what is asked for below
 * {@code /v2/sSTATUS/}, {@code /v2/eSTATUS/}, {@code /v2/hSTATUS/} and {@code /v2/wSTATUS/} with that status: with the
 * specification's errors, with nothing, with a page of HTML, or as Docker Hub does for a token that does not suffice.
 */
public final class IndexServer implements AutoCloseable {

    private static final String FOUND = """
        {"query":"x","num_results":3,"results":[
          {"name":"alpha","description":"The first of all, with a description that is longer than a line","star_count":1200,
           "is_official":true},
          {"name":"user/alpha","description":"Of two\\nlines","star_count":7,"is_automated":true},
          {"name":"user/b","description":"","star_count":0}]}\
        """;

    private static final Map<Integer, String> CODES = Map.of(
            401, "UNAUTHORIZED", 403, "DENIED", 404, "MANIFEST_UNKNOWN", 429, "TOOMANYREQUESTS", 503, "UNAVAILABLE");

    private static final Pattern FAILING = Pattern.compile("/v2/([sehw])([0-9]{3})/.*");

    private final HttpServer server;

    public IndexServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Host and port, as an image's name begins. */
    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String asked = exchange.getRequestURI().toString();
            Matcher failing = FAILING.matcher(asked);
            if (failing.matches()) {
                fail(exchange, Integer.parseInt(failing.group(2)), failing.group(1));
                return;
            }
            String answer = asked.startsWith("/token")
                    ? "{\"token\":\"weak\"}"
                    : asked.contains("q=none") ? "{\"results\":[]}" : FOUND;
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(asked.contains("q=fail") ? 500 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void fail(HttpExchange exchange, int status, String how) throws IOException {
        // At once: how long is waited is not what is compared.
        exchange.getResponseHeaders().set("Retry-After", "0");
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (how.equals("w")) {
            exchange.getResponseHeaders()
                    .set(
                            "WWW-Authenticate",
                            "Bearer realm=\"http://" + host()
                                    + "/token\",service=\"test\",scope=\"repository:x:pull\",error=\"insufficient_scope\"");
        }
        byte[] body = body(status, how).getBytes(StandardCharsets.UTF_8);
        boolean sent = body.length > 0 && !exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, sent ? body.length : -1);
        if (sent) {
            exchange.getResponseBody().write(body);
        }
    }

    private static String body(int status, String how) {
        return switch (how) {
            case "e" -> "";
            case "h" -> "<html>\n\"sorry\"</html>";
            case "w" -> "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}";
            default ->
                "{\"errors\":[{\"code\":\"%s\",\"message\":\"because of %d\"}]}"
                        .formatted(CODES.getOrDefault(status, "UNKNOWN"), status);
        };
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
