package io.felucca.images.unpack;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Who makes or removes a layer: a driver is never called twice at once for one name. A claim is no lock of the engine's;
 * it is held while a driver works. Thread-safe.
 */
public final class LayerClaims {

    private final Map<String, CompletableFuture<Void>> taken = new ConcurrentHashMap<>();

    /** Layers of a driver that one piece of work has to itself. Closing gives them back and wakes who waits. */
    public final class Claim implements AutoCloseable {

        private final CompletableFuture<Void> end;
        private final List<String> names;

        private Claim(CompletableFuture<Void> end, List<String> names) {
            this.end = end;
            this.names = names;
        }

        int count() {
            return names.size();
        }

        /** Those who wait will fail as this work did. */
        void failed(Throwable failure) {
            names.forEach(name -> taken.remove(name, end));
            end.completeExceptionally(failure);
        }

        @Override
        public void close() {
            names.forEach(name -> taken.remove(name, end));
            end.complete(null);
        }
    }

    /** Claims layers in their order, up to the first that somebody else has; perhaps none. */
    Claim tryClaim(String driver, List<Digest> chains) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        List<String> names = chains.stream()
                .map(chain -> driver + "/" + chain)
                .takeWhile(name -> taken.putIfAbsent(name, end) == null)
                .toList();
        return new Claim(end, names);
    }

    /** Claims a layer, after those who have it. @throws FeluccaException UNAVAILABLE when interrupted meanwhile */
    public Claim claim(String driver, Digest chain) {
        while (true) {
            Claim claim = tryClaim(driver, List.of(chain));
            if (claim.count() > 0) {
                return claim;
            }
            holder(driver, chain).ifPresent(LayerClaims::await);
        }
    }

    private static void await(CompletableFuture<Void> end) {
        try {
            end.get();
        } catch (ExecutionException e) {
            // The other's failure is its own.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeluccaException(Kind.UNAVAILABLE, "interrupted while waiting for a layer", e);
        }
    }

    /** Done when whoever has the layer is; empty when nobody has. */
    Optional<CompletableFuture<Void>> holder(String driver, Digest chain) {
        return Optional.ofNullable(taken.get(driver + "/" + chain));
    }
}
