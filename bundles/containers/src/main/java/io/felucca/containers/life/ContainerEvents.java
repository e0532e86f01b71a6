package io.felucca.containers.life;

import io.felucca.containers.record.ContainerRecord;
import io.felucca.events.Events;
import java.util.HashMap;
import java.util.Map;

/** Tells of what happens to containers, with Docker's actions and attributes: image, name, labels, exitCode… */
final class ContainerEvents {

    private final Events events;

    ContainerEvents(Events events) {
        this.events = events;
    }

    void tell(String action, ContainerRecord container) {
        tell(action, container, Map.of());
    }

    /** @param action Docker's, such as {@code exec_create: ls} */
    void tell(String action, ContainerRecord container, Map<String, String> further) {
        Map<String, String> attributes = new HashMap<>(container.config().labels());
        attributes.put("image", container.config().image());
        attributes.put("name", container.name());
        attributes.putAll(further);
        events.tell("container", action, container.id(), attributes);
    }
}
