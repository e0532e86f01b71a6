package io.felucca.images.catalog;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.ContentFiles;
import io.felucca.images.content.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * index.json: which manifests there are under which names. Readers see a snapshot; a change is on disk before anybody
 * sees it. Blobs that no line refers to any more are deleted with the change. Thread-safe.
 */
public final class Catalog {

    private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

    private final Path root;
    private final IndexFile index;
    private final Blobs blobs;
    private final Map<Digest, Manifest> manifests = new ConcurrentHashMap<>();
    private volatile List<IndexEntry> entries = List.of();

    private Catalog(ContentFiles files, Blobs blobs) {
        root = files.root();
        index = new IndexFile(files);
        this.blobs = blobs;
    }

    /**
     * Opens the layout, or makes an empty one. What a crash left is removed: unfinished files, and blobs that index.json
     * does not lead to. A damaged index.json is made again, and no blob is removed then.
     *
     * @throws FeluccaException SYSTEM when it cannot be read
     */
    public static Catalog open(ContentFiles files, Blobs blobs) {
        Catalog catalog = new Catalog(files, blobs);
        IndexFile.Opened index = catalog.index.open(blobs, catalog::manifest);
        catalog.entries = index.entries();
        if (index.whole()) {
            catalog.sweep();
        }
        return catalog;
    }

    public List<IndexEntry> entries() {
        return entries;
    }

    public List<IndexEntry> entriesOf(Digest imageId) {
        return entries.stream().filter(entry -> entry.imageId().equals(imageId)).toList();
    }

    public Optional<IndexEntry> find(ImageReference reference) {
        return entries.stream()
                .filter(entry -> entry.reference().equals(Optional.of(reference)))
                .findFirst();
    }

    /** Image ids, each once. */
    public Set<Digest> imageIds() {
        Set<Digest> ids = new HashSet<>();
        entries.forEach(entry -> ids.add(entry.imageId()));
        return ids;
    }

    /** @throws FeluccaException SYSTEM when the blob is not there, INVALID when it is no manifest */
    public Manifest manifest(Digest digest) {
        return manifests.computeIfAbsent(digest, key -> Manifest.parse(blobs.readSmall(key), key.value()));
    }

    /** Keeps the blobs that a piece of work reads or writes; those that nothing leads to at its end are deleted. */
    public Work begin() {
        return new Work();
    }

    public final class Work implements AutoCloseable {

        private final Blobs.Hold hold = blobs.hold();

        public Blobs.Hold hold() {
            return hold;
        }

        /** Keeps a manifest of the catalog and what it leads to. @throws FeluccaException NOT_FOUND when it has gone */
        public void keep(Digest manifest) {
            synchronized (Catalog.this) {
                if (entries.stream().noneMatch(entry -> entry.manifest().equals(manifest))) {
                    throw FeluccaException.notFound("No such image: its manifest " + manifest + " has been removed");
                }
                blobsOf(manifest).forEach(hold::keep);
            }
        }

        @Override
        public void close() {
            synchronized (Catalog.this) {
                Set<Digest> unused = hold.kept();
                hold.close();
                try {
                    manifestsOf(entries).forEach(digest -> unused.removeAll(blobsOf(digest)));
                    blobs.deleteUnlessHeld(unused);
                } catch (FeluccaException e) {
                    LOG.warn("the image store {} is damaged, unused blobs stay: {}", root, e.getMessage());
                }
            }
        }
    }

    /**
     * Replaces index.json, then deletes blobs that only the old one led to.
     *
     * @param change gets and gives whole lists; called under the catalog's lock: quick, and no driver
     * @return bytes of the deleted blobs
     */
    public synchronized long update(UnaryOperator<List<IndexEntry>> change) {
        List<IndexEntry> before = entries;
        List<IndexEntry> after = List.copyOf(change.apply(before));
        if (after.equals(before)) {
            return 0;
        }
        index.write(after);
        entries = after;
        return collect(before, after);
    }

    /** Adds lines; a name that was another line's moves, and an image that so loses its last name stays, untagged. */
    public void add(Collection<IndexEntry> added) {
        update(before -> {
            List<IndexEntry> after = new ArrayList<>(before);
            added.forEach(entry -> put(after, entry));
            return after;
        });
    }

    /**
     * Gives an image another name.
     *
     * @param named the line whose manifest is meant, if it is still there
     * @throws FeluccaException NOT_FOUND when the image has gone meanwhile
     */
    public void tag(Digest imageId, Optional<IndexEntry> named, ImageReference reference) {
        update(before -> {
            IndexEntry entry = named.filter(before::contains)
                    .or(() -> before.stream()
                            .filter(other -> other.imageId().equals(imageId))
                            .findFirst())
                    .orElseThrow(() -> FeluccaException.notFound("No such image: " + imageId));
            List<IndexEntry> after = new ArrayList<>(before);
            put(after, entry.named(reference));
            return after;
        });
    }

    /** Takes a name away; an image whose last it was stays, untagged. Does nothing when there is no such name. */
    public void untag(ImageReference reference) {
        update(before -> {
            List<IndexEntry> after = new ArrayList<>(before);
            for (IndexEntry entry : before) {
                if (entry.reference().equals(Optional.of(reference))) {
                    after.remove(entry);
                    if (after.stream().noneMatch(other -> other.imageId().equals(entry.imageId()))) {
                        after.add(entry.unnamed());
                    }
                }
            }
            return after;
        });
    }

    private static void put(List<IndexEntry> list, IndexEntry added) {
        Optional<IndexEntry> replaced = added.reference()
                .flatMap(name -> list.stream()
                        .filter(entry -> entry.reference().equals(Optional.of(name)))
                        .findFirst());
        replaced.ifPresent(list::remove);
        boolean known = list.stream().anyMatch(entry -> entry.imageId().equals(added.imageId()));
        if (added.reference().isPresent()) {
            list.removeIf(entry ->
                    entry.imageId().equals(added.imageId()) && entry.reference().isEmpty());
            list.add(added);
        } else if (!known) {
            list.add(added);
        }
        if (replaced.isPresent()
                && list.stream()
                        .noneMatch(
                                entry -> entry.imageId().equals(replaced.get().imageId()))) {
            list.add(replaced.get().unnamed());
        }
    }

    /** Blobs that a manifest leads to, itself included. */
    public Set<Digest> blobsOf(Digest manifestDigest) {
        Manifest manifest = manifest(manifestDigest);
        Set<Digest> digests = new HashSet<>(manifest.layerDigests());
        digests.add(manifest.config().contentDigest());
        digests.add(manifestDigest);
        return digests;
    }

    private long collect(List<IndexEntry> before, List<IndexEntry> after) {
        Set<Digest> kept = manifestsOf(after);
        Set<Digest> dropped = manifestsOf(before);
        dropped.removeAll(kept);
        if (dropped.isEmpty()) {
            return 0;
        }
        Set<Digest> candidates = new HashSet<>(dropped);
        for (Digest digest : dropped) {
            candidates.addAll(blobsOrItself(digest));
        }
        try {
            kept.forEach(digest -> candidates.removeAll(blobsOf(digest)));
        } catch (FeluccaException e) {
            LOG.warn("the image store {} is damaged, unused blobs stay: {}", root, e.getMessage());
            return 0;
        }
        dropped.forEach(manifests::remove);
        return blobs.deleteUnlessHeld(candidates);
    }

    private Set<Digest> blobsOrItself(Digest manifest) {
        try {
            return blobsOf(manifest);
        } catch (FeluccaException e) {
            LOG.warn("blobs of the manifest {} stay until the next start: {}", manifest, e.getMessage());
            return Set.of(manifest);
        }
    }

    private void sweep() {
        Set<Digest> unused = blobs.list();
        for (Digest digest : manifestsOf(entries)) {
            try {
                unused.removeAll(blobsOf(digest));
            } catch (FeluccaException e) {
                LOG.warn("the image store {} is damaged, unused blobs stay: {}", root, e.getMessage());
                return;
            }
        }
        long bytes = blobs.deleteUnlessHeld(unused);
        if (!unused.isEmpty()) {
            LOG.info("deleted {} unused blobs of {} bytes in {}", unused.size(), bytes, root);
        }
    }

    private static Set<Digest> manifestsOf(List<IndexEntry> list) {
        Set<Digest> digests = new HashSet<>();
        list.forEach(entry -> digests.add(entry.manifest()));
        return digests;
    }
}
