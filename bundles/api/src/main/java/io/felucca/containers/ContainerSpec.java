package io.felucca.containers;

/**
 * What is asked for at create.
 *
 * @param name without a slash, or empty for an automatic one (S108)
 * @param platform such as {@code linux/amd64}, or empty
 */
public record ContainerSpec(String name, String platform, ContainerConfig config, HostConfig hostConfig) {}
