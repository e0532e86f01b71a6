package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.images.Images.DiskUsage;
import io.felucca.images.content.Blobs;
import io.felucca.storage.Storage;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What images take on disk. */
final class Usage {

    private final Storage storage;
    private final Blobs blobs;
    private final Catalog catalog;
    private final StoredImages images;
    private final LayerSizes sizes;

    Usage(Storage storage, Blobs blobs, Catalog catalog, StoredImages images, LayerSizes sizes) {
        this.storage = storage;
        this.blobs = blobs;
        this.catalog = catalog;
        this.images = images;
        this.sizes = sizes;
    }

    DiskUsage measure() {
        Map<Digest, List<StoredImages.Layer>> layers = new LinkedHashMap<>();
        for (Digest id : catalog.imageIds()) {
            if (images.findDocument(id).isPresent()) {
                layers.put(id, images.layers(id));
            }
        }
        Map<String, Long> bytes = new HashMap<>();
        Map<String, Integer> users = new HashMap<>();
        layers.values()
                .forEach(chain -> chain.forEach(layer -> {
                    String key = layer.chainId().hex();
                    bytes.computeIfAbsent(key, unknown -> sizes.get(layer.diffId(), layer.blob()));
                    users.merge(key, 1, Integer::sum);
                }));
        Map<Digest, Long> shared = new HashMap<>();
        layers.forEach((id, chain) -> shared.put(
                id,
                chain.stream()
                        .map(layer -> layer.chainId().hex())
                        .filter(key -> users.get(key) > 1)
                        .mapToLong(bytes::get)
                        .sum()));
        return new DiskUsage(
                blobs.totalBytes(),
                byDriver(bytes),
                bytes.values().stream().mapToLong(Long::longValue).sum(),
                Map.copyOf(shared));
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
