package io.felucca.docker.api.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestParserFactory;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.HttpMessageParserFactory;
import org.apache.hc.core5.http.io.SessionInputBuffer;

/**
 * An HTTP connection that can be taken over: {@link #rawInput} gives the bytes that were read ahead of the header
 * first, then those that come.
 */
final class HttpConnection extends DefaultBHttpServerConnection {

    /** Header lines as Go's server takes them, within limits: a registry's credentials may be long. */
    static final Http1Config LIMITS = Http1Config.custom()
            .setBufferSize(4096)
            .setMaxHeaderCount(100)
            .setMaxLineLength(64 * 1024)
            .setMaxEmptyLineCount(5)
            .build();

    /** Bytes that the header of one request may have, what is read ahead of its body included. */
    static final long MAX_HEADER_BYTES = 256 * 1024;

    private final ChannelSocket socket;
    private final BufferKeeper keeper;
    private volatile long outputEndedNanos;
    private volatile boolean outputEnded;

    HttpConnection(ChannelSocket socket) throws IOException {
        this(socket, new BufferKeeper());
    }

    private HttpConnection(ChannelSocket socket, BufferKeeper keeper) throws IOException {
        super(
                "http",
                LIMITS,
                StandardCharsets.UTF_8.newDecoder(),
                StandardCharsets.UTF_8.newEncoder(),
                null,
                null,
                keeper,
                null);
        this.socket = socket;
        this.keeper = keeper;
        bind(socket);
    }

    /** What is written to the connection without any framing; closing it half-closes the connection. */
    OutputStream rawOutput(OutputStream direct) {
        return new FilterOutputStream(direct) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                outputEndedNanos = System.nanoTime();
                outputEnded = true;
                socket.shutdownOutput();
            }
        };
    }

    /** Whether its output has ended and the client, which may send on, has not left in that time. */
    boolean lingersFor(long millis) {
        return outputEnded && System.nanoTime() - outputEndedNanos > TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** The connection's bytes without any framing. */
    InputStream rawInput() {
        InputStream direct = socket.getInputStream();
        SessionInputBuffer buffer = keeper.buffer;
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return buffer.read(direct);
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                if (buffer.length() == 0) {
                    return direct.read(bytes, offset, length);
                }
                return buffer.read(bytes, offset, Math.min(length, buffer.length()), direct);
            }

            @Override
            public int available() {
                return buffer.length();
            }
        };
    }

    /** Makes the usual parser, and keeps hold of the buffer that it is given. */
    private static final class BufferKeeper implements HttpMessageParserFactory<ClassicHttpRequest> {

        private SessionInputBuffer buffer;

        @Override
        public HttpMessageParser<ClassicHttpRequest> create() {
            return keep(DefaultHttpRequestParserFactory.INSTANCE.create());
        }

        @Override
        @SuppressWarnings("deprecation") // The server's own connections still call it (httpcore 5.4).
        public HttpMessageParser<ClassicHttpRequest> create(Http1Config config) {
            return keep(DefaultHttpRequestParserFactory.INSTANCE.create(config));
        }

        private HttpMessageParser<ClassicHttpRequest> keep(HttpMessageParser<ClassicHttpRequest> parser) {
            return new HttpMessageParser<>() {
                @Override
                public ClassicHttpRequest parse(SessionInputBuffer in, InputStream stream)
                        throws IOException, HttpException {
                    buffer = in;
                    return parser.parse(in, stream);
                }
            };
        }
    }
}
