package io.felucca.shell.remote;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads frames off a connection, one after the other into the same memory. For one thread. */
final class FrameReader {

    private final DataInputStream in;
    private byte[] payload = new byte[0];

    FrameReader(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /** @return empty when the peer has ended between two frames */
    Optional<Frame> next() throws IOException {
        int type = in.read();
        if (type < 0) {
            return Optional.empty();
        }
        int length = in.readInt();
        if (length < 0 || length > FrameTypes.MAX_PAYLOAD) {
            throw new IOException("frame of type " + type + " has " + Integer.toUnsignedString(length)
                    + " bytes, more than " + FrameTypes.MAX_PAYLOAD);
        }
        if (payload.length < length) {
            payload = new byte[length];
        }
        try {
            in.readFully(payload, 0, length);
        } catch (EOFException e) {
            throw new IOException("connection ended within a frame of type " + type, e);
        }
        return Optional.of(new Frame(type, ByteBuffer.wrap(payload, 0, length)));
    }
}
