package io.felucca.registry.http;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageContent;
import io.felucca.images.ImageContent.Document;
import io.felucca.registry.Registry.Credentials;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * Requests to one repository of one endpoint: the user is shown when asked for, redirects are followed without it to other
 * hosts, what may pass is tried again. Thread-safe.
 */
public final class RepositoryClient {

    /** What is accepted as a manifest; schema 1 so that it can be refused by name. */
    private static final String MANIFESTS = "application/vnd.docker.distribution.manifest.v2+json, "
            + "application/vnd.docker.distribution.manifest.list.v2+json, "
            + "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
            + "application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.1";

    /** Docker's words for a blob that the registry has not, whatever that says itself. */
    public static final String UNKNOWN_BLOB = "unknown blob";

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int MAX_REDIRECTS = 5;

    private final Connections connections;
    private final URI base;
    private final String path;
    private final Authorizer authorizer;
    private final Retries.Pause pause;

    /** @param path of the repository, such as {@code library/busybox}; empty for the registry as a whole */
    public RepositoryClient(
            Connections connections, URI base, String path, Credentials credentials, Retries.Pause pause) {
        this.connections = connections;
        this.base = base;
        this.path = path;
        this.pause = pause;
        authorizer = new Authorizer(connections, base, credentials);
    }

    public URI uri(String rest) {
        return URI.create(base + "/v2/" + path + "/" + rest);
    }

    /** What the server has outside of its repositories. */
    public URI base(String rest) {
        return URI.create(base + rest);
    }

    public String pullScope() {
        return "repository:" + path + ":pull";
    }

    public String pushScope() {
        return "repository:" + path + ":pull,push";
    }

    /** Whether the server is there and accepts the user, if it asks for one. */
    public Answer ping() throws IOException {
        return send("GET", URI.create(base + "/v2/"), Map.of(), null, "");
    }

    /** Asks without a user whether a server is there. */
    public Answer reach(URI uri) throws IOException {
        return follow("GET", uri, Map.of(), null, "");
    }

    /** A manifest as it was sent, and its digest. */
    public record Fetched(Document document, Digest digest) {}

    /** @param reference a tag or a digest */
    public Fetched manifest(String reference) throws IOException {
        URI uri = uri("manifests/" + reference);
        return retrying(() -> {
            try (Answer answer = send("GET", uri, Map.of("Accept", MANIFESTS), null, pullScope())
                    .expect(200)) {
                byte[] content = answer.bytes(ImageContent.MAX_MANIFEST_BYTES, "the manifest " + uri);
                Digest digest = Hashing.digestOf(content);
                String promised = Digest.matches(reference) ? reference : answer.header("Docker-Content-Digest");
                if (Digest.matches(promised) && !digest.value().equals(promised)) {
                    throw RegistryFailure.said(
                            FeluccaException.system("manifest verification failed for digest " + promised));
                }
                String type =
                        answer.header("Content-Type").replaceFirst(";.*", "").strip();
                return new Fetched(new Document(content, type), digest);
            }
        });
    }

    /** A small blob in full. */
    public byte[] blob(Digest digest, int most) throws IOException {
        URI uri = uri("blobs/" + digest);
        return retrying(() -> {
            try (Answer answer = send("GET", uri, Map.of(), null, pullScope())) {
                if (answer.status() == 404) {
                    throw RegistryFailure.said(FeluccaException.system(UNKNOWN_BLOB));
                }
                return answer.expect(200).bytes(most, "the blob " + uri);
            }
        });
    }

    /** What is done once or more. */
    public interface Attempt<T> {
        T run() throws IOException;
    }

    public <T> T retrying(Attempt<T> work) throws IOException {
        return retrying(work, Clock.systemUTC());
    }

    private <T> T retrying(Attempt<T> work, Clock clock) throws IOException {
        for (int attempt = 1; ; attempt++) {
            String retryAfter = "";
            try {
                return work.run();
            } catch (RegistryFailure e) {
                if (attempt == Retries.MAX_ATTEMPTS || !Retries.mayPass(e.status())) {
                    throw e;
                }
                retryAfter = e.retryAfter();
            } catch (IOException e) {
                if (attempt == Retries.MAX_ATTEMPTS || !mayPass(e)) {
                    throw e;
                }
            }
            pause.sleep(Retries.before(attempt, retryAfter, clock.instant()));
        }
    }

    /** Not for a server that is not there, nor for one whose certificate is not trusted. */
    public boolean mayPass(IOException failure) {
        return !connections.isAborted()
                && !(failure instanceof ConnectException)
                && !(failure instanceof UnknownHostException)
                && !(failure instanceof SSLException);
    }

    public Retries.Pause pause() {
        return pause;
    }

    /**
     * Sends a request and returns whatever answer there is. A request with a body is sent again when the server wants to
     * know the user.
     *
     * @param body made anew for each attempt; null for none
     */
    public Answer send(String method, URI uri, Map<String, String> headers, Supplier<HttpEntity> body, String scope)
            throws IOException {
        Answer first = follow(method, uri, headers, body, authorizer.header(scope));
        if (first.status() != 401 || !isOwn(first.from())) {
            return first;
        }
        boolean again;
        try {
            again = authorizer.answer(first.challenges(), scope, method, uri);
        } catch (IOException | RuntimeException e) {
            first.close();
            throw e;
        }
        if (!again) {
            return first;
        }
        first.close();
        return follow(method, uri, headers, body, authorizer.header(scope));
    }

    private Answer follow(
            String method, URI start, Map<String, String> headers, Supplier<HttpEntity> body, String authorization)
            throws IOException {
        URI uri = start;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            Map<String, String> sent = new LinkedHashMap<>(headers);
            if (!authorization.isEmpty() && isOwn(uri)) {
                sent.put("Authorization", authorization);
            }
            Answer answer = once(method, uri, sent, body);
            if (body != null || !REDIRECTS.contains(answer.status())) {
                return answer;
            }
            String location = answer.header("Location");
            answer.close();
            uri = target(uri, location);
        }
        throw RegistryFailure.said(FeluccaException.system(
                GoErrors.request(method, start, new IOException("stopped after " + MAX_REDIRECTS + " redirects"))));
    }

    private Answer once(String method, URI uri, Map<String, String> headers, Supplier<HttpEntity> body)
            throws IOException {
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String asked = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        BasicClassicHttpRequest request = new BasicClassicHttpRequest(method, asked + query);
        headers.forEach(request::setHeader);
        if (body != null) {
            request.setEntity(body.get());
        }
        return new Answer(connections, connections.send(request, uri), uri);
    }

    private boolean isOwn(URI uri) {
        return base.getScheme().equals(uri.getScheme())
                && base.getRawAuthority().equalsIgnoreCase(uri.getRawAuthority());
    }

    /** @throws IOException for a location that is none, or one that gives TLS up */
    public static URI target(URI from, String location) throws IOException {
        URI target;
        try {
            target = from.resolve(new URI(location));
        } catch (URISyntaxException e) {
            throw new IOException("invalid redirect from " + from, e);
        }
        boolean https = "https".equals(target.getScheme());
        if (target.getHost() == null || !https && !"http".equals(target.getScheme())) {
            throw RegistryFailure.said(FeluccaException.system("invalid redirect from " + from));
        }
        if ("https".equals(from.getScheme()) && !https) {
            throw RegistryFailure.said(FeluccaException.system(
                    "refusing the redirect from " + from + " to a server without TLS: " + target.getHost()));
        }
        return target;
    }
}
