package io.felucca.itests.engine;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A registry in front of another that wants bearer tokens, and the server that gives them out to one user. */
public final class TokenFront implements AutoCloseable {

    /** What it takes for the user's, instead of a password. */
    public static final String IDENTITY = "left-by-login";

    private final String user;
    private final RegistryFront front;

    public TokenFront(RegistryServer behind, String user, String password) {
        this.user = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        front = new RegistryFront(behind, this::answers);
    }

    /** Host and port, as an image's name begins. */
    public String host() {
        return front.host();
    }

    private boolean answers(HttpExchange exchange) throws IOException {
        String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        if (exchange.getRequestURI().getPath().equals("/token")) {
            boolean known = shown.equals("Basic " + user) || showsIdentity(exchange);
            RegistryFront.json(
                    exchange,
                    known ? 200 : 401,
                    known
                            ? "{\"token\":\"good\",\"access_token\":\"good\"}"
                            : "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"incorrect username or"
                                    + " password\"}]}");
            return true;
        }
        if (shown.equals("Bearer good")) {
            return false;
        }
        exchange.getResponseHeaders()
                .set("WWW-Authenticate", "Bearer realm=\"http://" + host() + "/token\",service=\"test\"");
        RegistryFront.json(
                exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}");
        return true;
    }

    /** OAuth2, by the token that an earlier login has left. */
    private static boolean showsIdentity(HttpExchange exchange) throws IOException {
        List<String> form =
                List.of(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).split("&"));
        return exchange.getRequestMethod().equals("POST")
                && form.containsAll(List.of("grant_type=refresh_token", "refresh_token=" + IDENTITY, "service=test"));
    }

    @Override
    public void close() {
        front.close();
    }
}
