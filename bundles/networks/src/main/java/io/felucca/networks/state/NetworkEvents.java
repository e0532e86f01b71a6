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

    void tell(String action, Net net) {
        tell(action, net, Map.of());
    }

    void tell(String action, Net net, String containerId) {
        tell(action, net, Map.of("container", containerId));
    }

    /** A network takes no room on disk. */
    public void tellPruned() {
        events.tell("network", "prune", "", Map.of("reclaimed", "0"));
    }

    private void tell(String action, Net net, Map<String, String> further) {
        Map<String, String> attributes = new TreeMap<>(further);
        attributes.put("name", net.name());
        attributes.put("type", NetworkFilters.shownDriver(net));
        events.tell("network", action, net.id(), attributes);
    }
}
