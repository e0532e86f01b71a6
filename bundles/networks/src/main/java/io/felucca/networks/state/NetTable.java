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
public final class NetTable {

    private final Map<String, Net> byId = new ConcurrentHashMap<>();
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

    void add(Net net) {
        byId.put(net.id(), net);
    }

    void remove(Net net) {
        NetworkRecord record = net.record();
        byId.remove(record.id());
        freeName(record.name(), record.id());
    }

    public Collection<Net> all() {
        List<Net> all = new ArrayList<>(byId.values());
        all.sort(Comparator.comparing(Net::name));
        return all;
    }

    /** @throws FeluccaException NOT_FOUND, INVALID for a prefix of several ids */
    public Net get(String name) {
        return find(name).orElseThrow(() -> FeluccaException.notFound("network " + name + " not found"));
    }

    public Optional<Net> find(String name) {
        if (name == null || name.isEmpty()) {
            return Optional.empty();
        }
        Net found = byId.get(name);
        if (found == null && idByName.containsKey(name)) {
            found = byId.get(idByName.get(name));
        }
        if (found != null) {
            return Optional.of(found);
        }
        List<Net> matches =
                byId.values().stream().filter(net -> net.id().startsWith(name)).toList();
        if (matches.size() > 1) {
            throw FeluccaException.invalid(
                    "network " + name + " is ambiguous (" + matches.size() + " matches found based on ID prefix)");
        }
        return matches.stream().findFirst();
    }
}
