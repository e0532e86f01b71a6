package io.felucca.registry.transfer;

import io.felucca.FeluccaException;
import io.felucca.images.ImageContent.Blob;
import io.felucca.registry.http.Hashing;
import io.felucca.registry.http.RegistryFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.LongConsumer;

/** A stored blob on its way out: hashed while it is read, so that what the disk has damaged is not sent whole. */
public final class SentBlob extends FilterInputStream {

    private static final long REPORT_NANOS = 100_000_000;
    private static final int SKIP_BYTES = 64 << 10;

    private final Blob blob;
    private final LongConsumer sent;
    private final MessageDigest hash;
    private long position;
    private long toldNanos = System.nanoTime() - REPORT_NANOS;

    /** @param hash a new SHA-256 */
    public SentBlob(InputStream in, Blob blob, MessageDigest hash, LongConsumer sent) {
        super(in);
        this.blob = blob;
        this.hash = hash;
        this.sent = sent;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = super.read(into, offset, length);
        if (count > 0) {
            hash.update(into, offset, count);
            position += count;
            tell();
        }
        boolean whole = count > 0 && position == blob.sizeBytes();
        if (position > blob.sizeBytes()
                || count < 0 && position < blob.sizeBytes()
                || whole && !Hashing.digest(hash.digest()).equals(blob.digest())) {
            throw RegistryFailure.said(FeluccaException.system(
                    "the stored blob " + blob.digest() + " is damaged: remove the image and pull or build it again"));
        }
        return count;
    }

    /** Reads: what is passed over is hashed as well. */
    @Override
    public long skip(long count) throws IOException {
        byte[] passed = new byte[(int) Math.max(0, Math.min(count, SKIP_BYTES))];
        return passed.length == 0 ? 0 : Math.max(0, read(passed, 0, passed.length));
    }

    /** Bytes that were read so far. */
    long position() {
        return position;
    }

    private void tell() {
        long now = System.nanoTime();
        if (now - toldNanos >= REPORT_NANOS) {
            toldNanos = now;
            sent.accept(position);
        }
    }
}
