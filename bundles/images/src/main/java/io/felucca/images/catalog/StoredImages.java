package io.felucca.images.catalog;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.Image;
import io.felucca.images.config.ConfigDocument;
import io.felucca.images.content.Blobs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images of the catalog, read: configurations, sizes, layers, children. Thread-safe. */
public final class StoredImages {

    private static final Logger LOG = LoggerFactory.getLogger(StoredImages.class);

    private final Catalog catalog;
    private final Blobs blobs;
    private final LayerSizes sizes;
    private final Map<Digest, ConfigDocument> documents = new ConcurrentHashMap<>();

    public StoredImages(Catalog catalog, Blobs blobs, LayerSizes sizes) {
        this.catalog = catalog;
        this.blobs = blobs;
        this.sizes = sizes;
    }

    /**
     * A layer of an image.
     *
     * @param blob its bytes, perhaps compressed
     */
    public record Layer(Digest diffId, Digest chainId, Digest blob) {}

    /** @throws FeluccaException NOT_FOUND when it went meanwhile, SYSTEM when it is damaged */
    ConfigDocument document(Digest id) {
        return present(id, () -> documents.computeIfAbsent(id, key -> ConfigDocument.parse(blobs.readSmall(key))));
    }

    /** What fails because the image was removed meanwhile was not found. */
    private <R> R present(Digest id, Supplier<R> reading) {
        try {
            return reading.get();
        } catch (FeluccaException e) {
            if (catalog.entriesOf(id).isEmpty()) {
                throw new FeluccaException(Kind.NOT_FOUND, "No such image: " + id, e);
            }
            throw e;
        }
    }

    /** Lowest first. @throws FeluccaException NOT_FOUND when it went meanwhile, SYSTEM when it is damaged */
    public List<Layer> layers(Digest id) {
        return present(id, () -> readLayers(id));
    }

    /** The layers, whose blobs are kept as long as the work lasts. */
    public List<Layer> layers(Digest id, Catalog.Work work) {
        List<Layer> layers = layers(id);
        layers.forEach(layer -> work.hold().keep(layer.blob()));
        entry(id);
        return layers;
    }

    private List<Layer> readLayers(Digest id) {
        ConfigDocument document = document(id);
        List<Digest> blobDigests = catalog.manifest(entry(id).manifest()).layerDigests();
        List<Digest> chains = document.chainIds();
        if (blobDigests.size() != chains.size()) {
            throw FeluccaException.system(
                    "image " + id + " has " + chains.size() + " layers, its manifest " + blobDigests.size());
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < chains.size(); i++) {
            layers.add(new Layer(document.diffIds().get(i), chains.get(i), blobDigests.get(i)));
        }
        return layers;
    }

    private IndexEntry entry(Digest id) {
        return catalog.entriesOf(id).stream()
                .findFirst()
                .orElseThrow(() -> FeluccaException.notFound("No such image: " + id));
    }

    public Image image(Digest id) {
        return present(id, () -> readImage(id));
    }

    private Image readImage(Digest id) {
        ConfigDocument document = document(id);
        List<IndexEntry> entries = catalog.entriesOf(id);
        List<Long> layerSizes = layers(id).stream()
                .map(layer -> sizes.get(layer.diffId(), layer.blob()))
                .toList();
        List<Image.History> history = history(document, layerSizes);
        String comment = document.comment().isEmpty() && !history.isEmpty()
                ? history.get(history.size() - 1).comment()
                : document.comment();
        return new Image(
                id,
                names(entries.stream().filter(IndexEntry::isTag).toList()),
                names(entries.stream().filter(IndexEntry::isRepoDigest).toList()),
                parent(id),
                comment,
                document.created(),
                document.author(),
                document.architecture(),
                document.variant(),
                document.os(),
                layerSizes.stream().mapToLong(Long::longValue).sum(),
                document.diffIds(),
                document.config(),
                history,
                document.origin());
    }

    private static List<String> names(List<IndexEntry> entries) {
        return entries.stream()
                .map(entry -> entry.reference().orElseThrow().familiar())
                .sorted()
                .toList();
    }

    private static String parent(List<IndexEntry> entries) {
        return entries.stream()
                .map(IndexEntry::parent)
                .filter(parent -> !parent.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static List<Image.History> history(ConfigDocument document, List<Long> layerSizes) {
        List<Image.History> history = new ArrayList<>();
        int layer = 0;
        for (Image.History entry : document.history()) {
            boolean hasLayer = !entry.emptyLayer() && layer < layerSizes.size();
            history.add(new Image.History(
                    entry.created(),
                    entry.createdBy(),
                    entry.author(),
                    entry.comment(),
                    entry.emptyLayer(),
                    hasLayer ? layerSizes.get(layer++) : 0));
        }
        return List.copyOf(history);
    }

    /** Parent of an image that is still there. */
    public String parent(Digest id) {
        String parent = parent(catalog.entriesOf(id));
        return Digest.matches(parent) && catalog.imageIds().contains(new Digest(parent)) ? parent : "";
    }

    public boolean hasChildren(Digest id) {
        return catalog.entries().stream().anyMatch(entry -> entry.parent().equals(id.value()));
    }

    public boolean hasName(Digest id) {
        return catalog.entriesOf(id).stream()
                .anyMatch(entry -> entry.reference().isPresent());
    }

    /** Chain ids of every image that can be read, and the diff id of the layer on top of each. */
    public Map<Digest, Digest> chains() {
        Map<Digest, Digest> chains = new HashMap<>();
        for (Digest id : catalog.imageIds()) {
            findDocument(id).ifPresent(document -> {
                List<Digest> ids = document.chainIds();
                for (int i = 0; i < ids.size(); i++) {
                    chains.put(ids.get(i), document.diffIds().get(i));
                }
            });
        }
        return chains;
    }

    /** Empty, and told in the log, when the configuration is damaged: nobody can use such an image. */
    public Optional<ConfigDocument> findDocument(Digest id) {
        try {
            return Optional.of(document(id));
        } catch (FeluccaException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                LOG.warn("the image {} cannot be read: {}", id, e.getMessage());
            }
            return Optional.empty();
        }
    }

    /** Drops cached sizes of layers that no image has. */
    public void forgetUnusedSizes() {
        sizes.retain(chains().values());
    }

    /** Drops what is kept in memory and in the cache of sizes for an image that is no more. */
    public void forget(Digest id, List<Digest> diffIds) {
        documents.remove(id);
        Set<Digest> used = new HashSet<>(chains().values());
        diffIds.stream().filter(diffId -> !used.contains(diffId)).forEach(sizes::forget);
    }
}
