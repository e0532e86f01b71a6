package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.engine.EngineRoot;
import io.felucca.events.Events;
import io.felucca.images.Image;
import io.felucca.images.ImageReference;
import io.felucca.images.ImageUsers;
import io.felucca.images.Images;
import io.felucca.images.catalog.Catalog;
import io.felucca.images.catalog.ImageEvents;
import io.felucca.images.catalog.ImageLookup;
import io.felucca.images.catalog.IndexEntry;
import io.felucca.images.catalog.LayerSizes;
import io.felucca.images.catalog.StoredImages;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.ContentFiles;
import io.felucca.images.query.ImageDiskUsage;
import io.felucca.images.query.ImageList;
import io.felucca.images.remove.DiskPressure;
import io.felucca.images.remove.ImagePrune;
import io.felucca.images.remove.ImageRemoval;
import io.felucca.images.unpack.ArrivingLayers;
import io.felucca.images.unpack.ImageUnpacker;
import io.felucca.images.unpack.KernelLayerWriter;
import io.felucca.images.unpack.LayerClaims;
import io.felucca.images.unpack.LayerCollector;
import io.felucca.images.unpack.LayerExtraction;
import io.felucca.images.unpack.LayerWriter;
import io.felucca.linux.Hashes;
import io.felucca.linux.files.Directories;
import io.felucca.storage.Storage;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/** The image store below one data root. All that it knows is on disk. Thread-safe. */
@Component(
        service = {Images.class, ImageStore.class},
        configurationPid = ImagesConfig.PID)
@Designate(ocd = ImagesConfig.class)
public final class ImageStore implements Images {

    private static final Duration PARTIAL_BLOBS_STAY = Duration.ofDays(7);

    // Shared with the other services of this bundle.

    public final Storage storage;
    public final Blobs blobs;
    public final Catalog catalog;
    public final LayerSizes sizes;
    public final Clock clock;
    private final StoredImages images;
    public final ImageEvents events;
    public final ImageLookup lookup;
    private final Importer importer;
    private final ImageArchives archives;
    private final List<ImageUsers> users = new CopyOnWriteArrayList<>();
    private final LayerCollector collector;
    private final LayerExtraction extraction;
    private final ImageUnpacker unpacker;
    private final ImageRemoval removal;
    private final ImageList list;
    private final ImagePrune pruning;
    private final ImageDiskUsage usage;
    private final DiskPressure pressure;

    @Activate
    public ImageStore(
            @Reference EngineRoot root,
            @Reference Storage storage,
            @Reference Directories directories,
            @Reference Events events,
            @Reference Hashes hashes,
            ImagesConfig config) {
        this(
                root.dataRoot(),
                storage,
                new KernelLayerWriter(directories),
                events,
                hashes,
                DiskPressure.Supplies.of(root.dataRoot()),
                Clock.systemUTC());
        configure(config);
    }

    /** Opens the store, or makes an empty one; removes what a crash left. @param disk what images lie on */
    ImageStore(
            Path dataRoot,
            Storage storage,
            LayerWriter writer,
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
        archives = new ImageArchives(blobs, catalog, sizes, lookup, this.events);
        LayerClaims claims = new LayerClaims();
        collector = new LayerCollector(storage, images, claims);
        importer = new Importer(storage, writer, blobs, catalog, sizes, collector, claims, this.events, clock);
        extraction = new LayerExtraction(storage, writer, blobs);
        unpacker = new ImageUnpacker(storage, extraction, collector, claims);
        removal = new ImageRemoval(catalog, images, lookup, collector, users, this.events);
        list = new ImageList(catalog, images, lookup);
        pruning = new ImagePrune(list, images, removal, sizes, collector, blobs, clock);
        usage = new ImageDiskUsage(storage, blobs, catalog, images, sizes);
        blobs.deletePartialBefore(clock.instant().minus(PARTIAL_BLOBS_STAY));
        pressure = new DiskPressure(
                disk, list, pruning, blobs, id -> !unpackedIn(id).isEmpty(), clock);
    }

    /** Users are asked before an image is removed; they may come and go. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addUsers(ImageUsers added) {
        users.add(added);
    }

    void removeUsers(ImageUsers removed) {
        users.remove(removed);
    }

    @Modified
    public void configure(ImagesConfig config) {
        configure(new DiskPressure.Marks(config.gc_high(), config.gc_low()));
    }

    /** Folders for the layers of an image that a registry sends. The caller closes it. */
    public ArrivingLayers arrivingLayers() {
        return new ArrivingLayers(storage, extraction, unpacker, collector);
    }

    /** Percents of the disk at which unused images are removed. */
    public void configure(DiskPressure.Marks marks) {
        pressure.configure(marks);
    }

    /** Removes unused images where the disk is fuller than configured; called before an image arrives. */
    public void makeRoom() {
        pressure.relieve();
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
        return archives.load(archive, progress);
    }

    @Override
    public void save(List<String> names, OutputStream out) {
        archives.save(names, out);
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
