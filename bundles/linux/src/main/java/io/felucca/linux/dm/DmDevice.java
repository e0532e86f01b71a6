package io.felucca.linux.dm;

import java.nio.file.Path;

/**
 * A mapped device, as it was when it was asked for.
 *
 * @param uuid what whoever made it called it, or empty
 * @param openCount who has it open: mounts, programs, devices above it
 * @param live whether it has a table that takes input and output
 * @param removing whether it goes with its last user (a deferred removal)
 */
public record DmDevice(
        String name,
        String uuid,
        int major,
        int minor,
        int openCount,
        boolean readOnly,
        boolean suspended,
        boolean live,
        boolean removing) {

    /** The node that the kernel makes in devtmpfs. */
    public Path node() {
        return Path.of("/dev/dm-" + minor);
    }

    /** As a table names a device that it lies on. */
    public String number() {
        return major + ":" + minor;
    }
}
