package io.felucca.containers;

import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandbox;
import java.util.List;
import java.util.Map;

/**
 * A container's networks as {@code inspect} shows them.
 *
 * @param sandbox what it has now; nothing unless it runs
 * @param sandboxKey the file of its network namespace, empty unless it runs
 * @param wanted what it is to have in which network, by the network's name
 * @param networkIds of these, by name, as far as they are there
 * @param linkedAs what containers that link to it call it: {@code web/db}
 */
public record NetworkSettings(
        Sandbox sandbox,
        String sandboxKey,
        Map<String, EndpointSpec> wanted,
        Map<String, String> networkIds,
        List<String> linkedAs) {

    public static final NetworkSettings NONE = new NetworkSettings(Sandbox.NONE, "", Map.of(), Map.of(), List.of());
}
