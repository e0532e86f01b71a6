package io.felucca.registry.transfer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** So many bytes of a stream that is read on afterwards. They are sent in large pieces: each is one call of the kernel. */
final class NextBytes extends AbstractHttpEntity {

    private static final int PIECE_BYTES = 64 << 10;

    private final InputStream in;
    private final long length;

    NextBytes(InputStream in, long length, ContentType type) {
        super(type, null);
        this.in = in;
        this.length = length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        byte[] piece = new byte[(int) Math.min(length, PIECE_BYTES)];
        for (long left = length; left > 0; ) {
            int count = in.read(piece, 0, (int) Math.min(piece.length, left));
            if (count < 0) {
                throw new EOFException("the blob has ended " + left + " bytes too early");
            }
            out.write(piece, 0, count);
            left -= count;
        }
    }

    @Override
    public long getContentLength() {
        return length;
    }

    @Override
    public InputStream getContent() {
        throw new UnsupportedOperationException("written only");
    }

    @Override
    public boolean isStreaming() {
        return true;
    }

    @Override
    public boolean isRepeatable() {
        return false;
    }

    @Override
    public void close() {
        // The stream is its caller's.
    }
}
