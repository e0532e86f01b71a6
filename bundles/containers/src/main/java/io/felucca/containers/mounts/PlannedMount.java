package io.felucca.containers.mounts;

import io.felucca.containers.record.ContainerMount;
import java.util.Map;

/**
 * A mount of a container to be, and how its volume is made if it is not there.
 *
 * @param fills whether an empty volume gets what the image has there
 * @param propagationGiven whether a bind's propagation was asked for
 * @param driver of the volume, empty for the default one
 */
public record PlannedMount(
        ContainerMount mount,
        boolean fills,
        boolean propagationGiven,
        String driver,
        Map<String, String> options,
        Map<String, String> labels) {

    static PlannedMount lent(ContainerMount mount) {
        return new PlannedMount(mount, false, true, "", Map.of(), Map.of());
    }

    PlannedMount withMode(String mode) {
        return new PlannedMount(
                mount.shown(mode, mount.propagation()), fills, propagationGiven, driver, options, labels);
    }

    PlannedMount withPropagation(String propagation) {
        return new PlannedMount(
                mount.shown(mount.mode(), propagation), fills, propagationGiven, driver, options, labels);
    }
}
