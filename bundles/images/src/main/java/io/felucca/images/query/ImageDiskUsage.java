package io.felucca.images.query;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.Images.DiskUsage;
import io.felucca.images.Images.StoredLayer;
import io.felucca.images.catalog.Catalog;
import io.felucca.images.catalog.LayerSizes;
import io.felucca.images.catalog.StoredImages;
import io.felucca.images.content.Blobs;
import io.felucca.storage.Storage;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** What images take on disk. */
public final class ImageDiskUsage {

    private final Storage storage;
    private final Blobs blobs;
    private final Catalog catalog;
    private final StoredImages images;
    private final LayerSizes sizes;

    public ImageDiskUsage(Storage storage, Blobs blobs, Catalog catalog, StoredImages images, LayerSizes sizes) {
        this.storage = storage;
        this.blobs = blobs;
        this.catalog = catalog;
        this.images = images;
        this.sizes = sizes;
    }

    public DiskUsage measure() {
        Map<Digest, List<StoredImages.Layer>> layers = chains();
        Map<String, Long> bytes = bytes(layers);
        Map<String, Set<Digest>> users = users(layers);
        Map<Digest, Long> shared = new HashMap<>();
        layers.forEach((id, chain) -> shared.put(
                id,
                chain.stream()
                        .map(layer -> layer.chainId().hex())
                        .filter(key -> users.get(key).size() > 1)
                        .mapToLong(bytes::get)
                        .sum()));
        return new DiskUsage(
                blobs.totalBytes(),
                byDriver(bytes),
                bytes.values().stream().mapToLong(Long::longValue).sum(),
                Map.copyOf(shared));
    }

    private Map<Digest, List<StoredImages.Layer>> chains() {
        Map<Digest, List<StoredImages.Layer>> layers = new LinkedHashMap<>();
        for (Digest id : catalog.imageIds()) {
            if (images.findDocument(id).isPresent()) {
                layers.put(id, images.layers(id));
            }
        }
        return layers;
    }

    private Map<String, Long> bytes(Map<Digest, List<StoredImages.Layer>> layers) {
        Map<String, Long> bytes = new HashMap<>();
        layers.values()
                .forEach(chain -> chain.forEach(layer -> bytes.computeIfAbsent(
                        layer.chainId().hex(), unknown -> sizes.get(layer.diffId(), layer.blob()))));
        return bytes;
    }

    private static Map<String, Set<Digest>> users(Map<Digest, List<StoredImages.Layer>> layers) {
        Map<String, Set<Digest>> users = new HashMap<>();
        layers.forEach((id, chain) ->
                chain.forEach(layer -> users.computeIfAbsent(layer.chainId().hex(), unknown -> new LinkedHashSet<>())
                        .add(id)));
        return users;
    }

    /** Sizes of images' layers are known; other layers are asked for theirs. */
    public List<StoredLayer> layers() {
        Map<Digest, List<StoredImages.Layer>> chains = chains();
        Map<String, Long> bytes = bytes(chains);
        Map<String, Set<Digest>> users = users(chains);
        List<StoredLayer> all = new ArrayList<>();
        for (String driver : storage.used()) {
            List<LayerInfo> layers = storage.with(driver, store -> store.list());
            for (LayerInfo layer : layers) {
                Set<Digest> images =
                        users.getOrDefault(users.containsKey(layer.name()) ? layer.name() : layer.parent(), Set.of());
                OptionalLong size = bytes.containsKey(layer.name())
                        ? OptionalLong.of(bytes.get(layer.name()))
                        : ownBytes(driver, layer.name());
                size.ifPresent(known ->
                        all.add(new StoredLayer(driver, layer.name(), layer.parent(), known, Set.copyOf(images))));
            }
        }
        all.sort(Comparator.comparing(StoredLayer::driver).thenComparing(StoredLayer::name));
        return List.copyOf(all);
    }

    /** Empty for a layer that was removed meanwhile. */
    private OptionalLong ownBytes(String driver, String name) {
        try {
            return OptionalLong.of(
                    storage.with(driver, store -> store.usage(name)).sizeBytes());
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.NOT_FOUND) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    private Map<String, Long> byDriver(Map<String, Long> bytes) {
        Map<String, Long> byDriver = new TreeMap<>();
        for (String driver : storage.used()) {
            List<LayerInfo> layers = storage.with(driver, store -> store.list());
            byDriver.put(
                    driver,
                    layers.stream()
                            .filter(layer -> layer.state() == State.COMMITTED)
                            .mapToLong(layer -> bytes.getOrDefault(layer.name(), 0L))
                            .sum());
        }
        return byDriver;
    }
}
