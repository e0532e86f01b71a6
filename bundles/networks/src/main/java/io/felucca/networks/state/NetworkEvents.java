package io.felucca.networks.state;

import io.felucca.events.Events;
import java.util.Map;
import java.util.TreeMap;

/** Tells of what happens to networks, with Docker's actions: create, connect, disconnect, destroy, prune. */
public final class NetworkEvents {

    private final Events events;

    public NetworkEvents(Events events) {
        this.events = events;
    }

    void tell(String action, NetworkState network) {
        tell(action, network, Map.of());
    }

    void tell(String action, NetworkState network, String containerId) {
        tell(action, network, Map.of("container", containerId));
    }

    /** A network takes no room on disk. */
    public void tellPruned() {
        events.tell("network", "prune", "", Map.of("reclaimed", "0"));
    }

    private void tell(String action, NetworkState network, Map<String, String> further) {
        Map<String, String> attributes = new TreeMap<>(further);
        attributes.put("name", network.name());
        attributes.put("type", NetworkFilters.shownDriver(network));
        events.tell("network", action, network.id(), attributes);
    }
}
