package io.felucca.builder.cache;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.builder.Builder.Prune;
import io.felucca.dockerfile.GoDuration;
import io.felucca.images.Image;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Chooses the steps of the cache that a prune forgets, by Docker's filters. */
final class CacheFilters {

    private static final String FAILED = "failed to prune build cache: ";
    /** A step of a Dockerfile, in the words of Docker's build cache. */
    private static final String TYPE = "regular";

    private final Map<String, List<String>> filters;
    private final Optional<Instant> before;

    /** @throws FeluccaException INVALID with Docker's text */
    CacheFilters(Prune what, Instant now) {
        filters = what.filters();
        if (filters.containsKey("until") && filters.containsKey("unused-for")) {
            throw FeluccaException.invalid(FAILED + "conflicting filters: \"until\" and \"unused-for\"");
        }
        for (List<String> values : filters.values()) {
            if (values.size() > 1) {
                throw FeluccaException.invalid(FAILED + "filters expect only one value");
            }
        }
        before = age("until").or(() -> age("unused-for")).map(now::minusNanos);
    }

    private Optional<Long> age(String name) {
        return value(name).map(text -> {
            try {
                return GoDuration.nanos(text);
            } catch (FeluccaException e) {
                throw new FeluccaException(
                        Kind.SYSTEM,
                        FAILED + "\"" + name + "\" filter expects a duration (e.g., '24h'): " + e.getMessage(),
                        e);
            }
        });
    }

    private Optional<String> value(String name) {
        return filters.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** @param inUse whether a running build stands on the image */
    boolean fits(Image image, Instant lastUsed, boolean inUse) {
        String description = image.history().isEmpty()
                ? ""
                : image.history().get(image.history().size() - 1).createdBy();
        return before.map(time -> lastUsed.isBefore(time)).orElse(true)
                && value("id").map(text -> image.id().value().contains(text)).orElse(true)
                && value("parent").map(image.parent()::equals).orElse(true)
                && value("type").map(TYPE::equals).orElse(true)
                && value("description").map(description::equals).orElse(true)
                && is("inuse", inUse)
                && is("shared", !image.tags().isEmpty())
                && is("private", image.tags().isEmpty());
    }

    /** Whether the folders of RUN --mount=type=cache go: by their type, or where nothing is said that they lack. */
    static boolean fitCaches(Prune what) {
        return what.filters().equals(Map.of("type", List.of("exec.cachemount")))
                || what.filters().isEmpty() && what.keepBytes() == 0;
    }

    private boolean is(String name, boolean state) {
        return !filters.containsKey(name)
                || value(name).map(Boolean::parseBoolean).orElse(true) == state;
    }
}
