package io.felucca.builder.cache;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.builder.Builder.Prune;
import io.felucca.builder.Builder.Pruned;
import io.felucca.builder.work.BuildImages;
import io.felucca.builder.work.CacheFolders;
import io.felucca.builder.work.Services;
import io.felucca.images.Image;
import io.felucca.images.Images;
import io.felucca.images.Images.Removed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Forgets steps that were built before, and removes the images that were nothing else. */
public final class CachePruning {

    private final StepCache cache;
    private final Images images;
    private final CacheFolders caches;
    private final BuildImages users;

    public CachePruning(StepCache cache, Services services, BuildImages users) {
        this.cache = cache;
        images = services.images();
        caches = services.caches();
        this.users = users;
    }

    public Pruned prune(Prune what, Instant now) {
        CacheFilters filters = new CacheFilters(what, now);
        long before = images.diskUsage().layerBytes();
        List<Image> forgotten = new ArrayList<>();
        long kept = 0;
        for (StepCache.Known step : cache.known()) {
            Optional<Image> image = find(step.image());
            if (image.isEmpty()) {
                cache.forget(step.key());
                continue;
            }
            boolean inUse = users.isHeld(step.image());
            if (inUse || !filters.fits(image.get(), step.lastUsed(), false)) {
                continue;
            }
            long bytes = ownBytes(image.get());
            if (what.keepBytes() > 0 && kept + bytes <= what.keepBytes()) {
                kept += bytes;
                continue;
            }
            cache.forget(step.key());
            forgotten.add(image.get());
        }
        List<String> gone = removeAll(forgotten);
        long layers = Math.max(0, before - images.diskUsage().layerBytes());
        return new Pruned(gone, layers + (CacheFilters.fitCaches(what) ? caches.prune() : 0));
    }

    private Optional<Image> find(Digest id) {
        try {
            return Optional.of(images.get(id.value()));
        } catch (FeluccaException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static long ownBytes(Image image) {
        List<Image.History> history = image.history();
        return history.isEmpty() ? 0 : history.get(history.size() - 1).sizeBytes();
    }

    /** Removes them from the last child to its first parent, in whatever order they are given. */
    private List<String> removeAll(List<Image> forgotten) {
        List<String> gone = new ArrayList<>();
        List<Image> left =
                forgotten.stream().filter(image -> image.tags().isEmpty()).toList();
        int before;
        do {
            before = left.size();
            left = left.stream().filter(image -> !remove(image, gone)).toList();
        } while (left.size() < before);
        return List.copyOf(gone);
    }

    /** False when another image, a container or a build stands on it. */
    private boolean remove(Image image, List<String> gone) {
        try {
            images.remove(image.id().value(), false, false).stream()
                    .map(Removed::deleted)
                    .filter(Digest::matches)
                    .forEach(gone::add);
            return true;
        } catch (FeluccaException e) {
            if (e.kind() == Kind.CONFLICT) {
                return false;
            }
            if (e.kind() == Kind.NOT_FOUND) {
                return true;
            }
            throw e;
        }
    }
}
