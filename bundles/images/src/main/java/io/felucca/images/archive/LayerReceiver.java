package io.felucca.images.archive;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.ImageContent.Blob;
import io.felucca.images.ImageContent.Source;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.PartialBlob;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;

/**
 * Receives layers into the blob store: one download for a blob, whoever asks for it at the same time; checked by digest,
 * size and as a tar before it gets its name. Thread-safe.
 */
public final class LayerReceiver {

    private static final int REMEMBERED = 1024;

    private final Blobs blobs;
    private final Map<Digest, CompletableFuture<Void>> running = new ConcurrentHashMap<>();
    private final Map<Digest, Plain> known = new LinkedHashMap<>();

    public LayerReceiver(Blobs blobs) {
        this.blobs = blobs;
    }

    /** A layer without its compression. @param sizeBytes when unpacked */
    public record Plain(Digest diffId, long sizeBytes) {}

    /** Reads a layer's tar to its end while it arrives, before it is known to be right. */
    public interface TarReader {

        /**
         * @return its size when unpacked
         * @throws FeluccaException INVALID when it is no layer
         */
        long read(InputStream tar) throws IOException;
    }

    /**
     * Returns once the blob is here and checked. It waits in its own file until {@link #publish}, so that the layers of a
     * pull that fails, or whose engine ends, are not fetched again by the next.
     *
     * @param reader not called when the blob is here already
     * @throws IOException of the source; what has arrived stays
     * @throws FeluccaException INVALID when it is not what its digest says or no layer, SYSTEM for the disk
     */
    public void receive(Blob blob, Source source, LongConsumer received, TarReader reader) throws IOException {
        CompletableFuture<Void> mine = claim(blob.digest());
        try {
            if (!blobs.has(blob.digest()) && !isVerified(blob)) {
                download(blob, source, received, reader);
            }
        } finally {
            release(blob.digest(), mine);
        }
    }

    /** Makes a received blob one of the store's. */
    public void publish(Digest blob, Blobs.Hold hold) {
        CompletableFuture<Void> mine = claim(blob);
        try {
            blobs.publish(blob, hold);
        } finally {
            release(blob, mine);
        }
    }

    /** Alone with a blob; whoever had it before may have failed. */
    private CompletableFuture<Void> claim(Digest blob) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        for (CompletableFuture<Void> other = running.putIfAbsent(blob, mine);
                other != null;
                other = running.putIfAbsent(blob, mine)) {
            await(other);
        }
        return mine;
    }

    private void release(Digest blob, CompletableFuture<Void> mine) {
        running.remove(blob, mine);
        mine.complete(null);
    }

    private boolean isVerified(Blob blob) {
        synchronized (known) {
            return known.containsKey(blob.digest())
                    && blobs.partial(blob.digest()).hasSize(blob.sizeBytes());
        }
    }

    /** What a stored layer is without its compression: remembered, or read. */
    public Plain plain(Digest blob) {
        synchronized (known) {
            if (known.containsKey(blob)) {
                return known.get(blob);
            }
        }
        try (InputStream in = blobs.open(blob)) {
            Plain plain = read(in, LayerSize::measure);
            remember(blob, plain);
            return plain;
        } catch (IOException e) {
            throw FeluccaException.system("cannot read layer " + blob + ": " + e.getMessage(), e);
        }
    }

    private void remember(Digest blob, Plain plain) {
        synchronized (known) {
            known.put(blob, plain);
            if (known.size() > REMEMBERED) {
                known.remove(known.keySet().iterator().next());
            }
        }
    }

    /** The other's failure is its own. */
    private static void await(CompletableFuture<Void> other) {
        try {
            other.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeluccaException(Kind.UNAVAILABLE, "interrupted while waiting for a layer", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void download(Blob blob, Source source, LongConsumer received, TarReader reader) throws IOException {
        try (PartialBlob file = blobs.partial(blob.digest())) {
            long old;
            try {
                old = file.open();
            } catch (IOException e) {
                throw noRoom(blob, e);
            }
            if (old > blob.sizeBytes()) {
                file.discard();
                old = file.open();
            }
            try (ArrivingBlob arriving =
                    new ArrivingBlob(file, source, blob.sizeBytes(), old, blobs.sha256(), received)) {
                Optional<Plain> plain = Optional.empty();
                FeluccaException damaged = null;
                try {
                    plain = Optional.of(read(arriving, reader));
                    arriving.drain();
                } catch (FeluccaException e) {
                    damaged = e;
                } catch (IOException e) {
                    damaged = Compression.invalid(e);
                }
                finish(blob, file, arriving, plain, damaged);
            }
        }
    }

    private void finish(
            Blob blob, PartialBlob file, ArrivingBlob arriving, Optional<Plain> plain, FeluccaException damaged)
            throws IOException {
        failOnDisk(blob, file, arriving);
        arriving.rethrowSource();
        if (damaged != null) {
            if (damaged.kind() != Kind.INVALID) {
                throw damaged;
            }
            drainQuietly(arriving);
            failOnDisk(blob, file, arriving);
            arriving.rethrowSource();
        }
        if (!arriving.isWhole() || !arriving.digest().equals(blob.digest())) {
            file.discard();
            throw FeluccaException.invalid("filesystem layer verification failed for digest " + blob.digest());
        }
        if (damaged != null) {
            file.discard();
            throw damaged;
        }
        try {
            file.seal();
        } catch (IOException e) {
            file.discard();
            throw noRoom(blob, e);
        }
        remember(blob.digest(), plain.orElseThrow());
    }

    private static void drainQuietly(ArrivingBlob arriving) {
        try {
            arriving.drain();
        } catch (IOException e) {
            // The blob remembers its failure.
        }
    }

    private static void failOnDisk(Blob blob, PartialBlob file, ArrivingBlob arriving) throws IOException {
        if (arriving.diskFailure() != null) {
            file.discard();
            throw noRoom(blob, arriving.diskFailure());
        }
    }

    private static FeluccaException noRoom(Blob blob, IOException cause) {
        return FeluccaException.system("cannot write layer " + blob.digest() + ": " + cause.getMessage(), cause);
    }

    private Plain read(InputStream in, TarReader reader) throws IOException {
        try (Compression.Opened opened = Compression.open(in)) {
            if (opened.compression().layerMediaType().isEmpty()) {
                throw FeluccaException.invalid("a layer is compressed as " + opened.compression()
                        + ", which no image may be: push it with gzip or zstd");
            }
            MessageDigest hash = blobs.sha256();
            long[] size = new long[1];
            Fanout.run(
                    opened.plain(),
                    List.of(tar -> tar.transferTo(new HashStream(hash)), tar -> size[0] = reader.read(tar)));
            return new Plain(Digest.ofHex(HexFormat.of().formatHex(hash.digest())), size[0]);
        }
    }

    private static final class HashStream extends OutputStream {

        private final MessageDigest hash;

        HashStream(MessageDigest hash) {
            this.hash = hash;
        }

        @Override
        public void write(int b) {
            hash.update((byte) b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            hash.update(bytes, offset, length);
        }
    }
}
