package io.felucca.networks;

/**
 * Where a container's port is published; the key in {@code portBindings} is {@code 80/tcp}, or that of a {@link
 * io.felucca.containers.PortRange}.
 *
 * @param hostIp empty for every address
 * @param hostPort a port, a range such as {@code 8000-8010} to choose one of, or empty for any that is free; for ports in a
 *     row the range that they are published on, one on one
 */
public record PortBinding(String hostIp, String hostPort) {

    public PortBinding {
        hostIp = hostIp == null ? "" : hostIp;
        hostPort = hostPort == null ? "" : hostPort;
    }
}
