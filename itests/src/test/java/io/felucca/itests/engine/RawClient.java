package io.felucca.itests.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One connection to an engine's socket, byte for byte: for what no well-behaved client sends. */
public final class RawClient implements AutoCloseable {

    private final SocketChannel channel;

    private RawClient(SocketChannel channel) {
        this.channel = channel;
    }

    public static RawClient connect(Path socket) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new RawClient(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request on a connection of its own. @return the whole answer */
    public static String ask(Path socket, String method, String target, String body) {
        try (RawClient client = connect(socket)) {
            client.request(method, target, "Connection: close\r\n", body);
            return client.rest();
        }
    }

    /** @param headers each with its line end */
    public RawClient request(String method, String target, String headers, String body) {
        String type = body.isEmpty() ? "" : "Content-Type: application/json\r\n";
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return send(method + " " + target + " HTTP/1.1\r\nHost: d\r\n" + headers + type + "Content-Length: " + length
                + "\r\n\r\n" + body);
    }

    public RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RawClient endInput() {
        try {
            channel.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads to the blank line after a header. */
    public String head() {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            byte[] one = read(1);
            if (one.length == 0) {
                return head.toString();
            }
            head.append((char) (one[0] & 0xff));
        }
        return head.toString();
    }

    /** So many bytes, or fewer at the end. */
    public byte[] read(int count) {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        try {
            while (buffer.hasRemaining() && channel.read(buffer) > (channel.isBlocking() ? -1 : 0)) {
                continue;
            }
        } catch (IOException e) {
            // The engine closed while input was under way: what came until then counts.
        }
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }

    /** All that comes until the engine closes. */
    public String rest() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece = read(64 * 1024); piece.length > 0; piece = read(64 * 1024)) {
            all.writeBytes(piece);
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** What has come so far; waits for nothing. */
    public String arrived() {
        try {
            channel.configureBlocking(false);
            String all = rest();
            channel.configureBlocking(true);
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
