package io.felucca.containers;

import io.felucca.networks.EndpointSpec;
import java.util.Map;

/**
 * What is asked for at create.
 *
 * @param name without a slash, or empty for an automatic one
 * @param platform such as {@code linux/amd64}, or empty
 * @param endpoints what is asked for in which network, by the network's name or id
 */
public record ContainerSpec(
        String name,
        String platform,
        ContainerConfig config,
        HostConfig hostConfig,
        Map<String, EndpointSpec> endpoints) {

    public ContainerSpec {
        endpoints = endpoints == null ? Map.of() : Map.copyOf(endpoints);
    }

    public ContainerSpec(String name, String platform, ContainerConfig config, HostConfig hostConfig) {
        this(name, platform, config, hostConfig, Map.of());
    }
}
