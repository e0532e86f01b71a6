package io.felucca.images.remove;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.Image;
import io.felucca.images.Images.Pruned;
import io.felucca.images.Images.Removed;
import io.felucca.images.catalog.LayerSizes;
import io.felucca.images.catalog.StoredImages;
import io.felucca.images.content.Blobs;
import io.felucca.images.query.ImageFilters;
import io.felucca.images.query.ImageList;
import io.felucca.images.unpack.LayerCollector;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code image prune}, by dockerd's rules: untagged images, or with {@code dangling=false} all that no container has. */
public final class ImagePrune {

    private final ImageList list;
    private final StoredImages images;
    private final ImageRemoval removal;
    private final LayerSizes sizes;
    private final LayerCollector collector;
    private final Blobs blobs;
    private final Clock clock;

    public ImagePrune(
            ImageList list,
            StoredImages images,
            ImageRemoval removal,
            LayerSizes sizes,
            LayerCollector collector,
            Blobs blobs,
            Clock clock) {
        this.list = list;
        this.images = images;
        this.removal = removal;
        this.sizes = sizes;
        this.collector = collector;
        this.blobs = blobs;
        this.clock = clock;
    }

    public Pruned prune(Map<String, List<String>> given) {
        ImageFilters filters = new ImageFilters(given, ImageFilters.OF_PRUNE);
        boolean danglingOnly = filters.dangling().orElse(true);
        Optional<Instant> until = filters.until(clock);
        List<Removed> removed = new ArrayList<>();
        long bytes = 0;
        for (Image image : list.readable()) {
            boolean old = until.map(
                            time -> image.created() == null || image.created().isBefore(time))
                    .orElse(true);
            if (old && filters.matchesLabels(image) && mayGo(image, danglingOnly)) {
                bytes += remove(image, removed);
            }
        }
        if (Set.of("dangling").containsAll(given.keySet())) {
            bytes += blobs.deletePartialUnlessHeld();
        }
        collector.sweep();
        return new Pruned(List.copyOf(removed), bytes);
    }

    /** Whether a container has it. */
    boolean isUsed(Image image) {
        return !removal.uses(image.id()).isEmpty();
    }

    /** @param danglingOnly whether a name keeps it, too */
    boolean mayGo(Image image, boolean danglingOnly) {
        if (isUsed(image)) {
            return false;
        }
        if (danglingOnly) {
            return image.tags().isEmpty() && !images.hasChildren(image.id());
        }
        return images.hasName(image.id()) || !images.hasChildren(image.id());
    }

    /** With all its names. @return bytes of the layers that went */
    long remove(Image image, List<Removed> removed) {
        Map<Digest, Long> layers = new java.util.HashMap<>();
        try {
            images.layers(image.id())
                    .forEach(layer -> layers.put(layer.chainId(), sizes.get(layer.diffId(), layer.blob())));
        } catch (FeluccaException e) {
            // It was the parent of one that has just gone, and went with it.
            if (e.kind() == Kind.NOT_FOUND) {
                return 0;
            }
            throw e;
        }
        List<String> names = new ArrayList<>(image.tags());
        names.addAll(image.repoDigests());
        if (names.isEmpty()) {
            names.add(image.id().value());
        }
        List<Removed> records = new ArrayList<>();
        for (String name : names) {
            try {
                records.addAll(removal.remove(name, false, true));
            } catch (FeluccaException e) {
                // Somebody has begun to use it, or has removed it, since it was listed.
                if (e.kind() != Kind.CONFLICT && e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        removed.addAll(records);
        return records.stream()
                .filter(record -> !record.deleted().isEmpty())
                .mapToLong(record -> layers.getOrDefault(new Digest(record.deleted()), 0L))
                .sum();
    }
}
