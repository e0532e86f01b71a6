package io.felucca.storage.overlay2;

import io.felucca.IdMap;
import io.felucca.storage.spi.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The words of an overlay mount. Redirects, metadata-only copies and the inode index are off whatever the machine's
 * defaults are: with them the upper directory alone would not say what a layer changed. Only words that the running
 * kernel knows are given, which are those with a module parameter.
 */
final class OverlayOptions {

    private static final Path PARAMETERS = Path.of("/sys/module/overlay/parameters");

    private final Path parameters;
    private volatile List<String> off = List.of();

    OverlayOptions() {
        this(PARAMETERS);
    }

    OverlayOptions(Path parameters) {
        this.parameters = parameters;
    }

    /** A writable union; {@code lowers} from the top. */
    Mount writable(List<String> lowers, Path upper, Path work) {
        List<String> options = new ArrayList<>();
        options.add("lowerdir=" + String.join(":", lowers));
        options.add("upperdir=" + upper);
        options.add("workdir=" + work);
        options.addAll(off());
        return new Mount("overlay", "overlay", "", options, IdMap.NONE);
    }

    /** A union of two or more layers that cannot be written. */
    Mount readOnly(List<String> lowers) {
        List<String> options = new ArrayList<>();
        options.add("ro");
        options.add("lowerdir=" + String.join(":", lowers));
        options.addAll(off());
        return new Mount("overlay", "overlay", "", options, IdMap.NONE);
    }

    /** The module may be loaded by the first mount only, so an empty answer is not kept. */
    private List<String> off() {
        if (off.isEmpty()) {
            off = Stream.of("redirect_dir", "metacopy", "index")
                    .filter(word -> Files.exists(parameters.resolve(word)))
                    .map(word -> word + "=off")
                    .toList();
        }
        return off;
    }
}
