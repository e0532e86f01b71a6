package io.felucca.client;

import io.felucca.shell.remote.FrameTypes;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * The frames of {@link FrameTypes} on a connection to the engine. Sending is thread-safe; one thread receives.
 */
final class Frames {

    private static final int HEADER = 5;

    private final ByteChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(HEADER + FrameTypes.MAX_PAYLOAD);
    private ByteBuffer sent = ByteBuffer.allocate(0);
    private int end;
    private int payloadStart;

    /** @param ahead bytes that were read with the HTTP answer */
    Frames(ByteChannel channel, ByteBuffer ahead) {
        this.channel = channel;
        received.put(ahead).flip();
    }

    /** Reads the next frame, whose payload is then in {@link #payload()}. @return its type, or -1 at the end */
    int receive() throws IOException {
        received.position(end);
        if (!fill(HEADER)) {
            if (received.hasRemaining()) {
                throw new EOFException("in a frame's header");
            }
            return -1;
        }
        int type = received.get() & 0xff;
        int length = received.getInt();
        if (length < 0 || length > FrameTypes.MAX_PAYLOAD) {
            throw new IOException("frame of " + length + " bytes: this is not an engine, or one of another version");
        }
        if (!fill(length)) {
            throw new EOFException("in a frame");
        }
        payloadStart = received.position();
        end = payloadStart + length;
        return type;
    }

    /** The payload of the frame received last; valid until the next {@link #receive()}. */
    ByteBuffer payload() {
        return ByteBuffer.wrap(received.array(), payloadStart, end - payloadStart);
    }

    private boolean fill(int bytes) throws IOException {
        if (received.remaining() >= bytes) {
            return true;
        }
        received.compact();
        while (received.position() < bytes) {
            if (channel.read(received) < 0) {
                received.flip();
                return false;
            }
        }
        received.flip();
        return true;
    }

    void send(int type, byte[] payload) throws IOException {
        send(type, -1, ByteBuffer.wrap(payload));
    }

    void send(int type, String payload) throws IOException {
        send(type, -1, ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)));
    }

    /** @param id of a file, or -1 for a frame without one */
    synchronized void send(int type, int id, ByteBuffer payload) throws IOException {
        int length = payload.remaining() + (id < 0 ? 0 : 2);
        if (length > FrameTypes.MAX_PAYLOAD) {
            throw new IOException("a frame of " + length + " bytes is too long");
        }
        if (sent.capacity() < HEADER + length) {
            sent = ByteBuffer.allocate(HEADER + length);
        }
        sent.clear().put((byte) type).putInt(length);
        if (id >= 0) {
            sent.putShort((short) id);
        }
        sent.put(payload).flip();
        while (sent.hasRemaining()) {
            channel.write(sent);
        }
    }
}
