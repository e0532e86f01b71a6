package io.felucca.images.tar;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** An archive's bytes, in blocks and in what is at hand. What fails is INVALID. Not thread-safe. */
final class TarInput {

    private static final int BUFFER_BYTES = 1 << 18;
    /** tar pads to whole records, of 10 KiB if nothing else was asked for; a bomb of zeros goes on and on. */
    private static final int MAX_TRAILING_BYTES = 1 << 20;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;

    TarInput(InputStream in) {
        this.in = in;
    }

    boolean isAtEnd() {
        return position == limit && !fill();
    }

    /** What is at hand, at least a byte and {@code most} at most. */
    ByteBuffer atHand(long most) {
        fillSurely();
        return ByteBuffer.wrap(buffer, position, (int) Math.min(most, limit - position));
    }

    /** Tells how much of {@link #atHand} was used. */
    void consumed(int bytes) {
        position += bytes;
    }

    byte[] readBlock() {
        return read(TarBlock.BYTES);
    }

    byte[] read(int bytes) {
        byte[] read = new byte[bytes];
        int at = 0;
        while (at < bytes) {
            ByteBuffer data = atHand(bytes - at);
            int count = data.remaining();
            data.get(read, at, count);
            consumed(count);
            at += count;
        }
        return read;
    }

    /** Passes over what is not wanted, which a file need not read. */
    void skip(long bytes) {
        long left = bytes;
        while (left > 0) {
            if (position == limit) {
                left -= skipUnread(left);
            }
            if (left > 0) {
                int count = (int) Math.min(left, atHand(left).remaining());
                consumed(count);
                left -= count;
            }
        }
    }

    private long skipUnread(long bytes) {
        try {
            return in.skip(bytes);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * Reads what follows the archive's end, for whoever hashes the stream.
     *
     * @throws FeluccaException INVALID when it is more than padding
     */
    void drain() {
        long bytes = (long) limit - position;
        position = limit;
        while (fill()) {
            bytes += limit - position;
            position = limit;
            if (bytes > MAX_TRAILING_BYTES) {
                throw FeluccaException.invalid(
                        "more than " + MAX_TRAILING_BYTES + " bytes follow the end of the archive");
            }
        }
    }

    private void fillSurely() {
        if (isAtEnd()) {
            throw cut();
        }
    }

    private boolean fill() {
        try {
            int count = in.read(buffer, 0, buffer.length);
            position = 0;
            limit = Math.max(count, 0);
            return count > 0;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static FeluccaException unreadable(IOException e) {
        return new FeluccaException(FeluccaException.Kind.INVALID, "cannot read the archive: " + e.getMessage(), e);
    }

    /** In the words of Go's archive/tar, which dockerd shows; as those of a wrong header. */
    static FeluccaException cut() {
        return FeluccaException.invalid("unexpected EOF");
    }

    static FeluccaException invalidHeader() {
        return FeluccaException.invalid("archive/tar: invalid tar header");
    }
}
