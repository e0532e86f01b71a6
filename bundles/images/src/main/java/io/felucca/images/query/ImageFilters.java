package io.felucca.images.query;

import io.felucca.FeluccaException;
import io.felucca.Timestamp;
import io.felucca.images.Image;
import io.felucca.images.ImageReference;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Docker's filters of {@code images} and {@code image prune}: names, values and what they mean, as dockerd 20.10. */
public final class ImageFilters {

    static final Set<String> OF_LIST = Set.of("dangling", "label", "before", "since", "reference");
    public static final Set<String> OF_PRUNE = Set.of("dangling", "label", "label!", "until");

    private static final Set<String> YES = Set.of("1", "true");
    private static final Set<String> NO = Set.of("0", "false");

    private final Map<String, List<String>> filters;

    /** @throws FeluccaException INVALID, naming the filter that is not one of the known */
    public ImageFilters(Map<String, List<String>> filters, Set<String> known) {
        this.filters = filters;
        for (String name : filters.keySet()) {
            if (!known.contains(name)) {
                throw FeluccaException.invalid("Invalid filter '" + name + "'");
            }
        }
        dangling();
    }

    private List<String> values(String name) {
        return filters.getOrDefault(name, List.of());
    }

    /** Empty when it is not filtered by. */
    public Optional<Boolean> dangling() {
        List<String> values = values("dangling");
        if (values.isEmpty()) {
            return Optional.empty();
        }
        boolean yes = values.stream().allMatch(value -> YES.contains(value.toLowerCase(Locale.ROOT)));
        boolean no = values.stream().allMatch(value -> NO.contains(value.toLowerCase(Locale.ROOT)));
        if (!yes && !no) {
            throw FeluccaException.invalid("Invalid filter 'dangling=" + values + "'");
        }
        return Optional.of(yes);
    }

    List<String> before() {
        return values("before");
    }

    List<String> since() {
        return values("since");
    }

    boolean hasReference() {
        return !values("reference").isEmpty();
    }

    /** True without such a filter, and when one of them matches the name, with or without its tag. */
    boolean matches(ImageReference name) {
        return !hasReference()
                || values("reference").stream().map(Glob::compile).anyMatch(pattern -> matches(pattern, name));
    }

    private static boolean matches(Pattern pattern, ImageReference name) {
        return pattern.matcher(name.familiar()).matches()
                || pattern.matcher(name.familiarRepository()).matches();
    }

    /** Every {@code label} is there, and no {@code label!}. */
    public boolean matchesLabels(Image image) {
        Map<String, String> labels = image.config().labels();
        return values("label").stream().allMatch(label -> has(labels, label))
                && values("label!").stream().noneMatch(label -> has(labels, label));
    }

    private static boolean has(Map<String, String> labels, String wanted) {
        int equals = wanted.indexOf('=');
        return equals < 0
                ? labels.containsKey(wanted)
                : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
    }

    /** The time before which an image must be made, or empty. */
    public Optional<Instant> until(Clock clock) {
        List<String> values = values("until");
        if (values.size() > 1) {
            throw FeluccaException.invalid("more than one until filter specified");
        }
        return values.stream().findFirst().map(value -> Timestamp.parse(value, clock.instant()));
    }
}
