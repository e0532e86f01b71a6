package io.felucca.images.archive;

import java.io.IOException;
import java.io.InputStream;

/**
 * A buffered stream whose first bytes can be looked at, and whose {@code available} is 0 only at the end: it reads ahead
 * to know. java.util.zip's reader of gzip needs that to go on after the first of several members. The stream below is
 * its owner's to close.
 */
final class PeekedInput extends InputStream {

    private final InputStream in;
    private final byte[] buffer = new byte[128 << 10];
    private int at;
    private int end;

    PeekedInput(InputStream in) {
        this.in = in;
    }

    /** The first bytes, fewer when the stream is shorter; they stay to be read. */
    byte[] peek(int count) throws IOException {
        while (end - at < count) {
            int read = in.read(buffer, end, buffer.length - end);
            if (read < 0) {
                break;
            }
            end += read;
        }
        int length = Math.min(count, end - at);
        byte[] head = new byte[length];
        System.arraycopy(buffer, at, head, 0, length);
        return head;
    }

    private boolean fill() throws IOException {
        if (at < end) {
            return true;
        }
        at = 0;
        end = 0;
        int read = in.read(buffer, 0, buffer.length);
        end = Math.max(read, 0);
        return end > 0;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at == end && length >= buffer.length) {
            return in.read(into, offset, length);
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, end - at);
        System.arraycopy(buffer, at, into, offset, count);
        at += count;
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        if (count <= 0) {
            return 0;
        }
        if (at == end) {
            return in.skip(count);
        }
        int step = (int) Math.min(count, end - at);
        at += step;
        return step;
    }

    @Override
    public int available() throws IOException {
        return fill() ? end - at : 0;
    }

    /** Does nothing: the stream below stays open. */
    @Override
    public void close() {}
}
