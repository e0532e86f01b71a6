package io.felucca.images.store;

import io.felucca.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who makes or removes a layer: a driver is never called twice at once for one name. A claim is no lock of the engine's;
 * it is held while a driver works. Thread-safe.
 */
final class LayerClaims {

    private final Map<String, CompletableFuture<Void>> taken = new ConcurrentHashMap<>();

    /** Layers of a driver that one piece of work has to itself. Closing gives them back and wakes who waits. */
    final class Claim implements AutoCloseable {

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

    /** Claims a layer, after those who have it. */
    Claim claim(String driver, Digest chain) {
        while (true) {
            Claim claim = tryClaim(driver, List.of(chain));
            if (claim.count() > 0) {
                return claim;
            }
            holder(driver, chain)
                    .ifPresent(end -> end.exceptionally(failure -> null).join());
        }
    }

    /** Done when whoever has the layer is; empty when nobody has. */
    Optional<CompletableFuture<Void>> holder(String driver, Digest chain) {
        return Optional.ofNullable(taken.get(driver + "/" + chain));
    }
}
