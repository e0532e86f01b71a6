package io.felucca.testkit.storage;

import io.felucca.storage.spi.LayerDirectory;
import io.felucca.storage.spi.LayerStore;
import java.util.Arrays;
import java.util.List;

/** The calls of a store that a process is killed in; each happens in every cycle of {@link CrashWorkload}. */
enum CrashStep {
    OPEN,
    PREPARE,
    MOUNTS,
    RELEASE,
    COMMIT,
    VIEW,
    COMMIT_OVER,
    REMOVE_VIEW,
    REMOVE_ACTIVE,
    REMOVE_COMMITTED;

    /** Those that a store has. */
    static List<CrashStep> of(LayerStore store) {
        return Arrays.stream(values())
                .filter(step -> step != COMMIT_OVER || store instanceof LayerDirectory)
                .toList();
    }
}
