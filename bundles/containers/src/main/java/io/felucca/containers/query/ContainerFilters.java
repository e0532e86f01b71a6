package io.felucca.containers.query;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.Timestamp;
import io.felucca.containers.NetworkSettings;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
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
public final class ContainerFilters {

    private static final Set<String> STATUS =
            Set.of("created", "restarting", "running", "removing", "paused", "exited", "dead");
    /** Known to Docker, and true of nothing on Linux. */
    private static final Set<String> WITHOUT_MATCH = Set.of("isolation");

    private static final Set<String> PORTS = Set.of("publish", "expose");

    private final Map<String, List<String>> asked;
    private final ContainerRegistry registry;
    private final Images images;
    private final Function<ManagedContainer, NetworkSettings> networks;

    public ContainerFilters(
            Map<String, List<String>> asked,
            ContainerRegistry registry,
            Images images,
            Function<ManagedContainer, NetworkSettings> networks) {
        this.asked = asked == null ? Map.of() : asked;
        this.registry = registry;
        this.images = images;
        this.networks = networks;
    }

    /** Whether a filter asks for what does not run, so that it is listed without {@code -a}. */
    boolean wantsEnded() {
        return asked.containsKey("status");
    }

    /** @throws FeluccaException INVALID for an unknown filter or value */
    public Predicate<ManagedContainer> forList() {
        List<Predicate<ManagedContainer>> all = new ArrayList<>();
        PortFilter ports = new PortFilter(values("publish"), values("expose"));
        all.add(container -> ports.matches(container, networks.apply(container)));
        for (Map.Entry<String, List<String>> filter : asked.entrySet()) {
            if (PORTS.contains(filter.getKey())) {
                continue;
            }
            List<Predicate<ManagedContainer>> any = new ArrayList<>();
            for (String value : filter.getValue()) {
                any.add(one(filter.getKey(), value));
            }
            // Labels must all be there; of other filters one value suffices.
            boolean every = filter.getKey().equals("label");
            all.add(container -> every
                    ? any.stream().allMatch(test -> test.test(container))
                    : any.stream().anyMatch(test -> test.test(container)));
        }
        return container -> all.stream().allMatch(test -> test.test(container));
    }

    private List<String> values(String name) {
        return asked.getOrDefault(name, List.of());
    }

    /** @throws FeluccaException INVALID for an unknown filter or value */
    public Predicate<ManagedContainer> forPrune() {
        Predicate<ManagedContainer> all = container -> true;
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

    private Predicate<ManagedContainer> one(String name, String value) {
        return switch (name) {
            case "id" ->
                container -> container.id.startsWith(value)
                        || pattern(value).matcher(container.id).find();
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
                container -> container.record().mounts().stream()
                        .anyMatch(mount -> mount.name().equals(value)
                                || mount.destination().equals(value));
            default -> {
                if (!WITHOUT_MATCH.contains(name)) {
                    throw unknown(name);
                }
                yield container -> false;
            }
        };
    }

    private static FeluccaException unknown(String name) {
        return FeluccaException.invalid("Invalid filter '" + name + "'");
    }

    private static Predicate<ManagedContainer> name(String value) {
        Pattern pattern = pattern(value);
        return container -> pattern.matcher(container.record().name()).find()
                || pattern.matcher("/" + container.record().name()).find();
    }

    private static Pattern pattern(String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            // Nothing is like it, and dockerd says no more of it.
            return Pattern.compile(Pattern.quote(value));
        }
    }

    private static Predicate<ManagedContainer> label(String value) {
        int equals = value.indexOf('=');
        String key = equals < 0 ? value : value.substring(0, equals);
        return container -> {
            String has = container.record().config().labels().get(key);
            return has != null && (equals < 0 || has.equals(value.substring(equals + 1)));
        };
    }

    private static Predicate<ManagedContainer> status(String value) {
        if (!STATUS.contains(value)) {
            throw FeluccaException.invalid("Invalid filter 'status=" + value + "'");
        }
        return container -> container.status().text().equals(value);
    }

    private static Predicate<ManagedContainer> exited(String value) {
        int code;
        try {
            code = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "strconv.Atoi: parsing \"" + value + "\": invalid syntax", e);
        }
        return container -> container.state().startedAt() != null
                && !container.state().active()
                && container.state().exitCode() == code;
    }

    /** Containers of an image, and of those built on it: whose lower layers are the image's. */
    private Predicate<ManagedContainer> ancestor(String value) {
        List<Digest> layers;
        Digest id;
        try {
            id = images.get(value).id();
            layers = images.get(value).diffIds();
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.NOT_FOUND || e.kind() == FeluccaException.Kind.INVALID) {
                return container -> false;
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
        return container -> descendants.contains(container.record().image());
    }

    private Predicate<ManagedContainer> created(String value, boolean before) {
        Optional<ManagedContainer> other = registry.find(value);
        if (other.isEmpty()) {
            throw FeluccaException.notFound("no such container " + value);
        }
        Instant at = other.get().record().created();
        return container -> before
                ? container.record().created().isBefore(at)
                : container.record().created().isAfter(at);
    }

    private static Predicate<ManagedContainer> health(String value) {
        if (!Set.of("starting", "healthy", "unhealthy", "none").contains(value)) {
            throw FeluccaException.invalid("Unrecognised filter value for health: " + value);
        }
        return container -> value.equals(
                container.health() == null ? "none" : container.health().view().status());
    }

    private static Predicate<ManagedContainer> isTask(String value) {
        if (!Set.of("true", "false", "1", "0").contains(value)) {
            throw FeluccaException.invalid("Invalid filter 'is-task=[" + value + "]'");
        }
        return container -> value.equals("false") || value.equals("0");
    }

    private static Predicate<ManagedContainer> until(String value) {
        Instant at = Timestamp.parse(value, Instant.now());
        return container -> container.record().created().isBefore(at);
    }

    /** By a network's name, or the beginning of its id. */
    private Predicate<ManagedContainer> network(String value) {
        return container -> {
            NetworkSettings settings = networks.apply(container);
            return settings.wanted().containsKey(value)
                    || !value.isEmpty()
                            && settings.networkIds().values().stream().anyMatch(id -> id.startsWith(value));
        };
    }
}
