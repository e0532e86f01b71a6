package io.felucca.containers.network;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.NetworkSettings;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.Life;
import io.felucca.containers.state.Entries;
import io.felucca.containers.state.Entry;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Networks;
import io.felucca.networks.Sandbox;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What is shown of containers' networks. */
public final class NetworkViews {

    private final Entries entries;
    private final Networks networks;
    private final Links links;

    public NetworkViews(Entries entries, Networks networks, Links links) {
        this.entries = entries;
        this.networks = networks;
        this.links = links;
    }

    /** Empty for a network that is gone. */
    String idOf(String network) {
        try {
            return networks.get(network).id();
        } catch (FeluccaException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
            return "";
        }
    }

    /** What a container is to have in which network, that of its mode included. */
    static Map<String, EndpointSpec> wanted(ContainerRecord record) {
        Map<String, EndpointSpec> wanted = new TreeMap<>();
        if (record.networkOf().isPresent()) {
            return wanted;
        }
        if (!record.network().isEmpty()) {
            wanted.put(record.network(), EndpointSpec.NONE);
        }
        record.endpoints().forEach((name, spec) -> wanted.put(name.equals("default") ? record.network() : name, spec));
        return wanted;
    }

    /** What the views of one list share, so that a list's cost does not grow with the square of its length. */
    public final class Common {
        private final Map<String, String> ids = new HashMap<>();
        private final Map<String, List<String>> linked = links.names();

        private String idOf(String network) {
            return ids.computeIfAbsent(network, NetworkViews.this::idOf);
        }
    }

    public Common common() {
        return new Common();
    }

    public NetworkSettings settings(Entry entry, Common common) {
        Life life = entry.life();
        Map<String, EndpointSpec> wanted = wanted(entry.record());
        Map<String, String> ids = new TreeMap<>();
        wanted.keySet().forEach(name -> {
            String id = common.idOf(name);
            if (!id.isEmpty()) {
                ids.put(name, id);
            }
        });
        return new NetworkSettings(
                life.running() ? life.sandbox() : Sandbox.NONE,
                life.running()
                                && entry.record().networkOf().isEmpty()
                                && !life.process().isEmpty()
                        ? Networking.namespace(life).toString()
                        : "",
                wanted,
                ids,
                common.linked.getOrDefault(entry.id, List.of()));
    }

    /** Names and ids of all networks that containers name. */
    public Set<String> inUse() {
        Set<String> names = new HashSet<>();
        for (Entry entry : entries.all()) {
            names.addAll(wanted(entry.record()).keySet());
        }
        return names;
    }
}
