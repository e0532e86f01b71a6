package io.felucca.docker.json.image;

import io.felucca.FeluccaException;
import io.felucca.registry.Registry.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which lines of a search are wanted: {@code is-official}, {@code is-automated}, {@code stars}. Registries know no filter.
 */
public final class SearchFilter {

    private static final String OFFICIAL = "is-official";
    private static final String AUTOMATED = "is-automated";
    private static final String STARS = "stars";
    private static final Set<String> KNOWN = Set.of(OFFICIAL, AUTOMATED, STARS);

    private final Optional<Boolean> official;
    private final Optional<Boolean> automated;
    private final int stars;

    private SearchFilter(Optional<Boolean> official, Optional<Boolean> automated, int stars) {
        this.official = official;
        this.automated = automated;
        this.stars = stars;
    }

    /** @throws FeluccaException INVALID in dockerd's words */
    public static SearchFilter of(Map<String, List<String>> filters) {
        for (String name : filters.keySet()) {
            if (!KNOWN.contains(name)) {
                throw FeluccaException.invalid("Invalid filter '" + name + "'");
            }
        }
        int stars = 0;
        for (String value : filters.getOrDefault(STARS, List.of())) {
            if (!value.matches("[+-]?[0-9]{1,9}")) {
                throw FeluccaException.invalid("Invalid filter 'stars=" + value + "'");
            }
            stars = Math.max(stars, Integer.parseInt(value));
        }
        return new SearchFilter(flag(filters, OFFICIAL), flag(filters, AUTOMATED), stars);
    }

    private static Optional<Boolean> flag(Map<String, List<String>> filters, String name) {
        List<String> values = new ArrayList<>(filters.getOrDefault(name, List.of()));
        if (values.isEmpty()) {
            return Optional.empty();
        }
        if (values.size() == 1 && (values.get(0).equals("true") || values.get(0).equals("false"))) {
            return Optional.of(Boolean.valueOf(values.get(0)));
        }
        values.sort(null);
        throw FeluccaException.invalid("Invalid filter '" + name + "=[" + String.join(" ", values) + "]'");
    }

    public boolean fits(Found found) {
        return official.map(wanted -> wanted == found.official()).orElse(true)
                && automated.map(wanted -> wanted == found.automated()).orElse(true)
                && found.stars() >= stars;
    }
}
