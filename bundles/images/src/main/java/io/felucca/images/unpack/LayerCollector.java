package io.felucca.images.unpack;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.catalog.StoredImages;
import io.felucca.storage.Storage;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes layers that no image has any more from the storage drivers. One that a container is on stays. */
public final class LayerCollector {

    static final Logger LOG = LoggerFactory.getLogger(LayerCollector.class);

    private final Storage storage;
    private final StoredImages images;
    private final LayerClaims claims;
    private final Map<String, FutureTask<Void>> swept = new ConcurrentHashMap<>();
    /** Layers that somebody is bringing in, whose image may not be in the catalog yet. */
    private final Map<Digest, Integer> expected = new ConcurrentHashMap<>();

    public LayerCollector(Storage storage, StoredImages images, LayerClaims claims) {
        this.storage = storage;
        this.images = images;
        this.claims = claims;
    }

    /**
     * Removes those of the layers that no image has from every driver that is there.
     *
     * @param chains highest first
     * @return those that are in no driver now
     */
    public Set<Digest> removeUnused(List<Digest> chains) {
        Set<Digest> gone = new HashSet<>(chains);
        gone.removeAll(images.chains().keySet());
        List<Digest> unused = chains.stream().filter(gone::contains).toList();
        for (String driver : storage.used()) {
            for (Digest chain : unused) {
                if (!remove(driver, chain)) {
                    gone.remove(chain);
                }
            }
        }
        return gone;
    }

    /** While it is open these layers stay, whether an image has them or not. */
    public Expectation expect(Collection<Digest> chains) {
        chains.forEach(chain -> expected.merge(chain, 1, Integer::sum));
        return () -> chains.forEach(
                chain -> expected.computeIfPresent(chain, (key, count) -> count == 1 ? null : count - 1));
    }

    /** Layers that are expected until it is closed. */
    public interface Expectation extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Removes layers from a driver, whether images have them or not.
     *
     * @param chains highest first
     * @return whether none of them is left there
     */
    public boolean remove(String driver, List<Digest> chains) {
        return chains.stream().allMatch(chain -> remove(driver, chain));
    }

    private boolean remove(String driver, Digest chain) {
        try (LayerClaims.Claim claim = claims.tryClaim(driver, List.of(chain))) {
            if (claim.count() == 0 || expected.containsKey(chain)) {
                return false;
            }
            storage.removeImageLayer(driver, chain.hex());
            return true;
        } catch (FeluccaException e) {
            if (e.kind() != Kind.CONFLICT) {
                LOG.warn("cannot remove the layer {} of {}: {}", chain, driver, e.getMessage());
            }
            return false;
        }
    }

    /** Before the first work with a driver after a start: removes what a crash left. Others wait meanwhile. */
    public void sweepOnce(String driver) {
        FutureTask<Void> mine = new FutureTask<>(() -> sweepAfterStart(driver), null);
        FutureTask<Void> first = swept.putIfAbsent(driver, mine);
        FutureTask<Void> sweep = first == null ? mine : first;
        if (first == null) {
            mine.run();
        }
        try {
            sweep.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeluccaException(Kind.UNAVAILABLE, "interrupted while waiting for the driver " + driver, e);
        } catch (ExecutionException e) {
            swept.remove(driver, sweep);
            throw FeluccaException.system("cannot clean the driver " + driver + ": " + e.getCause(), e);
        }
    }

    private void sweepAfterStart(String driver) {
        try {
            images.forgetUnusedSizes();
            removeHalfUnpacked(driver);
            sweep(driver);
        } catch (FeluccaException e) {
            LOG.warn("unused layers of {} stay: {}", driver, e.getMessage());
        }
    }

    private void removeHalfUnpacked(String driver) {
        List<LayerInfo> layers = storage.with(driver, store -> store.list());
        for (LayerInfo layer : layers) {
            if (layer.state() != State.COMMITTED && layer.name().startsWith(UnpackTarget.PREFIX)) {
                LOG.info("removing the layer {} of {}, which was never finished", layer.name(), driver);
                storage.remove(driver, layer.name());
            }
        }
    }

    /**
     * Removes layers that no image has any more from every driver: those of an image that was forced away while a
     * container was on them, once the container is gone.
     */
    public void sweep() {
        for (String driver : storage.used()) {
            try {
                sweep(driver);
            } catch (FeluccaException e) {
                LOG.warn("unused layers of {} stay: {}", driver, e.getMessage());
            }
        }
    }

    /** Removes layers that no image has from a driver; what containers are on stays. */
    private void sweep(String driver) {
        Set<Digest> used = images.chains().keySet();
        List<LayerInfo> layers = storage.with(driver, store -> store.list());
        Set<Digest> unused = new HashSet<>();
        for (LayerInfo layer : layers) {
            String digest = "sha256:" + layer.name();
            if (layer.state() == State.COMMITTED && Digest.matches(digest) && !used.contains(new Digest(digest))) {
                unused.add(new Digest(digest));
            }
        }
        boolean removed = true;
        while (removed && !unused.isEmpty()) {
            removed = unused.removeIf(chain -> remove(driver, chain));
        }
    }
}
