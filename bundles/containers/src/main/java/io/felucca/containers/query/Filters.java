package io.felucca.containers.query;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.Timestamp;
import io.felucca.containers.NetworkSettings;
import io.felucca.containers.state.Entries;
import io.felucca.containers.state.Entry;
import io.felucca.images.Images;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Docker's filters of {@code ps} and {@code container prune}, with the texts of dockerd 20.10. */
public final class Filters {

    private static final Set<String> STATUS =
            Set.of("created", "restarting", "running", "removing", "paused", "exited", "dead");
    /** Known to Docker, and true of nothing on Linux. */
    private static final Set<String> WITHOUT_MATCH = Set.of("isolation");

    private static final Set<String> PORTS = Set.of("publish", "expose");

    private final Map<String, List<String>> asked;
    private final Entries entries;
    private final Images images;
    private final Function<Entry, NetworkSettings> networks;

    public Filters(
            Map<String, List<String>> asked,
            Entries entries,
            Images images,
            Function<Entry, NetworkSettings> networks) {
        this.asked = asked == null ? Map.of() : asked;
        this.entries = entries;
        this.images = images;
        this.networks = networks;
    }

    /** Whether a filter asks for what does not run, so that it is listed without {@code -a}. */
    boolean wantsEnded() {
        return asked.containsKey("status");
    }

    /** @throws FeluccaException INVALID for an unknown filter or value */
    public Predicate<Entry> forList() {
        List<Predicate<Entry>> all = new ArrayList<>();
        PortFilter ports = new PortFilter(values("publish"), values("expose"));
        all.add(entry -> ports.matches(entry, networks.apply(entry)));
        for (Map.Entry<String, List<String>> filter : asked.entrySet()) {
            if (PORTS.contains(filter.getKey())) {
                continue;
            }
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

    private List<String> values(String name) {
        return asked.getOrDefault(name, List.of());
    }

    /** @throws FeluccaException INVALID for an unknown filter or value */
    public Predicate<Entry> forPrune() {
        Predicate<Entry> all = entry -> true;
        if (values("until").size() > 1) {
            throw FeluccaException.invalid("more than one until filter specified");
        }
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
            case "network" -> network(value);
            case "volume" ->
                entry -> entry.record().mounts().stream()
                        .anyMatch(mount -> mount.name().equals(value)
                                || mount.destination().equals(value));
            default -> {
                if (!WITHOUT_MATCH.contains(name)) {
                    throw unknown(name);
                }
                yield entry -> false;
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
            // Nothing is like it, and dockerd says no more of it.
            return Pattern.compile(Pattern.quote(value));
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

    private static Predicate<Entry> until(String value) {
        Instant at = Timestamp.parse(value, Instant.now());
        return entry -> entry.record().created().isBefore(at);
    }

    /** By a network's name, or the beginning of its id. */
    private Predicate<Entry> network(String value) {
        return entry -> {
            NetworkSettings settings = networks.apply(entry);
            return settings.wanted().containsKey(value)
                    || !value.isEmpty()
                            && settings.networkIds().values().stream().anyMatch(id -> id.startsWith(value));
        };
    }
}
