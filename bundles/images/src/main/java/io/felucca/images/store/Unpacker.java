package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.archive.Compression;
import io.felucca.images.archive.Fanout;
import io.felucca.images.content.Blobs;
import io.felucca.images.layers.Applied;
import io.felucca.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Unpacks layers of stored images into storage drivers. A layer is unpacked once, whoever asks at the same time. Where
 * the driver shows a layer's own folder, several are unpacked at once and joined afterwards. Thread-safe.
 */
final class Unpacker {

    private final Storage storage;
    private final LayerUnpacker unpacker;
    private final Blobs blobs;
    private final LayerCollector collector;
    private final Map<String, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    Unpacker(Storage storage, LayerUnpacker unpacker, Blobs blobs, LayerCollector collector) {
        this.storage = storage;
        this.unpacker = unpacker;
        this.blobs = blobs;
        this.collector = collector;
    }

    /**
     * @param layers lowest first
     * @return chain id of the highest, empty for none
     */
    String unpack(List<StoredImages.Layer> layers, String driver) {
        if (layers.isEmpty()) {
            return "";
        }
        collector.sweepOnce(driver);
        String top = layers.get(layers.size() - 1).chainId().hex();
        List<Digest> chains = layers.stream().map(StoredImages.Layer::chainId).toList();
        try (LayerCollector.Expectation expectation = collector.expect(chains)) {
            int first = firstMissing(layers, driver);
            if (first < layers.size()) {
                unpackOnce(layers, first, driver);
            }
        }
        return top;
    }

    private int firstMissing(List<StoredImages.Layer> layers, String driver) {
        return storage.with(driver, store -> {
            int at = layers.size();
            while (at > 0 && store.find(layers.get(at - 1).chainId().hex()).isEmpty()) {
                at--;
            }
            return at;
        });
    }

    /** One layer after the other; whoever comes while a layer is being unpacked waits for it. */
    private void unpackOnce(List<StoredImages.Layer> layers, int first, String driver) {
        for (int i = first; i < layers.size(); i++) {
            StoredImages.Layer layer = layers.get(i);
            String parent = i == 0 ? "" : layers.get(i - 1).chainId().hex();
            CompletableFuture<Void> mine = new CompletableFuture<>();
            CompletableFuture<Void> other = underWay.putIfAbsent(driver + "/" + layer.chainId(), mine);
            if (other != null) {
                await(other);
                continue;
            }
            try {
                unpackLayer(layer, parent, driver);
                mine.complete(null);
            } catch (RuntimeException | Error e) {
                mine.completeExceptionally(e);
                throw e;
            } finally {
                underWay.remove(driver + "/" + layer.chainId(), mine);
            }
        }
    }

    private static void await(CompletableFuture<Void> other) {
        try {
            other.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof FeluccaException cause) {
                throw new FeluccaException(cause.kind(), cause.getMessage(), cause);
            }
            throw e;
        }
    }

    private void unpackLayer(StoredImages.Layer layer, String parent, String driver) {
        if (storage.with(driver, store -> store.find(layer.chainId().hex())).isPresent()) {
            return;
        }
        boolean done;
        try (UnpackTarget target = UnpackTarget.prepare(storage, driver, parent)) {
            Applied applied = unpackBlob(layer, target);
            done = !applied.needsView() && withParents(target, applied, parent, driver);
            if (done) {
                target.commit(layer.chainId().hex());
            }
        }
        if (!done) {
            try (UnpackTarget target = UnpackTarget.prepareMounted(storage, driver, parent)) {
                unpackBlob(layer, target);
                target.commit(layer.chainId().hex());
            }
        }
    }

    /** False when the archive means other folders than a layer's own can say. */
    private boolean withParents(UnpackTarget target, Applied applied, String parent, String driver) {
        if (parent.isEmpty() || applied.impliedParents().isEmpty()) {
            return true;
        }
        return UnpackTarget.withView(
                storage,
                driver,
                parent,
                lower -> unpacker.copyParents(target.folder(), applied.impliedParents(), lower));
    }

    private Applied unpackBlob(StoredImages.Layer layer, UnpackTarget target) {
        try (InputStream in = blobs.open(layer.blob())) {
            Compression.Opened opened = Compression.open(in);
            if (opened.compression() == Compression.NONE) {
                return unpacker.unpack(opened.plain(), target.folder(), target.isLayerDirectory());
            }
            AtomicReference<Applied> applied = new AtomicReference<>();
            Fanout.run(
                    opened.plain(),
                    List.of(tar -> applied.set(unpacker.unpack(tar, target.folder(), target.isLayerDirectory()))));
            return applied.get();
        } catch (IOException e) {
            throw FeluccaException.system("cannot unpack layer " + layer.blob() + ": " + e.getMessage(), e);
        }
    }
}
