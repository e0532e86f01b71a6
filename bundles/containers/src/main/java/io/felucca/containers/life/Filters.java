package io.felucca.containers.life;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.Images;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Docker's filters of {@code ps} and {@code container prune}, with the texts of dockerd 20.10. */
final class Filters {

    private static final Set<String> STATUS =
            Set.of("created", "restarting", "running", "removing", "paused", "exited", "dead");
    /** Known to Docker, and true of nothing here yet: no container has a network of its own. */
    private static final Set<String> WITHOUT_MATCH = Set.of("network", "publish", "expose", "isolation");

    private final Map<String, List<String>> asked;
    private final Entries entries;
    private final Images images;

    Filters(Map<String, List<String>> asked, Entries entries, Images images) {
        this.asked = asked == null ? Map.of() : asked;
        this.entries = entries;
        this.images = images;
    }

    /** Whether a filter asks for what does not run, so that it is listed without {@code -a}. */
    boolean wantsEnded() {
        return asked.containsKey("status");
    }

    /** @throws FeluccaException INVALID for an unknown filter or value */
    Predicate<Entry> forList() {
        List<Predicate<Entry>> all = new ArrayList<>();
        for (Map.Entry<String, List<String>> filter : asked.entrySet()) {
            List<Predicate<Entry>> any = new ArrayList<>();
            for (String value : filter.getValue()) {
                any.add(one(filter.getKey(), value));
            }
            // Labels must all be there; of other filters one value suffices.
            boolean every = filter.getKey().equals("label");
            all.add(entry -> every
                    ? any.stream().allMatch(test -> test.test(entry))
                    : any.stream().anyMatch(test -> test.test(entry)));
        }
        return entry -> all.stream().allMatch(test -> test.test(entry));
    }

    /** @throws FeluccaException INVALID for an unknown filter or value */
    Predicate<Entry> forPrune() {
        Predicate<Entry> all = entry -> true;
        for (Map.Entry<String, List<String>> filter : asked.entrySet()) {
            for (String value : filter.getValue()) {
                all = all.and(
                        switch (filter.getKey()) {
                            case "label" -> label(value);
                            case "label!" -> label(value).negate();
                            case "until" -> until(value);
                            default -> throw unknown(filter.getKey());
                        });
            }
        }
        return all;
    }

    private Predicate<Entry> one(String name, String value) {
        return switch (name) {
            case "id" ->
                entry -> entry.id.startsWith(value)
                        || pattern(value).matcher(entry.id).find();
            case "name" -> name(value);
            case "label" -> label(value);
            case "status" -> status(value);
            case "exited" -> exited(value);
            case "ancestor" -> ancestor(value);
            case "before" -> created(value, true);
            case "since" -> created(value, false);
            case "health" -> health(value);
            case "is-task" -> isTask(value);
            case "volume" ->
                entry -> entry.record().mounts().stream()
                        .anyMatch(mount -> mount.name().equals(value)
                                || mount.destination().equals(value));
            default -> {
                if (!WITHOUT_MATCH.contains(name)) {
                    throw unknown(name);
                }
                yield entry ->
                        name.equals("network") && entry.record().network().equals(value);
            }
        };
    }

    private static FeluccaException unknown(String name) {
        return FeluccaException.invalid("Invalid filter '" + name + "'");
    }

    private static Predicate<Entry> name(String value) {
        Pattern pattern = pattern(value);
        return entry -> pattern.matcher(entry.record().name()).find()
                || pattern.matcher("/" + entry.record().name()).find();
    }

    private static Pattern pattern(String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID,
                    "error parsing regexp: " + e.getDescription() + ": `" + value + "`",
                    e);
        }
    }

    private static Predicate<Entry> label(String value) {
        int equals = value.indexOf('=');
        String key = equals < 0 ? value : value.substring(0, equals);
        return entry -> {
            String has = entry.record().config().labels().get(key);
            return has != null && (equals < 0 || has.equals(value.substring(equals + 1)));
        };
    }

    private static Predicate<Entry> status(String value) {
        if (!STATUS.contains(value)) {
            throw FeluccaException.invalid("Invalid filter 'status=" + value + "'");
        }
        return entry -> entry.status().text().equals(value);
    }

    private static Predicate<Entry> exited(String value) {
        int code;
        try {
            code = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "strconv.Atoi: parsing \"" + value + "\": invalid syntax", e);
        }
        return entry -> entry.life().startedAt() != null
                && !entry.life().active()
                && entry.life().exitCode() == code;
    }

    /** Containers of an image, and of those built on it: whose lower layers are the image's. */
    private Predicate<Entry> ancestor(String value) {
        List<Digest> layers;
        Digest id;
        try {
            id = images.get(value).id();
            layers = images.get(value).diffIds();
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.NOT_FOUND || e.kind() == FeluccaException.Kind.INVALID) {
                return entry -> false;
            }
            throw e;
        }
        Set<Digest> descendants = new HashSet<>(Set.of(id));
        if (!layers.isEmpty()) {
            images.list(true, Map.of()).stream()
                    .filter(image -> image.diffIds().size() > layers.size()
                            && image.diffIds().subList(0, layers.size()).equals(layers))
                    .forEach(image -> descendants.add(image.id()));
        }
        return entry -> descendants.contains(entry.record().image());
    }

    private Predicate<Entry> created(String value, boolean before) {
        Optional<Entry> other = entries.find(value);
        if (other.isEmpty()) {
            throw FeluccaException.notFound("no such container " + value);
        }
        Instant at = other.get().record().created();
        return entry -> before
                ? entry.record().created().isBefore(at)
                : entry.record().created().isAfter(at);
    }

    private static Predicate<Entry> health(String value) {
        if (!Set.of("starting", "healthy", "unhealthy", "none").contains(value)) {
            throw FeluccaException.invalid("Unrecognised filter value for health: " + value);
        }
        return entry -> value.equals(
                entry.health() == null ? "none" : entry.health().view().status());
    }

    private static Predicate<Entry> isTask(String value) {
        if (!Set.of("true", "false", "1", "0").contains(value)) {
            throw FeluccaException.invalid("Invalid filter 'is-task=[" + value + "]'");
        }
        return entry -> value.equals("false") || value.equals("0");
    }

    /** A time, seconds since 1970, or how long ago as Go writes durations. */
    private static Predicate<Entry> until(String value) {
        Instant at;
        try {
            if (value.matches("[0-9]+(\\.[0-9]+)?")) {
                at = Instant.ofEpochSecond(Long.parseLong(value.replaceFirst("\\..*", "")));
            } else if (value.matches("([0-9]+(\\.[0-9]+)?(h|m|s|ms))+")) {
                at = Instant.now().minus(Duration.parse("PT" + value.toUpperCase(java.util.Locale.ROOT)));
            } else {
                at = Instant.parse(value);
            }
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "invalid value for filter until: \"" + value + "\"", e);
        }
        return entry -> entry.record().created().isBefore(at);
    }
}
