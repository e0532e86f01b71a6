package io.felucca.registry.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.registry.Registry.Credentials;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * What requests to one endpoint show of their user: nothing, until the server asks; then a password, or a token from the
 * server that the endpoint names. Thread-safe.
 */
final class Authorizer {

    private static final String NO_CREDENTIALS = "no basic auth credentials";
    private static final int MAX_TOKEN_BYTES = 1 << 20;

    private final Connections connections;
    private final URI endpoint;
    private final Credentials credentials;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private volatile boolean basic;

    Authorizer(Connections connections, URI endpoint, Credentials credentials) {
        this.connections = connections;
        this.endpoint = endpoint;
        this.credentials = credentials;
    }

    /** The header's value, or empty for none. @param scope what the request is about, such as {@code repository:a/b:pull} */
    String header(String scope) {
        if (basic) {
            return basicHeader();
        }
        String token = tokens.getOrDefault(scope, credentials.registryToken());
        return token.isEmpty() ? "" : "Bearer " + token;
    }

    private String basicHeader() {
        byte[] text = (credentials.user() + ":" + credentials.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(text);
    }

    /**
     * Gets ready for what the server wants.
     *
     * @return false when nothing is left to try
     * @throws IOException when the token server fails or refuses
     */
    boolean answer(List<Challenge> challenges, String scope, String method, URI uri) throws IOException {
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer")
                    && !challenge.parameter("realm").isEmpty()) {
                tokens.put(scope, token(challenge, scope, method, uri));
                return true;
            }
        }
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("basic")) {
                if (credentials.user().isEmpty()) {
                    throw RegistryFailure.said(
                            FeluccaException.system(GoErrors.request(method, uri, new IOException(NO_CREDENTIALS))),
                            NO_CREDENTIALS);
                }
                boolean tried = basic;
                basic = true;
                return !tried;
            }
        }
        return false;
    }

    /** @param method of the request that waits for it, which an error names */
    private String token(Challenge challenge, String scope, String method, URI uri) throws IOException {
        URI realm = realm(challenge.parameter("realm"));
        BasicClassicHttpRequest request = credentials.identityToken().isEmpty()
                ? plain(realm, challenge, scope)
                : refreshing(realm, challenge, scope);
        URI asked = URI.create(realm.getScheme() + "://" + realm.getRawAuthority() + request.getPath());
        try (Answer answer = new Answer(connections, connections.send(request, asked), asked)) {
            if (answer.status() != 200) {
                RegistryFailure failure = answer.failure();
                if (Retries.mayPass(failure.status())) {
                    throw failure;
                }
                throw RegistryFailure.said(
                        new FeluccaException(
                                failure.status() == 401 || failure.status() == 403 ? Kind.FORBIDDEN : Kind.SYSTEM,
                                GoErrors.request(method, uri, new IOException(failure.getMessage())),
                                failure),
                        failure.getMessage());
            }
            JsonNode json = ResponseJson.read(answer.bytes(MAX_TOKEN_BYTES, "the answer of " + realm));
            String token = json.path("token").asText(json.path("access_token").asText(""));
            if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw RegistryFailure.said(FeluccaException.system(
                        "authorization server did not include a token in the" + " response: " + realm));
            }
            return token;
        }
    }

    /** A password is never sent in clear by a registry that is spoken to by TLS. */
    private URI realm(String text) throws IOException {
        try {
            URI realm = new URI(text);
            boolean http = "http".equals(realm.getScheme());
            if (realm.getHost() == null || !http && !"https".equals(realm.getScheme())) {
                throw RegistryFailure.said(FeluccaException.system("invalid token auth challenge realm: " + text));
            }
            if (http && "https".equals(endpoint.getScheme())) {
                throw RegistryFailure.said(FeluccaException.system(
                        "refusing to log in to " + endpoint + " by its token server without TLS: " + text));
            }
            return realm;
        } catch (URISyntaxException e) {
            throw new IOException("invalid token auth challenge realm: " + text, e);
        }
    }

    private BasicClassicHttpRequest plain(URI realm, Challenge challenge, String scope) {
        StringBuilder query = new StringBuilder(realm.getRawQuery() == null ? "" : realm.getRawQuery());
        parameter(query, "service", challenge.parameter("service"));
        for (String each : scopes(challenge, scope)) {
            parameter(query, "scope", each);
        }
        parameter(query, "account", credentials.user());
        BasicClassicHttpRequest request =
                new BasicClassicHttpRequest("GET", path(realm) + (query.length() == 0 ? "" : "?" + query));
        if (!credentials.user().isEmpty()) {
            request.setHeader("Authorization", basicHeader());
        }
        return request;
    }

    /** OAuth2, with the token that a login left (distribution, "Token Authentication: OAuth"). */
    private BasicClassicHttpRequest refreshing(URI realm, Challenge challenge, String scope) {
        StringBuilder form = new StringBuilder();
        parameter(form, "grant_type", "refresh_token");
        parameter(form, "service", challenge.parameter("service"));
        parameter(form, "client_id", "felucca");
        parameter(form, "scope", String.join(" ", scopes(challenge, scope)));
        parameter(form, "refresh_token", credentials.identityToken());
        BasicClassicHttpRequest request = new BasicClassicHttpRequest("POST", path(realm));
        request.setEntity(new StringEntity(form.toString(), ContentType.APPLICATION_FORM_URLENCODED));
        return request;
    }

    private static List<String> scopes(Challenge challenge, String scope) {
        String text = scope.isEmpty() ? challenge.parameter("scope") : scope;
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    private static String path(URI realm) {
        return realm.getRawPath() == null || realm.getRawPath().isEmpty() ? "/" : realm.getRawPath();
    }

    private static void parameter(StringBuilder query, String name, String value) {
        Optional.of(value)
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> query.append(query.length() == 0 ? "" : "&")
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(text, StandardCharsets.UTF_8)));
    }
}
