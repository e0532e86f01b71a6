package io.felucca.networks.state;

import io.felucca.FeluccaException;
import io.felucca.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/** Docker's filters of networks (API 1.51, NetworkList and NetworkPrune; what dockerd 20.10 makes of them). */
public final class NetworkFilters {

    private static final Set<String> OF_LIST = Set.of("driver", "id", "label", "name", "scope", "type", "dangling");
    private static final Set<String> OF_PRUNE = Set.of("until", "label", "label!");

    private final Map<String, List<String>> filters;
    private final Optional<Instant> until;

    private NetworkFilters(Map<String, List<String>> filters, Set<String> known) {
        this.filters = filters;
        for (String name : filters.keySet()) {
            if (!known.contains(name)) {
                throw FeluccaException.invalid("Invalid filter '" + name + "'");
            }
        }
        List<String> untils = filters.getOrDefault("until", List.of());
        if (untils.size() > 1) {
            throw FeluccaException.invalid("more than one until filter specified");
        }
        until = untils.stream().findFirst().map(word -> Timestamp.parse(word, Instant.now()));
    }

    public static NetworkFilters ofList(Map<String, List<String>> filters) {
        for (String type : filters.getOrDefault("type", List.of())) {
            if (!Set.of("custom", "builtin").contains(type)) {
                throw FeluccaException.invalid("invalid filter: 'type'='" + type + "'");
            }
        }
        List<String> dangling = filters.getOrDefault("dangling", List.of());
        if (dangling.size() > 1) {
            throw FeluccaException.invalid("got more than one value for filter key \"dangling\"");
        }
        dangling.forEach(NetworkFilters::flag);
        return new NetworkFilters(filters, OF_LIST);
    }

    public static NetworkFilters ofPrune(Map<String, List<String>> filters) {
        return new NetworkFilters(filters, OF_PRUNE);
    }

    /** @param used by whom it is asked for with {@code dangling} */
    public boolean matches(NetworkState network, boolean used) {
        return any("driver", network, (word, n) -> shownDriver(n).equals(word))
                && any("id", network, (word, n) -> n.id().contains(word))
                && any("name", network, (word, n) -> n.name().contains(word))
                && any("scope", network, (word, n) -> word.equals("local"))
                && any("type", network, (word, n) -> word.equals(n.isUsers() ? "custom" : "builtin"))
                && any("dangling", network, (word, n) -> flag(word) == (n.isUsers() && !used))
                && until.stream()
                        .allMatch(
                                end -> Instant.parse(network.record().created()).isBefore(end))
                && filters.getOrDefault("label", List.of()).stream().allMatch(word -> hasLabel(network, word))
                && filters.getOrDefault("label!", List.of()).stream().noneMatch(word -> hasLabel(network, word));
    }

    static String shownDriver(NetworkState network) {
        return network.record().driver().equals(Predefined.NONE)
                ? "null"
                : network.record().driver();
    }

    private boolean any(String name, NetworkState network, BiPredicate<String, NetworkState> matches) {
        List<String> words = filters.getOrDefault(name, List.of());
        return words.isEmpty() || words.stream().anyMatch(word -> matches.test(word, network));
    }

    private static boolean flag(String word) {
        return switch (word) {
            case "1", "true" -> true;
            case "0", "false" -> false;
            default ->
                throw FeluccaException.invalid("invalid value for filter 'dangling', must be \"true\" (or \"1\"), or"
                        + " \"false\" (or \"0\")");
        };
    }

    private static boolean hasLabel(NetworkState network, String word) {
        int equals = word.indexOf('=');
        String value = network.record().labels().get(equals < 0 ? word : word.substring(0, equals));
        return value != null && (equals < 0 || value.equals(word.substring(equals + 1)));
    }
}
