package io.felucca.images.archive;

import io.felucca.Digest;
import io.felucca.images.ImageContent.Source;
import io.felucca.images.content.PartialBlob;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * A blob as it arrives: first what an earlier attempt left on the disk, then what the source sends, which is written
 * there on the way. All of it is hashed. What fails is kept for the caller, since readers in between wrap exceptions.
 */
final class ArrivingBlob extends InputStream {

    private final PartialBlob file;
    private final Source source;
    private final long expectedBytes;
    private final long oldBytes;
    private final MessageDigest hash;
    private final LongConsumer received;
    private InputStream current;
    private long readBytes;
    private IOException sourceFailure;
    private IOException diskFailure;
    private RuntimeException receiverFailure;
    private boolean tooLong;
    private boolean fetching;

    ArrivingBlob(
            PartialBlob file,
            Source source,
            long expectedBytes,
            long oldBytes,
            MessageDigest hash,
            LongConsumer received) {
        this.file = file;
        this.source = source;
        this.expectedBytes = expectedBytes;
        this.oldBytes = oldBytes;
        this.hash = hash;
        this.received = received;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (tooLong) {
            return -1;
        }
        int count = readBytes < oldBytes ? readOld(into, offset, length) : readNew(into, offset, length);
        if (count > 0) {
            hash.update(into, offset, count);
            readBytes += count;
            tell();
        }
        return count;
    }

    private int readOld(byte[] into, int offset, int length) throws IOException {
        try {
            if (current == null) {
                current = file.read();
            }
            int count = current.read(into, offset, (int) Math.min(length, oldBytes - readBytes));
            if (count < 0) {
                throw new IOException("the partial file became shorter");
            }
            return count;
        } catch (IOException e) {
            diskFailure = e;
            throw e;
        }
    }

    private int readNew(byte[] into, int offset, int length) throws IOException {
        if (readBytes == expectedBytes && readBytes == oldBytes && expectedBytes > 0) {
            // Nothing is left to ask for.
            return -1;
        }
        int count;
        try {
            if (readBytes == oldBytes && !fetching) {
                close();
                current = source.open(oldBytes);
                fetching = true;
            }
            count = current.read(into, offset, length);
        } catch (IOException e) {
            sourceFailure = e;
            throw e;
        }
        if (count > 0 && readBytes + count > expectedBytes) {
            tooLong = true;
            return -1;
        }
        if (count > 0) {
            try {
                file.append(into, offset, count);
            } catch (IOException e) {
                diskFailure = e;
                throw e;
            }
        }
        return count;
    }

    private void tell() {
        try {
            received.accept(readBytes);
        } catch (RuntimeException e) {
            receiverFailure = e;
            throw e;
        }
    }

    /** Reads what decompressors leave, so that the whole is hashed. */
    void drain() throws IOException {
        byte[] buffer = new byte[64 << 10];
        int count = read(buffer, 0, buffer.length);
        while (count >= 0) {
            count = read(buffer, 0, buffer.length);
        }
    }

    /** @throws IOException the source's */
    void rethrowSource() throws IOException {
        if (receiverFailure != null) {
            throw receiverFailure;
        }
        if (sourceFailure != null) {
            throw sourceFailure;
        }
    }

    IOException diskFailure() {
        return diskFailure;
    }

    /** Of all that was read; asked once. */
    Digest digest() {
        return Digest.ofHex(HexFormat.of().formatHex(hash.digest()));
    }

    boolean isWhole() {
        return !tooLong && readBytes == expectedBytes;
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
