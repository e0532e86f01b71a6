package io.felucca.images.archive;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.felucca.FeluccaException;
import io.felucca.images.content.MediaTypes;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/** How a stream is compressed, told by its first bytes. Readers hold a bounded part of the stream. */
public enum Compression {
    NONE,
    GZIP,
    BZIP2,
    XZ,
    ZSTD;

    /** What dockerd puts before the reason (20.10). */
    private static final String DOCKER_PREFIX = "Error processing tar file(exit status 1): ";

    /** A header of tar: its first bytes are a name, which may be that of a file called BZh. */
    private static final int HEAD_SIZE = 512;

    private static final int TAR_MAGIC_AT = 257;
    private static final int GZIP_BUFFER_BYTES = 64 << 10;
    /** Of a reader of xz: {@code xz -9} needs 65 MiB, and the heap may be small. */
    private static final int XZ_MAX_KIB =
            (int) Math.min(130 << 10, Runtime.getRuntime().maxMemory() / 2 / 1024);

    /**
     * A stream with its compression taken off. Closing it gives back what the decompressor holds, some of it outside the
     * heap, and leaves the stream below open.
     *
     * @param compression what it had
     * @param plain what is in it
     */
    public record Opened(Compression compression, InputStream plain) implements Closeable {
        @Override
        public void close() throws IOException {
            plain.close();
        }
    }

    /** Looks at the first bytes and takes off what compression there is. {@code in} stays the caller's to close. */
    public static Opened open(InputStream in) throws IOException {
        PeekedInput peeked = new PeekedInput(in);
        Compression found = of(peeked.peek(HEAD_SIZE));
        return new Opened(found, found.decompress(peeked));
    }

    static Compression of(byte[] head) {
        if (head.length > TAR_MAGIC_AT
                && begins(Arrays.copyOfRange(head, TAR_MAGIC_AT, head.length), 'u', 's', 't', 'a', 'r')) {
            return NONE;
        }
        if (begins(head, 0x1f, 0x8b, 0x08)) {
            return GZIP;
        }
        if (begins(head, 'B', 'Z', 'h')) {
            return BZIP2;
        }
        if (begins(head, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return XZ;
        }
        return begins(head, 0x28, 0xb5, 0x2f, 0xfd) ? ZSTD : NONE;
    }

    private InputStream decompress(InputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case GZIP -> new GZIPInputStream(in, GZIP_BUFFER_BYTES);
            case BZIP2 -> new BZip2CompressorInputStream(in, true);
            case XZ -> new XZInputStream(in, XZ_MAX_KIB);
            case ZSTD -> new ZstdInputStreamNoFinalizer(in);
        };
    }

    /** The media type of a layer so compressed; empty where OCI has none. */
    public Optional<String> layerMediaType() {
        return switch (this) {
            case NONE -> Optional.of(MediaTypes.LAYER);
            case GZIP -> Optional.of(MediaTypes.LAYER + "+gzip");
            case ZSTD -> Optional.of(MediaTypes.LAYER + "+zstd");
            case BZIP2, XZ -> Optional.empty();
        };
    }

    /** What went wrong with a stream that somebody sent, in the words that dockerd has for it. */
    public static String reason(IOException failure) {
        if (failure instanceof MemoryLimitException limit) {
            return "xz: the stream needs " + limit.getMemoryNeeded() / 1024 + " MiB of memory, " + XZ_MAX_KIB / 1024
                    + " MiB are allowed";
        }
        String message = String.valueOf(failure.getMessage());
        boolean cut = failure instanceof EOFException
                || message.contains("Truncated source")
                || message.contains("unexpected end of stream")
                || message.contains("Unexpected end");
        return cut ? "unexpected EOF" : message;
    }

    /** {@link #reason} as an error of a caller's archive. */
    public static FeluccaException invalid(IOException failure) {
        return new FeluccaException(FeluccaException.Kind.INVALID, DOCKER_PREFIX + reason(failure), failure);
    }

    /** Puts Docker's words before the reason of an INVALID error, once. */
    static FeluccaException inDockersWords(FeluccaException failure) {
        return failure.kind() != FeluccaException.Kind.INVALID
                        || failure.getMessage().startsWith(DOCKER_PREFIX)
                ? failure
                : new FeluccaException(failure.kind(), DOCKER_PREFIX + failure.getMessage(), failure);
    }

    private static boolean begins(byte[] head, int... magic) {
        if (head.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((head[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
