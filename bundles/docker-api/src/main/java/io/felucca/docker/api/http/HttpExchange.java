package io.felucca.docker.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.felucca.FeluccaException;
import io.felucca.docker.json.DockerJson;
import io.felucca.engine.UpgradeHandler.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.impl.EnglishReasonPhraseCatalog;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.protocol.HttpDateGenerator;

/** An exchange on an {@link HttpConnection}. */
final class HttpExchange implements Exchange {

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What is read of a body that the handler left, before the connection is given up. */
    private static final int MAX_DRAIN_BYTES = 256 * 1024;

    /** What a body of JSON may have: a configuration with many labels or variables is far smaller. */
    private static final int MAX_JSON_BYTES = 8 << 20;

    private final HttpConnection connection;
    private final OutputStream socketOut;
    private final ClassicHttpRequest request;
    private final RequestTarget target;
    private final Map<String, String> variables;
    private final Peer peer;
    private final ObjectMapper mapper;
    private final ClassicHttpResponse response = new BasicClassicHttpResponse(200);
    private InputStream body;
    private boolean continueWanted;
    private boolean committed;
    private boolean keepAlive;

    HttpExchange(
            HttpConnection connection,
            OutputStream socketOut,
            ClassicHttpRequest request,
            RequestTarget target,
            Map<String, String> variables,
            Peer peer,
            ObjectMapper mapper) {
        this.connection = connection;
        this.socketOut = socketOut;
        this.request = request;
        this.target = target;
        this.variables = variables;
        this.peer = peer;
        this.mapper = mapper;
        this.keepAlive = keepAliveAsked();
        this.continueWanted = header("Expect").equalsIgnoreCase("100-continue");
    }

    private boolean keepAliveAsked() {
        String asked = header("Connection");
        return http11() ? !asked.equalsIgnoreCase("close") : asked.equalsIgnoreCase("keep-alive");
    }

    private boolean http11() {
        return request.getVersion() == null || request.getVersion().greaterEquals(HttpVersion.HTTP_1_1);
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public RequestTarget target() {
        return target;
    }

    @Override
    public String variable(String name) {
        return variables.get(name);
    }

    @Override
    public String header(String name) {
        Header header = request.getFirstHeader(name);
        return header == null || header.getValue() == null ? "" : header.getValue();
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public InputStream body() throws IOException {
        if (body == null) {
            if (continueWanted) {
                continueWanted = false;
                socketOut.write(CONTINUE);
            }
            body = request.getEntity() == null
                    ? InputStream.nullInputStream()
                    : request.getEntity().getContent();
        }
        return body;
    }

    @Override
    public JsonNode jsonBody() throws IOException {
        byte[] bytes = body().readNBytes(MAX_JSON_BYTES + 1);
        if (bytes.length == 0) {
            return MissingNode.getInstance();
        }
        if (bytes.length > MAX_JSON_BYTES) {
            throw FeluccaException.invalid("the body has more than " + MAX_JSON_BYTES + " bytes");
        }
        if (!header("Content-Type").isEmpty() && !isJson(header("Content-Type"))) {
            throw FeluccaException.invalid(
                    "unsupported Content-Type header (" + header("Content-Type") + "): must be 'application/json'");
        }
        return DockerJson.parse(bytes, "invalid JSON");
    }

    private static boolean isJson(String contentType) {
        int end = contentType.indexOf(';');
        String type = end < 0 ? contentType : contentType.substring(0, end);
        return type.strip().equalsIgnoreCase("application/json");
    }

    /** One thread at a time: the look changes the socket's timeout, without which a second one would wait for bytes. */
    @Override
    public synchronized boolean clientGone() {
        try {
            return connection.isStale();
        } catch (IOException e) {
            // It cannot be read from any more.
            return true;
        }
    }

    @Override
    public void setHeader(String name, String value) {
        response.setHeader(name, value);
    }

    @Override
    public void json(int status, Object value) throws IOException {
        byte[] json = mapper.writeValueAsBytes(value);
        byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        send(status, "application/json", line);
    }

    @Override
    public void text(int status, String text) throws IOException {
        send(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void empty(int status) throws IOException {
        send(status, "", new byte[0]);
    }

    private void send(int status, String contentType, byte[] bytes) throws IOException {
        boolean bodiless = status == 204 || status == 304;
        if (!contentType.isEmpty()) {
            response.setHeader("Content-Type", contentType);
        }
        if (!bodiless) {
            response.setHeader("Content-Length", method().equals("HEAD") ? 0 : bytes.length);
            response.setEntity(new ByteArrayEntity(bytes, null));
        }
        finish(status, !bodiless);
    }

    @Override
    public void stream(int status, String contentType, Streamed content) throws IOException {
        response.setHeader("Content-Type", contentType);
        if (http11()) {
            response.setHeader("Transfer-Encoding", "chunked");
        } else {
            keepAlive = false;
        }
        boolean bodiless = method().equals("HEAD");
        BodyStream out = new BodyStream(
                bodiless ? OutputStream.nullOutputStream() : socketOut, !bodiless && http11(), () -> begin(status));
        content.writeTo(out);
        out.finish();
        keepAlive = keepAlive && drainable();
    }

    private void begin(int status) throws IOException {
        response.setCode(status);
        response.setHeader("Date", HttpDateGenerator.INSTANCE.getCurrentDate());
        if (!keepAlive) {
            response.setHeader("Connection", "close");
        } else if (!http11()) {
            response.setHeader("Connection", "keep-alive");
        }
        committed = true;
        try {
            connection.sendResponseHeader(response);
            connection.flush();
        } catch (HttpException e) {
            throw new IOException("cannot answer " + method() + " " + target.path() + ": " + e.getMessage(), e);
        }
    }

    private void finish(int status, boolean withBody) throws IOException {
        keepAlive = keepAlive && drainable();
        begin(status);
        if (withBody && !method().equals("HEAD")) {
            try {
                connection.sendResponseEntity(response);
                connection.flush();
            } catch (HttpException e) {
                throw new IOException("cannot answer " + method() + " " + target.path() + ": " + e.getMessage(), e);
            }
        }
    }

    /** Reads what the handler left of the body; false when that is too much, or the client still waits to send it. */
    private boolean drainable() throws IOException {
        if (request.getEntity() == null) {
            return true;
        }
        if (continueWanted) {
            return false;
        }
        InputStream rest = request.getEntity().getContent();
        byte[] scrap = new byte[4096];
        int total = 0;
        for (int count; (count = rest.read(scrap)) >= 0; ) {
            total += count;
            if (total > MAX_DRAIN_BYTES) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void upgrade(String protocol, Map<String, String> headers, Upgraded work) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 101 UPGRADED\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        handOver(head + "Connection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n", work);
    }

    @Override
    public void hijack(String contentType, Upgraded work) throws IOException {
        if (header("Upgrade").isEmpty()) {
            handOver("HTTP/1.1 200 OK\r\nContent-Type: " + RAW_STREAM + "\r\n\r\n", work);
        } else {
            upgrade("tcp", Map.of("Content-Type", contentType), work);
        }
    }

    @Override
    public void refuseHijack(FeluccaException failure) throws IOException {
        int status = Statuses.of(failure.kind());
        String reason = EnglishReasonPhraseCatalog.INSTANCE.getReason(status, Locale.ROOT);
        byte[] text = (failure.getMessage() + "\r\n").getBytes(StandardCharsets.UTF_8);
        handOver(
                "HTTP/1.1 " + status + " " + reason + "\r\nContent-Type: " + RAW_STREAM + "\r\n\r\n",
                (in, out) -> out.write(text));
    }

    private void handOver(String head, Upgraded work) throws IOException {
        // A body that is not read ahead would be taken for the stream's first bytes.
        drainable();
        committed = true;
        keepAlive = false;
        socketOut.write(head.getBytes(StandardCharsets.US_ASCII));
        work.serve(connection.rawInput(), connection.rawOutput(socketOut));
    }

    /** True when an answer has begun: an error can no longer be told by a status. */
    boolean committed() {
        return committed;
    }

    boolean keepAlive() {
        return keepAlive;
    }
}
