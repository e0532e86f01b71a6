package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.events.Events;
import io.felucca.images.Image;
import io.felucca.images.ImageContent;
import io.felucca.images.ImageReference;
import io.felucca.images.ImageUsers;
import io.felucca.images.Images;
import io.felucca.images.Layers;
import io.felucca.images.archive.ArchiveWriter;
import io.felucca.images.archive.ImageArchive;
import io.felucca.images.archive.LoadedImage;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.ContentFiles;
import io.felucca.linux.Directories;
import io.felucca.linux.Hashes;
import io.felucca.storage.Storage;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The image store below one data root. All that it knows is on disk. Thread-safe. */
public final class ImageStore implements Images {

    private static final Duration PARTIAL_BLOBS_STAY = Duration.ofDays(7);

    private final Storage storage;
    private final Blobs blobs;
    private final Catalog catalog;
    private final LayerSizes sizes;
    private final Clock clock;
    private final StoredImages images;
    private final ImageEvents events;
    private final ImageLookup lookup;
    private final Importer importer;
    private final LayerCollector collector;
    private final Unpacker unpacker;
    private final ImageRemoval removal;
    private final ImageList list;
    private final ImagePrune pruning;
    private final ImageDiskUsage usage;
    private final DiskPressure pressure;
    private final ImageContent content;

    private ImageStore(
            Path dataRoot,
            Storage storage,
            LayerUnpacker layers,
            Supplier<List<ImageUsers>> users,
            Events events,
            Hashes hashes,
            DiskPressure.Supplies disk,
            Clock clock) {
        this.storage = storage;
        this.clock = clock;
        ContentFiles files = new ContentFiles(dataRoot.resolve("content"));
        blobs = new Blobs(files, hashes);
        catalog = Catalog.open(files, blobs);
        sizes = new LayerSizes(dataRoot.resolve("images").resolve("layer-sizes"), blobs);
        images = new StoredImages(catalog, blobs, sizes);
        lookup = new ImageLookup(catalog);
        this.events = new ImageEvents(events, images);
        LayerClaims claims = new LayerClaims();
        collector = new LayerCollector(storage, images, claims);
        importer = new Importer(storage, layers, blobs, catalog, sizes, collector, claims, this.events, clock);
        LayerWork work = new LayerWork(storage, layers, blobs);
        unpacker = new Unpacker(storage, work, collector, claims);
        removal = new ImageRemoval(catalog, images, lookup, collector, users, this.events);
        list = new ImageList(catalog, images, lookup);
        pruning = new ImagePrune(list, images, removal, sizes, collector, blobs, clock);
        usage = new ImageDiskUsage(storage, blobs, catalog, images, sizes);
        blobs.deletePartialBefore(clock.instant().minus(PARTIAL_BLOBS_STAY));
        pressure = new DiskPressure(
                disk, list, pruning, blobs, id -> !unpackedIn(id).isEmpty(), clock);
        content = new ImageTransfer(
                catalog,
                blobs,
                images,
                sizes,
                lookup,
                this.events,
                () -> new ArrivingLayers(storage, work, unpacker, collector),
                clock,
                this::makeRoom);
    }

    /**
     * Opens the store, or makes an empty one; removes what a crash left.
     *
     * @param users asked before an image is removed; the list may change from call to call
     * @param disk what images lie on
     */
    static ImageStore open(
            Path dataRoot,
            Storage storage,
            LayerUnpacker layers,
            Supplier<List<ImageUsers>> users,
            Events events,
            Hashes hashes,
            DiskPressure.Supplies disk,
            Clock clock) {
        return new ImageStore(dataRoot, storage, layers, users, events, hashes, disk, clock);
    }

    /** What lies in containers' layers, and images of it. */
    Layers layers(Directories directories) {
        LayerFiles files = new LayerFiles(storage, directories);
        return new ImageLayers(files, new LayerCopy(files), new Committer(files, blobs, catalog, sizes, events, clock));
    }

    /** Percents of the disk at which unused images are removed. */
    void configure(DiskPressure.Marks marks) {
        pressure.configure(marks);
    }

    private void makeRoom() {
        pressure.relieve();
    }

    /** What the client of registries gets and puts. */
    ImageContent content() {
        return content;
    }

    @Override
    public Digest importRootfs(InputStream archive, Import image, Progress progress) {
        Importer.Plan plan = importer.plan(image, "-");
        makeRoom();
        return plan.run(archive, progress);
    }

    @Override
    public Digest importUrl(String url, Import image, Progress progress) {
        String source = RemoteArchive.absolute(url);
        Importer.Plan plan = importer.plan(image, source);
        makeRoom();
        try (RemoteArchive archive = RemoteArchive.open(source)) {
            return plan.run(archive.in(progress), Progress.NONE);
        }
    }

    @Override
    public List<Loaded> load(InputStream archive, Progress progress) {
        makeRoom();
        try (Catalog.Work work = catalog.begin()) {
            List<LoadedImage> found = ImageArchive.load(archive, blobs, work.hold(), (diffId, size) -> {
                sizes.put(diffId, size);
                progress.report(diffId.shortHex(), "Loading layer", size, size);
            });
            blobs.sync();
            List<IndexEntry> entries = new ArrayList<>();
            List<Loaded> loaded = new ArrayList<>();
            for (LoadedImage image : found) {
                IndexEntry entry = new IndexEntry(
                        image.manifest(),
                        image.mediaType(),
                        image.sizeBytes(),
                        image.imageId(),
                        Optional.empty(),
                        image.parent());
                if (image.references().isEmpty()) {
                    entries.add(entry);
                    loaded.add(new Loaded("", image.imageId()));
                }
                for (ImageReference reference : image.references()) {
                    tellIfMoved(reference, image.imageId(), progress);
                    entries.add(entry.named(reference));
                    loaded.add(new Loaded(reference.familiar(), image.imageId()));
                }
            }
            catalog.add(entries);
            loaded.stream().map(Loaded::id).distinct().forEach(id -> events.tell("load", id));
            return List.copyOf(loaded);
        }
    }

    private void tellIfMoved(ImageReference reference, Digest id, Progress progress) {
        catalog.find(reference)
                .map(IndexEntry::imageId)
                .filter(old -> !old.equals(id))
                .ifPresent(old -> progress.report(
                        "",
                        "The image " + reference.familiar() + " already exists, renaming the old one with ID " + old
                                + " to empty string",
                        0,
                        0));
    }

    @Override
    public void save(List<String> wanted, OutputStream out) {
        try (Catalog.Work work = catalog.begin()) {
            Map<Digest, List<IndexEntry>> chosen = new LinkedHashMap<>();
            for (String name : wanted) {
                for (IndexEntry entry : entriesToSave(name)) {
                    List<IndexEntry> lines = chosen.computeIfAbsent(entry.manifest(), key -> new ArrayList<>());
                    lines.removeIf(other -> other.reference().isEmpty());
                    if (lines.isEmpty() || entry.reference().isPresent() && !lines.contains(entry)) {
                        lines.add(entry);
                    }
                }
            }
            List<ArchiveWriter.Saved> saved = new ArrayList<>();
            chosen.forEach((manifest, lines) -> {
                work.keep(manifest);
                saved.add(new ArchiveWriter.Saved(
                        manifest,
                        catalog.manifest(manifest),
                        lines.stream().map(IndexEntry::publicDescriptor).toList(),
                        lines.stream()
                                .map(IndexEntry::reference)
                                .flatMap(Optional::stream)
                                .map(ImageReference::familiar)
                                .toList()));
            });
            ArchiveWriter.write(saved, blobs, out);
            chosen.values().stream()
                    .map(lines -> lines.get(0).imageId())
                    .distinct()
                    .forEach(id -> events.tell("save", id));
        }
    }

    /** A repository without a tag means all its tags; an id is saved without a name, as Docker does. */
    private List<IndexEntry> entriesToSave(String name) {
        Digest id;
        if (!Digest.matches(name) && !name.matches("[0-9a-f]{64}")) {
            ImageReference reference = ImageReference.parse(name);
            boolean nameOnly = reference.digest().isEmpty() && name.lastIndexOf(':') <= name.lastIndexOf('/');
            List<IndexEntry> tagged = nameOnly
                    ? catalog.entries().stream()
                            .filter(IndexEntry::isTag)
                            .filter(entry ->
                                    entry.reference().orElseThrow().repository().equals(reference.repository()))
                            .toList()
                    : lookup.find(reference).stream().toList();
            if (!tagged.isEmpty()) {
                return tagged;
            }
        }
        id = lookup.resolve(name);
        return catalog.entriesOf(id).stream().limit(1).map(IndexEntry::unnamed).toList();
    }

    @Override
    public Image get(String name) {
        return images.image(lookup.resolve(name));
    }

    @Override
    public List<Image> list(boolean all, Map<String, List<String>> filters) {
        return list.list(all, filters);
    }

    @Override
    public void tag(String name, String target) {
        ImageReference reference = ImageReference.parse(target);
        if (!reference.digest().isEmpty()) {
            throw FeluccaException.invalid("refusing to create a tag with a digest reference");
        }
        Digest id = lookup.resolve(name);
        Optional<IndexEntry> named =
                ImageLookup.isPrefixOf(name, id) ? Optional.empty() : lookup.find(ImageReference.parse(name));
        blobs.touch(id, clock.instant());
        catalog.tag(id, named, reference);
        events.tell("tag", id, reference.familiar());
    }

    @Override
    public List<Removed> remove(String name, boolean force, boolean prune) {
        return List.copyOf(removal.remove(name, force, prune));
    }

    @Override
    public Pruned prune(Map<String, List<String>> filters) {
        Pruned pruned = pruning.prune(filters);
        events.tellPruned(pruned.reclaimedBytes());
        return pruned;
    }

    @Override
    public String unpack(Digest id, String driver) {
        List<StoredImages.Layer> layers = images.layers(id);
        blobs.touch(id, clock.instant());
        if (unpacker.isUnpacked(layers, driver)) {
            return layers.isEmpty()
                    ? ""
                    : layers.get(layers.size() - 1).chainId().hex();
        }
        try (Catalog.Work work = catalog.begin()) {
            return unpacker.unpack(images.layers(id, work), driver);
        }
    }

    @Override
    public boolean evict(Digest id, String driver) {
        List<StoredImages.Layer> layers = new ArrayList<>(images.layers(id));
        Collections.reverse(layers);
        return collector.remove(
                driver, layers.stream().map(StoredImages.Layer::chainId).toList());
    }

    @Override
    public Set<String> unpackedIn(Digest id) {
        List<StoredImages.Layer> layers = images.layers(id);
        return layers.isEmpty()
                ? Set.of()
                : storage.used().stream()
                        .filter(driver -> unpacker.isUnpacked(layers, driver))
                        .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public DiskUsage diskUsage() {
        return usage.measure();
    }

    @Override
    public List<StoredLayer> storedLayers() {
        return usage.layers();
    }
}
