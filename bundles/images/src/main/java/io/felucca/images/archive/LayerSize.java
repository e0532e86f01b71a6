package io.felucca.images.archive;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a layer will take when unpacked, as Docker counts: files by their length, symbolic links by their target's. */
public final class LayerSize {

    /** tar pads to whole records, of 10 KiB if nothing else was asked for; a bomb of zeros goes on and on (T11). */
    private static final int MAX_TRAILING_BYTES = 1 << 20;

    private LayerSize() {}

    /**
     * Reads a plain tar to its end, and what follows.
     *
     * @throws FeluccaException INVALID when too much follows
     */
    public static long measure(InputStream tar) throws IOException {
        TarMembers members = new TarMembers(tar);
        long sum = 0;
        for (Optional<TarMembers.Member> next = members.next(); next.isPresent(); next = members.next()) {
            TarMembers.Member member = next.get();
            if (member.isFile()) {
                sum += member.fileBytes();
            } else if (member.isSymlink()) {
                sum += member.link().getBytes(StandardCharsets.UTF_8).length;
            }
        }
        if (tar.readNBytes(MAX_TRAILING_BYTES + 1).length > MAX_TRAILING_BYTES) {
            throw FeluccaException.invalid(TarFormatException.DOCKER_PREFIX + "more than " + MAX_TRAILING_BYTES
                    + " bytes follow the end of the archive");
        }
        return sum;
    }
}
