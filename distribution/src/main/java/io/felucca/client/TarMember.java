package io.felucca.client;

import java.nio.file.attribute.FileTime;

/**
 * A member of an archive.
 *
 * @param name as bytes, as {@code link}
 * @param link where a link leads, else empty
 * @param storedBytes that follow the header
 * @param realBytes of the file, when it has holes and its data begins with a map of its pieces (GNU sparse 1.0), else -1
 */
record TarMember(
        byte[] name,
        char type,
        int mode,
        FileTime modified,
        byte[] link,
        long storedBytes,
        long realBytes,
        int major,
        int minor) {}
