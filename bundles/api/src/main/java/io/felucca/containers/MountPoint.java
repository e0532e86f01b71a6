package io.felucca.containers;

/**
 * Where something of the host is mounted in a container: {@code MountPoint} of Docker's API 1.51, what inspect shows.
 *
 * @param type {@code volume}, {@code bind} or {@code tmpfs}
 * @param name of the volume, else empty
 * @param source path on the host; empty for a tmpfs
 * @param destination clean absolute path in the container
 * @param driver of the volume, else empty
 * @param mode the words behind the last colon of {@code -v}, or {@code z}
 * @param propagation of a bind; empty else
 */
public record MountPoint(
        String type,
        String name,
        String source,
        String destination,
        String driver,
        String mode,
        boolean readWrite,
        String propagation) {}
