package io.felucca.images.archive;

import io.felucca.FeluccaException;
import io.felucca.images.layers.WhiteoutRules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a layer will take when unpacked, as Docker counts: files by their length, symbolic links by their target's. */
public final class LayerSize {

    private LayerSize() {}

    /**
     * Reads a plain tar to its end, and what follows.
     *
     * @throws FeluccaException INVALID when too much follows, a name leads out of the layer or a whiteout has none
     */
    public static long measure(InputStream tar) throws IOException {
        TarMembers members = new TarMembers(tar);
        long sum = 0;
        for (Optional<TarMembers.Member> next = members.next(); next.isPresent(); next = members.next()) {
            TarMembers.Member member = next.get();
            WhiteoutRules.check(member.name().getBytes(StandardCharsets.UTF_8));
            if (member.isHardLink()) {
                ArchivePath.normal(member.link(), "");
            }
            if (member.isFile()) {
                sum += member.fileBytes();
            } else if (member.isSymlink()) {
                sum += member.link().getBytes(StandardCharsets.UTF_8).length;
            }
        }
        TarMembers.readTrailing(tar);
        return sum;
    }
}
