package io.felucca.images.store;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.storage.Storage;
import io.felucca.storage.spi.LayerDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Unpacks layers of stored images into storage drivers. A layer is unpacked once, whoever asks at the same time. Where
 * the driver shows a layer's own folder, several are unpacked at once and joined afterwards. Thread-safe.
 */
final class Unpacker {

    private final Storage storage;
    private final LayerWork work;
    private final LayerCollector collector;
    private final Map<String, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    Unpacker(Storage storage, LayerWork work, LayerCollector collector) {
        this.storage = storage;
        this.work = work;
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
        List<Digest> chains = layers.stream().map(StoredImages.Layer::chainId).toList();
        try (LayerCollector.Expectation expectation = collector.expect(chains)) {
            int first = firstMissing(layers, driver);
            while (first < layers.size()) {
                unpackFrom(layers, first, driver);
                first = firstMissing(layers, driver);
            }
        }
        return layers.get(layers.size() - 1).chainId().hex();
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

    /** Unpacks the layers from there on that nobody else is unpacking; when the first is, waits for it. */
    private void unpackFrom(List<StoredImages.Layer> layers, int first, String driver) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        List<String> claimed = new ArrayList<>();
        CompletableFuture<Void> other = null;
        for (int i = first; i < layers.size() && other == null; i++) {
            String claim = driver + "/" + layers.get(i).chainId();
            other = underWay.putIfAbsent(claim, mine);
            if (other == null) {
                claimed.add(claim);
            }
        }
        if (claimed.isEmpty()) {
            await(other);
            return;
        }
        try {
            String parent = first == 0 ? "" : layers.get(first - 1).chainId().hex();
            List<StoredImages.Layer> own = layers.subList(first, first + claimed.size());
            boolean together = own.size() > 1 && storage.with(driver, store -> store instanceof LayerDirectory);
            if (together) {
                work.unpackTogether(own, parent, driver);
            } else {
                work.unpackInTurn(own, parent, driver);
            }
            mine.complete(null);
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            claimed.forEach(claim -> underWay.remove(claim, mine));
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
}
