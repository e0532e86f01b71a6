package io.felucca.registry.http;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;

/** A server's answer. Closing gives its connection back. */
public final class Answer implements AutoCloseable {

    private static final int MAX_ERROR_BYTES = 64 << 10;

    private final Connections connections;
    private final ClassicHttpResponse response;
    private final URI from;

    /** @param from what was asked at last, after redirects */
    Answer(Connections connections, ClassicHttpResponse response, URI from) {
        this.connections = connections;
        this.response = response;
        this.from = from;
    }

    public int status() {
        return response.getCode();
    }

    /** The phrase beside the status. */
    public String reason() {
        return response.getReasonPhrase() == null ? "" : response.getReasonPhrase();
    }

    public URI from() {
        return from;
    }

    public String header(String name) {
        Header header = response.getFirstHeader(name);
        return header == null || header.getValue() == null ? "" : header.getValue();
    }

    List<Challenge> challenges() {
        List<Challenge> found = new ArrayList<>();
        for (Header header : response.getHeaders("WWW-Authenticate")) {
            found.addAll(Challenge.parse(String.valueOf(header.getValue())));
        }
        return found;
    }

    /** Bytes of the body as the server counts them; negative when it does not. */
    public long length() {
        return response.getEntity() == null ? 0 : response.getEntity().getContentLength();
    }

    public InputStream body() throws IOException {
        InputStream content =
                response.getEntity() == null ? null : response.getEntity().getContent();
        return content == null ? InputStream.nullInputStream() : content;
    }

    /** The whole body. @throws IOException when it is longer */
    public byte[] bytes(int most, String what) throws IOException {
        if (length() > most) {
            throw tooLong(most, what);
        }
        byte[] content = body().readNBytes(most + 1);
        if (content.length > most) {
            throw tooLong(most, what);
        }
        return content;
    }

    private static IOException tooLong(int most, String what) {
        return RegistryFailure.said(
                FeluccaException.system(what + " is longer than " + most + " bytes, which is more than is accepted"));
    }

    /** @throws RegistryFailure unless the status is one of these */
    public Answer expect(int... statuses) throws IOException {
        for (int each : statuses) {
            if (status() == each) {
                return this;
            }
        }
        throw failure();
    }

    public RegistryFailure failure() throws IOException {
        RegistryFailure failure = status() < 400 || status() >= 500
                ? RegistryFailure.ofStatus(status(), reason())
                : RegistryFailure.of(status(), Refusal.of(status(), challenges(), body().readNBytes(MAX_ERROR_BYTES)));
        return failure.after(header("Retry-After"));
    }

    @Override
    public void close() {
        connections.release(response);
    }
}
