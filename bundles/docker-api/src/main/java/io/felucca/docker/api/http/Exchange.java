package io.felucca.docker.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.docker.json.FilterJson;
import io.felucca.engine.UpgradeHandler.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * One request and its answer. A handler answers once. Not thread-safe: it belongs to the connection's thread.
 */
public interface Exchange {

    /** What the bytes of a terminal's stream are called, and before API 1.42 those of all streams. */
    String RAW_STREAM = "application/vnd.docker.raw-stream";

    String method();

    RequestTarget target();

    /** The part of the path that stands for a variable of the route. */
    String variable(String name);

    /** The value of a header, or empty. */
    String header(String name);

    /** Who asks. */
    Peer peer();

    /** The body, decoded from its transfer encoding; empty when there is none. */
    InputStream body() throws IOException;

    /**
     * The body as JSON; a missing node when there is none.
     *
     * @throws FeluccaException INVALID when it is no JSON or too large
     */
    JsonNode jsonBody() throws IOException;

    /** Adds a header to the answer to come. */
    void setHeader(String name, String value);

    /** Answers with a value as JSON. */
    void json(int status, Object value) throws IOException;

    void text(int status, String text) throws IOException;

    void empty(int status) throws IOException;

    /**
     * Answers with a body that is written bit by bit; a flush reaches the client. The answer begins with the body's first
     * byte: what is thrown before is told as any error. The request's body may be read meanwhile, if {@link #body} was
     * called before.
     */
    void stream(int status, String contentType, Streamed body) throws IOException;

    /**
     * Answers by 101 and gives the connection's bytes away; it is closed after.
     *
     * @param headers of the answer, besides those that say that it is an upgrade
     */
    void upgrade(String protocol, Map<String, String> headers, Upgraded work) throws IOException;

    /**
     * Gives the connection's bytes away in either of Docker's forms: by 101 when the client asks for an upgrade, else by
     * 200 with all that follows as its body. Closing the output tells the client that no more comes; its input can be
     * read on until it has left.
     *
     * @param contentType of an upgraded stream; the other form has always been called raw
     */
    void hijack(String contentType, Upgraded work) throws IOException;

    /**
     * Answers who wanted to {@link #hijack} and cannot: by the error's status, its text, which is no JSON, and the
     * connection's end. A client that takes whatever comes for the stream, as Docker's own of 20.10 does, finds the text in it.
     */
    void refuseHijack(FeluccaException failure) throws IOException;

    /** Whether the client has closed its side, so that no answer is wanted any more. Thread-safe. */
    boolean clientGone();

    /** The first value of a query parameter, or empty. */
    default String query(String name) {
        List<String> values = target().query().get(name);
        return values == null ? "" : values.get(0);
    }

    /** All values of a query parameter, in order. */
    default List<String> queryAll(String name) {
        return target().query().getOrDefault(name, List.of());
    }

    /** A boolean query parameter as dockerd reads it: all but these words is true. */
    default boolean queryFlag(String name, boolean otherwise) {
        Map<String, List<String>> query = target().query();
        if (!query.containsKey(name)) {
            return otherwise;
        }
        return switch (query(name).trim().toLowerCase(java.util.Locale.ROOT)) {
            case "", "0", "no", "false", "none" -> false;
            default -> true;
        };
    }

    /** A whole number, or what is given instead when the parameter is missing. */
    default int queryNumber(String name, int otherwise) {
        return query(name).isEmpty() ? otherwise : queryNumber(name);
    }

    /** A whole number. @throws FeluccaException INVALID with dockerd's text when it is none, or missing */
    default int queryNumber(String name) {
        try {
            return Integer.parseInt(query(name));
        } catch (NumberFormatException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "strconv.Atoi: parsing \"" + query(name) + "\": invalid syntax", e);
        }
    }

    /** The parameter {@code filters}. @throws FeluccaException INVALID for a shape that is none of Docker's */
    default Map<String, List<String>> filters() {
        return FilterJson.read(query("filters"));
    }

    /** Writes a body. */
    interface Streamed {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Works on the bytes of a connection. */
    interface Upgraded {
        void serve(InputStream in, OutputStream out) throws IOException;
    }
}
