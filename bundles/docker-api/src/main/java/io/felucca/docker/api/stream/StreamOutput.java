package io.felucca.docker.api.stream;

import io.felucca.containers.Containers.OutputSink;
import io.felucca.docker.api.http.Exchange;
import io.felucca.docker.api.http.RequestTarget;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Puts a process's output on a connection. Without a terminal both streams share it, each piece behind a header of
 * eight bytes: 1 for stdout or 2 for stderr, three zeros, its length as 32 bits, highest first (API 1.51,
 * ContainerAttach). Thread-safe.
 */
public final class StreamOutput implements OutputSink {

    /** What a multiplexed stream is called from API 1.42. */
    static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";

    private static final int SINCE_MINOR = 42;
    private static final int HEADER_BYTES = 8;

    private final OutputStream out;
    private final boolean multiplexed;
    private byte[] frame = new byte[0];

    public StreamOutput(OutputStream out, boolean multiplexed) {
        this.out = out;
        this.multiplexed = multiplexed;
    }

    public static String contentType(boolean multiplexed, RequestTarget target) {
        return multiplexed && target.apiMinor() >= SINCE_MINOR ? MULTIPLEXED : Exchange.RAW_STREAM;
    }

    @Override
    public boolean write(boolean stderr, byte[] bytes, int offset, int length) {
        try {
            send(stderr, bytes, offset, length);
            return true;
        } catch (IOException e) {
            // The client has left, which is what the caller wants to know.
            return false;
        }
    }

    public synchronized void send(boolean stderr, byte[] bytes, int offset, int length) throws IOException {
        if (!multiplexed) {
            out.write(bytes, offset, length);
            return;
        }
        if (frame.length < HEADER_BYTES + length) {
            frame = new byte[HEADER_BYTES + length];
        }
        frame[0] = (byte) (stderr ? 2 : 1);
        for (int i = 0; i < 4; i++) {
            frame[4 + i] = (byte) (length >>> 24 - 8 * i);
        }
        System.arraycopy(bytes, offset, frame, HEADER_BYTES, length);
        out.write(frame, 0, HEADER_BYTES + length);
    }

    /**
     * Whether the client is still there to read, as far as can be told without disturbing it: by an empty piece.
     *
     * @param stderr of the stream that it wants
     */
    boolean reachesClient(boolean stderr) {
        return !multiplexed || write(stderr, frame, 0, 0);
    }
}
