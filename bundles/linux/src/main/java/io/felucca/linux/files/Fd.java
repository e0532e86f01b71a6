package io.felucca.linux.files;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open descriptor of this process, close-on-exec. Whoever got it closes it, once or more often. Direct buffers are
 * read and written without a copy.
 */
@ProviderType
public interface Fd extends AutoCloseable {

    /** The other end is closed, or the file is at its end. */
    int END = -1;

    /** Nothing to be had now on a descriptor that does not block. */
    int WOULD_BLOCK = -2;

    int number();

    boolean isOpen();

    /**
     * Reads what is there, at most what the buffer has room for; a SEQPACKET socket gives one packet.
     *
     * @return the count, {@link #END} or {@link #WOULD_BLOCK}
     */
    int read(ByteBuffer into);

    /**
     * Writes once, possibly less than the buffer holds.
     *
     * @return the count or {@link #WOULD_BLOCK}
     */
    int write(ByteBuffer from);

    /** Writes the whole buffer to a descriptor that blocks. */
    default void writeFully(ByteBuffer from) {
        while (from.hasRemaining()) {
            if (write(from) == WOULD_BLOCK) {
                throw new IllegalStateException(this + " does not block");
            }
        }
    }

    void setNonBlocking(boolean nonBlocking);

    @Override
    void close();
}
