package io.felucca.images.archive;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;

/**
 * Checks the layers of an archive against the diff ids of a configuration. A layer whose compression OCI has no media
 * type for is kept plain. Closing removes what did not become a blob. One thread.
 */
final class LayerBlobs implements AutoCloseable {

    private final Blobs blobs;
    private final List<BlobWriter> made = new ArrayList<>();
    /** What is known of a member already: several images share their layers. */
    private final Map<BlobWriter, Checked> known = new HashMap<>();

    private final ObjLongConsumer<Digest> sizes;

    /** @param sizes told what each layer will take when unpacked, by its diff id */
    LayerBlobs(Blobs blobs, ObjLongConsumer<Digest> sizes) {
        this.blobs = blobs;
        this.sizes = sizes;
    }

    /**
     * A layer as it will be stored.
     *
     * @param compression of {@code content}
     */
    record Checked(BlobWriter content, Compression compression, Digest diffId) {

        Descriptor descriptor() {
            return Descriptor.of(compression.layerMediaType().orElseThrow(), content.seal(), content.sizeBytes());
        }
    }

    /** @throws FeluccaException INVALID when the layer's tar has another digest, is damaged or no tar */
    Checked check(BlobWriter member, Digest expected) {
        Checked checked = read(member);
        if (!checked.diffId().equals(expected)) {
            throw FeluccaException.invalid(
                    "invalid diffID for layer: expected \"" + expected + "\", got \"" + checked.diffId() + "\"");
        }
        return checked;
    }

    /** @throws FeluccaException INVALID when the layer is damaged or no tar */
    Checked read(BlobWriter member) {
        Checked checked = known.get(member);
        if (checked == null) {
            checked = readOnce(member);
            known.put(member, checked);
        }
        return checked;
    }

    private Checked readOnce(BlobWriter member) {
        try (InputStream in = Files.newInputStream(member.file());
                Compression.Opened opened = Compression.open(in)) {
            if (opened.compression() == Compression.NONE) {
                sizes.accept(member.seal(), LayerSize.measure(opened.plain()));
                return new Checked(member, Compression.NONE, member.seal());
            }
            if (opened.compression().layerMediaType().isPresent()) {
                MessageDigest hash = blobs.sha256();
                long size = measure(opened.plain(), new HashSink(hash));
                Digest diffId = Digest.ofHex(HexFormat.of().formatHex(hash.digest()));
                sizes.accept(diffId, size);
                return new Checked(member, opened.compression(), diffId);
            }
            BlobWriter plain = blobs.writer();
            made.add(plain);
            long size = measure(opened.plain(), plain);
            sizes.accept(plain.finish(), size);
            return new Checked(plain, Compression.NONE, plain.seal());
        } catch (FeluccaException e) {
            throw Compression.inDockersWords(e);
        } catch (IOException e) {
            throw Compression.invalid(e);
        }
    }

    private static long measure(InputStream tar, OutputStream sink) {
        long[] size = new long[1];
        Fanout.run(tar, List.of(in -> in.transferTo(sink), in -> size[0] = LayerSize.measure(in)));
        return size[0];
    }

    private static final class HashSink extends OutputStream {

        private final MessageDigest hash;

        HashSink(MessageDigest hash) {
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

    @Override
    public void close() {
        made.forEach(BlobWriter::close);
    }
}
