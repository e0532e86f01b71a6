package io.felucca.log.spi;

import io.felucca.engine.DriverKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What becomes of a container's output. The monitor writes a spool on disk, whatever the driver; the core reads it from
 * an offset that is on disk too and hands entries on, so that a swap or a crash of the driver loses and repeats nothing.
 * A stateless service with {@link io.felucca.engine.Driver}, such as {@code json-file}.
 */
@ConsumerType
@DriverKind(LogDriver.KIND)
public interface LogDriver {

    /** The kind of driver, for {@link io.felucca.engine.Driver#kind}. */
    String KIND = "log";

    /**
     * Reads the {@code --log-opt} pairs.
     *
     * @throws io.felucca.FeluccaException INVALID with Docker's text for an unknown or malformed option
     */
    Retention retention(Map<String, String> options);

    /** Hands entries on, in order. Returning means that they are safe. Only called when {@link Retention#forward()}. */
    default void accept(LogSource source, List<Entry> entries) {}

    /**
     * How the spool is kept.
     *
     * @param readable whether {@code logs} reads the spool
     * @param maxBytes size at which it is rotated, -1 for never
     * @param maxFiles how many files are kept, the current one included
     * @param forward whether {@link #accept} gets the entries
     * @param hidden whether the spool's format is the driver's own business, so that {@code inspect} names no file
     * @param compress whether rotated files are compressed; not together with {@code forward}
     */
    record Retention(boolean readable, long maxBytes, int maxFiles, boolean forward, boolean hidden, boolean compress) {

        /** One whose file is shown, and whose rotated files stay plain. */
        public Retention(boolean readable, long maxBytes, int maxFiles, boolean forward) {
            this(readable, maxBytes, maxFiles, forward, false, false);
        }
    }

    /** Whose output it is. */
    record LogSource(String containerId, String containerName, Map<String, String> options) {}

    /** @param stderr whether it came by standard error; @param partial whether the line goes on in the next entry */
    record Entry(Instant time, boolean stderr, boolean partial, byte[] text) {}
}
