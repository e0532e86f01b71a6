package io.felucca.builder.fetch;

import io.felucca.FeluccaException;
import io.felucca.builder.files.Cancellation;
import io.felucca.git.GitReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Files by http and https. No server is trusted: what it may send, for how long, and where it may lead is bounded, and no
 * other host gets the credentials of a URL. One use.
 */
public final class Web {

    private static final int REDIRECTS = 10;
    private static final int ERROR_BYTES = 4096;
    private static final long LOOK_MILLIS = 100;

    private static final Map<Integer, String> REASONS = Map.of(
            400, "Bad Request",
            401, "Unauthorized",
            403, "Forbidden",
            404, "Not Found",
            405, "Method Not Allowed",
            410, "Gone",
            429, "Too Many Requests",
            500, "Internal Server Error",
            502, "Bad Gateway",
            503, "Service Unavailable");

    private final BooleanSupplier wanted;
    private final long maxBytes;
    private final long deadline;
    private final long stallNanos;
    private volatile long lastSign;

    /** Its threads begin with the first use. */
    private static final class Client {
        static final HttpClient HTTP = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(30))
                .build();
    }

    /** An answer that is no error. @param modifiedMillis 0 when the server does not tell */
    public record Answer(String contentType, long modifiedMillis) {}

    /** A status that is an error, with the beginning of what the server says to it. */
    public static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        private final int status;

        Refused(String url, int status, String body) {
            super("failed to GET " + GitReference.withoutCredentials(url) + " with status " + status + " "
                    + REASONS.getOrDefault(status, "") + ": " + body.strip());
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    /** @param wanted false ends it, with UNAVAILABLE */
    public Web(BooleanSupplier wanted, long maxBytes) {
        this(wanted, maxBytes, Duration.ofHours(1), Duration.ofMinutes(1));
    }

    /** @param stall for how long a server may send nothing */
    public Web(BooleanSupplier wanted, long maxBytes, Duration most, Duration stall) {
        this.wanted = wanted;
        this.maxBytes = maxBytes;
        deadline = System.nanoTime() + most.toNanos();
        stallNanos = stall.toNanos();
    }

    /**
     * Writes what a URL names.
     *
     * @throws IOException what went wrong on the way, as by Go's client
     * @throws FeluccaException INVALID for what is too long, UNAVAILABLE for what takes too long
     */
    public Answer get(String url, OutputStream out) throws IOException, Refused {
        URI first = uri(url);
        URI at = first;
        for (int hop = 0; hop <= REDIRECTS; hop++) {
            ByteArrayOutputStream error = new ByteArrayOutputStream();
            HttpResponse<Void> response = await(Client.HTTP.sendAsync(
                    request(at, first),
                    info -> isRedirect(info)
                            ? new ResponseBody(OutputStream.nullOutputStream(), 0, null, this::arrived)
                            : info.statusCode() >= 400
                                    ? new ResponseBody(error, ERROR_BYTES, null, this::arrived)
                                    : new ResponseBody(out, maxBytes, tooLong(url), this::arrived)));
            if (response.statusCode() >= 400) {
                throw new Refused(url, response.statusCode(), error.toString(StandardCharsets.UTF_8));
            }
            Optional<String> location = response.headers().firstValue("Location");
            if (!isRedirect(response.statusCode()) || location.isEmpty()) {
                return new Answer(
                        response.headers().firstValue("Content-Type").orElse(""),
                        HttpTimes.millis(
                                response.headers().firstValue("Last-Modified").orElse("")));
            }
            at = next(at, location.get());
        }
        throw new IOException("stopped after " + REDIRECTS + " redirects");
    }

    private static boolean isRedirect(ResponseInfo info) {
        return isRedirect(info.statusCode())
                && info.headers().firstValue("Location").isPresent();
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    static URI next(URI at, String location) throws IOException {
        URI next = uri(at.resolve(uriOf(location)).toString());
        if (at.getScheme().equalsIgnoreCase("https") && !next.getScheme().equalsIgnoreCase("https")) {
            throw new IOException("the redirect from https to " + next.getScheme() + " is not followed");
        }
        return next;
    }

    private static URI uriOf(String text) throws IOException {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("invalid URL: " + e.getMessage(), e);
        }
    }

    private static URI uri(String text) throws IOException {
        URI uri = uriOf(text);
        if (!"http".equalsIgnoreCase(uri.getScheme()) && !"https".equalsIgnoreCase(uri.getScheme())) {
            throw new IOException("unsupported protocol scheme \"" + uri.getScheme() + "\"");
        }
        if (uri.getHost() == null) {
            throw new IOException("no Host in request URL");
        }
        return uri;
    }

    private static HttpRequest request(URI at, URI first) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at);
        boolean same = at.getScheme().equalsIgnoreCase(first.getScheme())
                && at.getHost().equalsIgnoreCase(first.getHost())
                && at.getPort() == first.getPort();
        if (same && first.getUserInfo() != null) {
            byte[] credentials = first.getUserInfo().getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
        }
        return request.build();
    }

    private FeluccaException tooLong(String url) {
        return FeluccaException.invalid(GitReference.withoutCredentials(url) + " is longer than " + maxBytes
                + " bytes; put the file into the context");
    }

    private void arrived() {
        lastSign = System.nanoTime();
        Cancellation.check(wanted);
    }

    private <T> T await(CompletableFuture<T> answer) throws IOException {
        lastSign = System.nanoTime();
        try {
            while (true) {
                try {
                    return answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    requireWanted(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeluccaException(FeluccaException.Kind.UNAVAILABLE, "the build was interrupted", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private void requireWanted(TimeoutException cause) throws IOException {
        long now = System.nanoTime();
        if (!wanted.getAsBoolean()) {
            throw Cancellation.exception(cause);
        }
        if (now - deadline > 0 || now - lastSign > stallNanos) {
            throw new IOException(
                    now - deadline > 0 ? "the download takes too long" : "the server sends nothing", cause);
        }
    }

    private static IOException failure(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof FeluccaException known) {
                throw known;
            }
        }
        String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new IOException(
                cause instanceof java.net.ConnectException && cause.getMessage() == null ? "connection refused" : text,
                cause);
    }
}
