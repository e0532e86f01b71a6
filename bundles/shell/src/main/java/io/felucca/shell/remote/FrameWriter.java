package io.felucca.shell.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes frames to a connection, each whole and at once; nothing after {@link FrameTypes#EXIT}. Thread-safe. */
final class FrameWriter {

    private static final int HEADER = 5;

    private final OutputStream out;
    private volatile boolean ended;

    FrameWriter(OutputStream out) {
        this.out = out;
    }

    void write(int type, byte[] payload) throws IOException {
        write(type, payload, 0, payload.length);
    }

    /** Writes as many frames as the bytes need. */
    void write(int type, byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        do {
            int part = Math.min(length - done, FrameTypes.MAX_PAYLOAD);
            send(type, new byte[0], bytes, offset + done, part);
            done += part;
        } while (done < length);
    }

    /** Writes bytes about a file, each frame headed by its id. */
    void writeFile(int type, int fileId, byte[] bytes, int offset, int length) throws IOException {
        byte[] id = {(byte) (fileId >> 8), (byte) fileId};
        int done = 0;
        do {
            int part = Math.min(length - done, FrameTypes.MAX_PAYLOAD - id.length);
            send(type, id, bytes, offset + done, part);
            done += part;
        } while (done < length);
    }

    private synchronized void send(int type, byte[] prefix, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(HEADER + prefix.length + length);
        frame.put((byte) type).putInt(prefix.length + length).put(prefix).put(bytes, offset, length);
        if (ended) {
            throw new IOException("the user has left");
        }
        ended = type == FrameTypes.EXIT;
        out.write(frame.array());
        out.flush();
    }

    /** Refuses whatever comes, because the peer is gone. */
    void end() {
        ended = true;
    }
}
