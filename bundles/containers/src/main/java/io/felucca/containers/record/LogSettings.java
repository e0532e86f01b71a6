package io.felucca.containers.record;

/**
 * How a container's log is kept, as its log driver said at create: the spool is rotated while the driver is away too.
 *
 * @param driver its name
 * @param maxBytes -1 for no bound
 * @param hidden whether {@code inspect} names no file
 * @param compress whether rotated files are compressed
 */
public record LogSettings(
        String driver,
        boolean readable,
        long maxBytes,
        int maxFiles,
        boolean forward,
        boolean hidden,
        boolean compress) {}
