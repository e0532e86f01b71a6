package io.felucca.containers.state;

import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.events.Events;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Tells of what happens to containers, with Docker's actions and attributes: image, name, labels, exitCode… */
public final class ContainerEvents {

    private final Events events;
    private final Function<ContainerMount, String> driverOf;

    /** @param driverOf names the driver of a mount's volume */
    public ContainerEvents(Events events, Function<ContainerMount, String> driverOf) {
        this.events = events;
        this.driverOf = driverOf;
    }

    public void tell(String action, ContainerRecord container) {
        tell(action, container, Map.of());
    }

    /** Of all volumes of a container. */
    public void tellVolumes(String action, ContainerRecord container) {
        container.mounts().stream()
                .filter(ContainerMount::isVolume)
                .forEach(mount -> tellVolume(action, container, mount));
    }

    /** Of a container's volume. */
    public void tellVolume(String action, ContainerRecord container, ContainerMount mount) {
        Map<String, String> attributes =
                new HashMap<>(Map.of("container", container.id(), "driver", driverOf.apply(mount)));
        if (action.equals("mount")) {
            attributes.put("destination", mount.destination());
            attributes.put("propagation", mount.propagation());
            attributes.put("read/write", Boolean.toString(mount.readWrite()));
        }
        events.tell("volume", action, mount.name(), attributes);
    }

    /** @param action Docker's, such as {@code exec_create: ls} */
    public void tell(String action, ContainerRecord container, Map<String, String> further) {
        Map<String, String> attributes = new HashMap<>(container.config().labels());
        attributes.put("image", container.config().image());
        attributes.put("name", container.name());
        attributes.putAll(further);
        events.tell("container", action, container.id(), attributes);
    }
}
