package io.felucca.containers.mounts;

import io.felucca.FeluccaException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The words behind the last colon of {@code -v} and {@code --volumes-from}, as dockerd 20.10 reads them. */
record VolumeModes(String text, List<String> words) {

    static final Set<String> PROPAGATION = Set.of("private", "rprivate", "slave", "rslave", "shared", "rshared");
    private static final Set<String> ACCESS = Set.of("rw", "ro");
    private static final Set<String> LABEL = Set.of("z", "Z");
    private static final Set<String> CONSISTENCY = Set.of("consistent", "cached", "delegated", "default");
    private static final String NO_COPY = "nocopy";

    /** @throws FeluccaException INVALID */
    static VolumeModes of(String text) {
        if (!isValid(text)) {
            throw invalid(text);
        }
        return new VolumeModes(text, text.isEmpty() ? List.of() : List.of(text.split(",", -1)));
    }

    /** As {@link #of}, without what makes no sense for somebody else's volumes. */
    static VolumeModes ofVolumesFrom(String text) {
        VolumeModes words = of(text);
        if (words.propagation().isPresent() || words.noCopy()) {
            throw invalid(text);
        }
        return words;
    }

    private static FeluccaException invalid(String text) {
        return FeluccaException.invalid("invalid mode: " + text);
    }

    /** Known words, and of each kind one at most. */
    static boolean isValid(String text) {
        if (text.isEmpty()) {
            return true;
        }
        int[] counts = new int[5];
        for (String word : text.split(",", -1)) {
            int kind = ACCESS.contains(word)
                    ? 0
                    : LABEL.contains(word)
                            ? 1
                            : PROPAGATION.contains(word)
                                    ? 2
                                    : word.equals(NO_COPY) ? 3 : CONSISTENCY.contains(word) ? 4 : -1;
            if (kind < 0 || ++counts[kind] > 1) {
                return false;
            }
        }
        return true;
    }

    boolean readOnly() {
        return words.contains("ro");
    }

    boolean noCopy() {
        return words.contains(NO_COPY);
    }

    Optional<String> propagation() {
        return words.stream().filter(PROPAGATION::contains).findFirst();
    }
}
