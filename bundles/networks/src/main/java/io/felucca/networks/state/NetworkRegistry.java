package io.felucca.networks.state;

import io.felucca.FeluccaException;
import io.felucca.networks.record.NetworkRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All networks, and who has which name. Thread-safe. */
public final class NetworkRegistry {

    private final Map<String, NetworkState> byId = new ConcurrentHashMap<>();
    private final Map<String, String> idByName = new ConcurrentHashMap<>();

    /** @throws FeluccaException CONFLICT when the name is taken */
    void takeName(String name, String id) {
        if (idByName.putIfAbsent(name, id) != null) {
            throw FeluccaException.conflict("network with name " + name + " already exists");
        }
    }

    void freeName(String name, String id) {
        idByName.remove(name, id);
    }

    void add(NetworkState network) {
        byId.put(network.id(), network);
    }

    void remove(NetworkState network) {
        NetworkRecord record = network.record();
        byId.remove(record.id());
        freeName(record.name(), record.id());
    }

    public Collection<NetworkState> all() {
        List<NetworkState> all = new ArrayList<>(byId.values());
        all.sort(Comparator.comparing(NetworkState::name));
        return all;
    }

    /** @throws FeluccaException NOT_FOUND, INVALID for a prefix of several ids */
    public NetworkState get(String name) {
        return find(name).orElseThrow(() -> FeluccaException.notFound("network " + name + " not found"));
    }

    public Optional<NetworkState> find(String name) {
        if (name == null || name.isEmpty()) {
            return Optional.empty();
        }
        NetworkState found = byId.get(name);
        if (found == null && idByName.containsKey(name)) {
            found = byId.get(idByName.get(name));
        }
        if (found != null) {
            return Optional.of(found);
        }
        List<NetworkState> matches = byId.values().stream()
                .filter(network -> network.id().startsWith(name))
                .toList();
        if (matches.size() > 1) {
            throw FeluccaException.invalid(
                    "network " + name + " is ambiguous (" + matches.size() + " matches found based on ID prefix)");
        }
        return matches.stream().findFirst();
    }
}
