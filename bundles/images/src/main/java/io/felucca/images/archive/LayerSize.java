package io.felucca.images.archive;

import io.felucca.FeluccaException;
import io.felucca.images.layers.WhiteoutRules;
import io.felucca.images.tar.TarEntry;
import io.felucca.images.tar.TarReader;
import java.io.InputStream;
import java.util.Optional;

/** What a layer will take when unpacked, told where nothing is unpacked yet; as {@link io.felucca.images.layers.Applied} counts. */
public final class LayerSize {

    private LayerSize() {}

    /**
     * Reads a plain tar to its end.
     *
     * @throws FeluccaException INVALID when it is damaged or no tar, a name leads out of the layer or a whiteout has none
     */
    public static long measure(InputStream tar) {
        TarReader reader = new TarReader(tar);
        long sum = 0;
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
            TarEntry entry = next.get();
            WhiteoutRules.check(entry);
            sum += entry.countedBytes();
        }
        return sum;
    }
}
