package io.felucca.containers.mounts;

import io.felucca.containers.MountSpec;
import java.util.ArrayList;
import java.util.List;

/** Options of a {@code --mount type=tmpfs} in the words of {@code --tmpfs}. */
final class TmpfsOptions {

    private TmpfsOptions() {}

    static String of(MountSpec spec) {
        List<String> words = new ArrayList<>();
        if (spec.readOnly()) {
            words.add("ro");
        }
        MountSpec.Tmpfs tmpfs = spec.tmpfs();
        if (tmpfs != null) {
            if (tmpfs.mode() != 0) {
                words.add("mode=" + Integer.toOctalString(tmpfs.mode()));
            }
            if (tmpfs.sizeBytes() > 0) {
                words.add("size=" + tmpfs.sizeBytes());
            }
            tmpfs.options().forEach(pair -> words.add(String.join("=", pair)));
        }
        return String.join(",", words);
    }
}
