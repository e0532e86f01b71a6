package io.felucca.docker.api.stream;

import io.felucca.FeluccaException;
import io.felucca.docker.api.http.Exchange;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A connection whose bytes go in messages (RFC 6455): what is written is a binary message each, what messages hold is
 * read as one stream, texts and binaries alike. Writing is thread-safe; one thread reads.
 */
public final class WebSocket {

    private static final String ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int CONTROL_BYTES_MAX = 125;
    private static final int NORMAL_END = 1000;

    private final DataInputStream in;
    private final OutputStream out;
    private final byte[] mask = new byte[4];
    private long left;
    private int masked;
    private boolean ended;
    private boolean closed;

    public WebSocket(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /**
     * The value of {@code Sec-WebSocket-Accept} for a client that asks for a WebSocket.
     *
     * @throws FeluccaException INVALID for one that does not
     */
    public static String accept(Exchange exchange) {
        String key = exchange.header("Sec-WebSocket-Key");
        if (!exchange.header("Upgrade").equalsIgnoreCase("websocket") || key.isEmpty()) {
            throw FeluccaException.invalid("not websocket protocol");
        }
        if (!exchange.header("Sec-WebSocket-Version").equals("13")) {
            throw FeluccaException.invalid("missing or bad WebSocket Version");
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key.strip() + ACCEPT).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw FeluccaException.system("this JVM has no SHA-1", e);
        }
    }

    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return length == 0 ? 0 : receive(bytes, offset, length);
            }
        };
    }

    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                send(BINARY, bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                end();
            }
        };
    }

    private synchronized void send(int kind, byte[] bytes, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the WebSocket is closed");
        }
        ByteBuffer frame = ByteBuffer.allocate(10 + length);
        frame.put((byte) (0x80 | kind));
        if (length <= CONTROL_BYTES_MAX) {
            frame.put((byte) length);
        } else if (length <= 0xffff) {
            frame.put((byte) 126).putShort((short) length);
        } else {
            frame.put((byte) 127).putLong(length);
        }
        frame.put(bytes, offset, length);
        out.write(frame.array(), 0, frame.position());
        out.flush();
    }

    private synchronized void end() throws IOException {
        if (!closed) {
            send(CLOSE, new byte[] {(byte) (NORMAL_END >> 8), (byte) NORMAL_END}, 0, 2);
            closed = true;
        }
        out.close();
    }

    /** @return -1 when the client has closed, by a message or without one */
    private int receive(byte[] bytes, int offset, int length) throws IOException {
        while (left == 0 && !ended) {
            nextMessage();
        }
        if (ended) {
            return -1;
        }
        int count = in.read(bytes, offset, (int) Math.min(length, left));
        if (count < 0) {
            ended = true;
            return -1;
        }
        unmask(bytes, offset, count);
        left -= count;
        return count;
    }

    private void unmask(byte[] bytes, int offset, int count) {
        for (int i = 0; i < count; i++) {
            bytes[offset + i] ^= mask[masked++ & 3];
        }
    }

    private void nextMessage() throws IOException {
        int first = in.read();
        if (first < 0) {
            ended = true;
            return;
        }
        int second = in.readUnsignedByte();
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        int kind = first & 0x0f;
        boolean control = kind >= CLOSE;
        if ((second & 0x80) == 0 || (first & 0x70) != 0 || length < 0 || control && length > CONTROL_BYTES_MAX) {
            throw new IOException("a message that RFC 6455 does not allow");
        }
        in.readFully(mask);
        masked = 0;
        if (!control) {
            left = length;
            return;
        }
        byte[] content = in.readNBytes((int) length);
        unmask(content, 0, content.length);
        if (kind == CLOSE) {
            ended = true;
        } else if (kind == PING) {
            send(PONG, content, 0, content.length);
        }
    }
}
