package io.felucca.images.unpack;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.catalog.StoredImages;
import io.felucca.storage.Storage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Unpacks layers of stored images into storage drivers. A layer is unpacked once, whoever asks at the same time. Where
 * the driver shows a layer's own folder, several are unpacked at once and joined afterwards. Thread-safe.
 */
public final class ImageUnpacker {

    private final Storage storage;
    private final LayerExtraction extraction;
    private final LayerCollector collector;
    private final LayerClaims claims;

    public ImageUnpacker(Storage storage, LayerExtraction extraction, LayerCollector collector, LayerClaims claims) {
        this.storage = storage;
        this.extraction = extraction;
        this.collector = collector;
        this.claims = claims;
    }

    /** True when there is nothing to do: the usual case of {@code run}. */
    public boolean isUnpacked(List<StoredImages.Layer> layers, String driver) {
        if (layers.isEmpty()) {
            return true;
        }
        collector.sweepOnce(driver);
        String top = layers.get(layers.size() - 1).chainId().hex();
        return storage.with(driver, store -> store.find(top).isPresent());
    }

    /**
     * @param layers lowest first
     * @return chain id of the highest, empty for none
     */
    @SuppressWarnings("try")
    public String unpack(List<StoredImages.Layer> layers, String driver) {
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

    /**
     * Joins layers that were unpacked apart from each other, lowest first, up to the first that is missing or that somebody
     * else has.
     *
     * @param parts by blob; those that were used are taken out
     */
    @SuppressWarnings("try")
    void join(List<StoredImages.Layer> layers, Map<Digest, LayerExtraction.Unpacked> parts, String driver) {
        List<Digest> chains = layers.stream().map(StoredImages.Layer::chainId).toList();
        try (LayerCollector.Expectation expectation = collector.expect(chains)) {
            for (int at = firstMissing(layers, driver); at < layers.size(); at++) {
                StoredImages.Layer layer = layers.get(at);
                LayerExtraction.Unpacked part = parts.remove(layer.blob());
                if (part == null) {
                    return;
                }
                try (UnpackTarget target = part.target();
                        LayerClaims.Claim claim = claims.tryClaim(driver, List.of(layer.chainId()))) {
                    if (claim.count() == 0) {
                        return;
                    }
                    String parent = at == 0 ? "" : layers.get(at - 1).chainId().hex();
                    extraction.join(part, layer, parent, driver);
                }
            }
        }
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

    /** Unpacks the layers from there on that nobody else has; when somebody has the first, waits for that. */
    private void unpackFrom(List<StoredImages.Layer> layers, int first, String driver) {
        List<StoredImages.Layer> missing = layers.subList(first, layers.size());
        List<Digest> chains = missing.stream().map(StoredImages.Layer::chainId).toList();
        try (LayerClaims.Claim claim = claims.tryClaim(driver, chains)) {
            if (claim.count() == 0) {
                claims.holder(driver, chains.get(0)).ifPresent(ImageUnpacker::await);
                return;
            }
            try {
                String parent =
                        first == 0 ? "" : layers.get(first - 1).chainId().hex();
                unpack(missing.subList(0, claim.count()), parent, driver);
            } catch (RuntimeException | Error e) {
                claim.failed(e);
                throw e;
            }
        }
    }

    private void unpack(List<StoredImages.Layer> layers, String parent, String driver) {
        boolean shown = new LayerDirectories(storage).areShownBy(driver);
        if (shown && layers.size() > 1) {
            extraction.unpackTogether(layers, parent, driver);
        } else {
            extraction.unpackInTurn(layers, parent, driver);
        }
    }

    private static void await(CompletableFuture<Void> other) {
        try {
            other.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeluccaException(Kind.UNAVAILABLE, "interrupted while another unpacks the image", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FeluccaException cause) {
                throw new FeluccaException(cause.kind(), cause.getMessage(), cause);
            }
            throw new IllegalStateException(e);
        }
    }
}
