package io.felucca.images.catalog;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.Manifest;
import io.felucca.images.content.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the entries of a damaged index.json again: from its last copy, and from the manifests among the blobs. */
final class IndexRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(IndexRecovery.class);
    /** A longer blob is a layer. */
    private static final long MAX_MANIFEST_BYTES = 4 << 20;

    private final Blobs blobs;
    private final Function<Digest, Manifest> manifests;

    IndexRecovery(Blobs blobs, Function<Digest, Manifest> manifests) {
        this.blobs = blobs;
        this.manifests = manifests;
    }

    /** @param named how many of the entries have a name */
    record Recovered(List<IndexEntry> entries, long named) {}

    /**
     * Entries of the copy whose manifests are there, then an entry without a name for every other image.
     *
     * @param copy reads the last copy; one that fails counts as empty
     */
    Recovered recover(Supplier<List<IndexEntry>> copy) {
        List<IndexEntry> entries = new ArrayList<>();
        for (IndexEntry entry : entriesOf(copy)) {
            if (isManifest(entry.manifest())) {
                entries.add(entry);
            }
        }
        long named =
                entries.stream().filter(entry -> entry.reference().isPresent()).count();
        Set<Digest> known = new HashSet<>();
        entries.forEach(entry -> known.add(entry.imageId()));
        for (Digest digest : blobs.list()) {
            if (isManifest(digest)) {
                Manifest manifest = manifests.apply(digest);
                Digest imageId = manifest.config().contentDigest();
                if (blobs.has(imageId) && known.add(imageId)) {
                    entries.add(unnamed(digest, manifest, imageId));
                }
            }
        }
        return new Recovered(List.copyOf(entries), named);
    }

    private static List<IndexEntry> entriesOf(Supplier<List<IndexEntry>> copy) {
        try {
            return copy.get();
        } catch (FeluccaException e) {
            LOG.warn("no names are brought back: {}", e.getMessage());
            return List.of();
        }
    }

    private IndexEntry unnamed(Digest digest, Manifest manifest, Digest imageId) {
        String mediaType = manifest.mediaType() == null ? MediaTypes.MANIFEST : manifest.mediaType();
        return new IndexEntry(digest, mediaType, blobs.size(digest), imageId, Optional.empty(), "");
    }

    /** Any blob may be asked about: most are layers, which are not read beyond their first byte. */
    @SuppressWarnings("ReturnValueIgnored") // Whether it can be read is asked.
    private boolean isManifest(Digest digest) {
        try {
            if (!blobs.has(digest) || blobs.size(digest) > MAX_MANIFEST_BYTES || firstByte(digest) != '{') {
                return false;
            }
            manifests.apply(digest);
            return true;
        } catch (FeluccaException e) {
            LOG.debug("{} is no manifest: {}", digest, e.getMessage());
            return false;
        }
    }

    private int firstByte(Digest digest) {
        try (InputStream in = blobs.open(digest)) {
            return in.read();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read blob " + digest + ": " + e, e);
        }
    }
}
