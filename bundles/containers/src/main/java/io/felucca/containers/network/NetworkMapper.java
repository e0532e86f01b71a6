package io.felucca.containers.network;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.NetworkSettings;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
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
public final class NetworkMapper {

    private final ContainerRegistry registry;
    private final Networks networks;
    private final Links links;

    public NetworkMapper(ContainerRegistry registry, Networks networks, Links links) {
        this.registry = registry;
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
            return ids.computeIfAbsent(network, NetworkMapper.this::idOf);
        }
    }

    public Common common() {
        return new Common();
    }

    public NetworkSettings settings(ManagedContainer container, Common common) {
        ContainerState state = container.state();
        Map<String, EndpointSpec> wanted = wanted(container.record());
        Map<String, String> ids = new TreeMap<>();
        wanted.keySet().forEach(name -> {
            String id = common.idOf(name);
            if (!id.isEmpty()) {
                ids.put(name, id);
            }
        });
        return new NetworkSettings(
                state.running() ? state.sandbox() : Sandbox.NONE,
                state.running()
                                && container.record().networkOf().isEmpty()
                                && !state.process().isEmpty()
                        ? ContainerNetworks.namespace(state).toString()
                        : "",
                wanted,
                ids,
                common.linked.getOrDefault(container.id, List.of()));
    }

    /** Names and ids of all networks that containers name. */
    public Set<String> inUse() {
        Set<String> names = new HashSet<>();
        for (ManagedContainer container : registry.all()) {
            names.addAll(wanted(container.record()).keySet());
        }
        return names;
    }
}
