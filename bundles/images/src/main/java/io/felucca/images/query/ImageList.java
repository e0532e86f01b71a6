package io.felucca.images.query;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.Image;
import io.felucca.images.ImageReference;
import io.felucca.images.catalog.Catalog;
import io.felucca.images.catalog.ImageLookup;
import io.felucca.images.catalog.StoredImages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The list of {@code images}, by dockerd's rules. */
public final class ImageList {

    private static final Logger LOG = LoggerFactory.getLogger(ImageList.class);
    private static final Comparator<Image> NEWEST_FIRST =
            Comparator.comparing(ImageList::created).reversed().thenComparing(Image::id);

    private final Catalog catalog;
    private final StoredImages images;
    private final ImageLookup lookup;

    public ImageList(Catalog catalog, StoredImages images, ImageLookup lookup) {
        this.catalog = catalog;
        this.images = images;
        this.lookup = lookup;
    }

    private static Instant created(Image image) {
        return image.created() == null ? Instant.EPOCH : image.created();
    }

    public List<Image> list(boolean all, Map<String, List<String>> given) {
        ImageFilters filters = new ImageFilters(given, ImageFilters.OF_LIST);
        Optional<Instant> before =
                filters.before().stream().map(this::createdOf).min(Comparator.naturalOrder());
        Optional<Instant> since = filters.since().stream().map(this::createdOf).max(Comparator.naturalOrder());
        List<Image> list = new ArrayList<>();
        for (Image image : readable()) {
            boolean inTime = before.map(time -> created(image).isBefore(time)).orElse(true)
                    && since.map(time -> created(image).isAfter(time)).orElse(true);
            if (inTime && filters.matchesLabels(image)) {
                shown(image, all, filters).ifPresent(list::add);
            }
        }
        list.sort(NEWEST_FIRST);
        return List.copyOf(list);
    }

    private Instant createdOf(String name) {
        return created(images.image(lookup.resolve(name)));
    }

    /** Every image but those that are damaged, which must not hide the others. */
    public List<Image> readable() {
        List<Image> readable = new ArrayList<>();
        for (Digest id : catalog.imageIds()) {
            try {
                readable.add(images.image(id));
            } catch (FeluccaException e) {
                if (e.kind() != FeluccaException.Kind.NOT_FOUND) {
                    LOG.warn("the image {} cannot be read: {}", id, e.getMessage());
                }
            }
        }
        return readable;
    }

    private Optional<Image> shown(Image image, boolean all, ImageFilters filters) {
        List<String> tags = matching(image.tags(), filters);
        List<String> digests = matching(image.repoDigests(), filters);
        Optional<Boolean> dangling = filters.dangling();
        if (tags.isEmpty() && digests.isEmpty()) {
            boolean intermediate = !image.tags().isEmpty()
                    || !image.repoDigests().isEmpty()
                    || images.hasChildren(image.id()) && (!all || dangling.orElse(false));
            boolean show = !filters.hasReference() && dangling.orElse(true) && !intermediate;
            return show ? Optional.of(image) : Optional.empty();
        }
        if (dangling.orElse(false) && !tags.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Image(
                image.id(),
                tags,
                digests,
                image.parent(),
                image.comment(),
                image.created(),
                image.author(),
                image.architecture(),
                image.variant(),
                image.os(),
                image.sizeBytes(),
                image.diffIds(),
                image.config(),
                image.history(),
                image.origin()));
    }

    private static List<String> matching(List<String> familiar, ImageFilters filters) {
        return familiar.stream()
                .filter(name -> filters.matches(ImageReference.parse(name)))
                .toList();
    }
}
