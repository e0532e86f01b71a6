package io.felucca.docker.api.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The body of an answer, in chunks (RFC 9112, 7.1) or as it is. The header is sent before the first byte. What comes in
 * large pieces goes on as it is, a chunk each: the client then reads it with as few calls. Thread-safe, so that progress
 * can be told from several threads.
 */
final class BodyStream extends OutputStream {

    /** Sends the answer's header. */
    interface Beginning {
        void send() throws IOException;
    }

    private static final int BUFFER_BYTES = 16 * 1024;

    /** Room for a chunk's size and its line end before the bytes, and for the line end after them. */
    private static final int HEAD_BYTES = 6;

    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;
    private final boolean chunked;
    private final Beginning beginning;
    private byte[] buffer;
    private int filled;
    private boolean begun;

    BodyStream(OutputStream out, boolean chunked, Beginning beginning) {
        this.out = out;
        this.chunked = chunked;
        this.beginning = beginning;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (length >= BUFFER_BYTES) {
            flush();
            sendLarge(bytes, offset, length);
            return;
        }
        if (buffer == null) {
            buffer = new byte[HEAD_BYTES + BUFFER_BYTES + 2];
        }
        int end = offset + length;
        for (int at = offset; at < end; ) {
            int count = Math.min(end - at, BUFFER_BYTES - filled);
            System.arraycopy(bytes, at, buffer, HEAD_BYTES + filled, count);
            filled += count;
            at += count;
            if (filled == BUFFER_BYTES) {
                send();
            }
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        begin();
        send();
    }

    private void begin() throws IOException {
        if (!begun) {
            begun = true;
            beginning.send();
        }
    }

    private void send() throws IOException {
        if (filled == 0) {
            return;
        }
        begin();
        int from = HEAD_BYTES;
        int to = HEAD_BYTES + filled;
        if (chunked) {
            byte[] head = head(filled);
            from -= head.length;
            System.arraycopy(head, 0, buffer, from, head.length);
            buffer[to++] = '\r';
            buffer[to++] = '\n';
        }
        out.write(buffer, from, to - from);
        filled = 0;
    }

    private void sendLarge(byte[] bytes, int offset, int length) throws IOException {
        if (chunked) {
            out.write(head(length));
        }
        out.write(bytes, offset, length);
        if (chunked) {
            out.write(LINE_END);
        }
    }

    private static byte[] head(int chunkBytes) {
        return (Integer.toHexString(chunkBytes) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Sends what is left, and the end. */
    synchronized void finish() throws IOException {
        flush();
        if (chunked) {
            out.write(LAST_CHUNK);
        }
    }
}
