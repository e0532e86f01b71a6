package io.felucca.images.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a layer will take when unpacked, as Docker counts: files by their length, symbolic links by their target's. */
public final class LayerSize {

    private LayerSize() {}

    /** Reads a plain tar to its end. */
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
        return sum;
    }
}
