package io.felucca.containers.life;

import io.felucca.containers.record.ContainerRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

/**
 * Tells of what happens to containers: EventAdmin's topics {@code io/felucca/container/<action>} with Docker's actions,
 * and the properties {@code type}, {@code action}, {@code id}, {@code time} (an Instant) and {@code attributes} (Docker's
 * actor attributes: image, name, labels, exitCode…).
 */
final class ContainerEvents {

    private static final String TOPIC = "io/felucca/container/";

    private final Optional<EventAdmin> admin;

    ContainerEvents(Optional<EventAdmin> admin) {
        this.admin = admin;
    }

    void tell(String action, ContainerRecord container) {
        tell(action, container, Map.of());
    }

    /** @param action Docker's, such as {@code exec_create: ls}; the topic has its first word */
    void tell(String action, ContainerRecord container, Map<String, String> further) {
        if (admin.isEmpty()) {
            return;
        }
        Map<String, String> attributes = new HashMap<>(container.config().labels());
        attributes.put("image", container.config().image());
        attributes.put("name", container.name());
        attributes.putAll(further);
        int colon = action.indexOf(':');
        String topic = TOPIC + (colon < 0 ? action : action.substring(0, colon));
        Map<String, Object> properties = Map.of(
                "type", "container",
                "action", action,
                "id", container.id(),
                "time", Instant.now(),
                "attributes", Map.copyOf(attributes));
        admin.get().postEvent(new Event(topic, properties));
    }
}
