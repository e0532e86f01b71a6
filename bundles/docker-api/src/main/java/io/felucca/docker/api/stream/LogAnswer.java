package io.felucca.docker.api.stream;

import io.felucca.containers.Containers.LogSink;
import io.felucca.docker.text.DockerTime;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Log entries on their way to a client: in large pieces while there are many, at once when nothing more is there. */
public final class LogAnswer implements LogSink {

    private final OutputStream out;
    private final StreamOutput output;
    private final byte[] details;
    private final boolean timestamps;
    private final BooleanSupplier clientGone;

    /**
     * @param out collects small writes until it is flushed
     * @param details before each line, after its time
     */
    public LogAnswer(
            OutputStream out, boolean multiplexed, String details, boolean timestamps, BooleanSupplier clientGone) {
        this.out = out;
        this.output = new StreamOutput(out, multiplexed);
        this.details = details.getBytes(StandardCharsets.UTF_8);
        this.timestamps = timestamps;
        this.clientGone = clientGone;
    }

    @Override
    public boolean accept(Instant time, boolean stderr, byte[] line) {
        byte[] entry = timestamps || details.length > 0 ? headed(time, line) : line;
        return output.write(stderr, entry, 0, entry.length);
    }

    private byte[] headed(Instant time, byte[] line) {
        byte[] stamp =
                timestamps ? (DockerTime.nanoseconds(time) + " ").getBytes(StandardCharsets.US_ASCII) : new byte[0];
        byte[] entry = new byte[stamp.length + details.length + line.length];
        System.arraycopy(stamp, 0, entry, 0, stamp.length);
        System.arraycopy(details, 0, entry, stamp.length, details.length);
        System.arraycopy(line, 0, entry, stamp.length + details.length, line.length);
        return entry;
    }

    @Override
    public boolean wantsMore() {
        try {
            out.flush();
            return !clientGone.getAsBoolean();
        } catch (IOException e) {
            // It has left, which is what the caller wants to know.
            return false;
        }
    }
}
