package io.felucca.containers.life;

import io.felucca.FeluccaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps running containers' logs within their bounds (B8): looks at their sizes from time to time and rotates. */
final class LogKeeping {

    private static final Logger LOG = LoggerFactory.getLogger(LogKeeping.class);
    private static final long LOOK_MILLIS = 1_000;

    private final Core core;

    LogKeeping(Core core) {
        this.core = core;
    }

    /** Goes on until the poller ends. */
    void begin() {
        core.poller().schedule(LOOK_MILLIS, () -> {
            if (core.entries().all().stream().anyMatch(entry -> isBounded(entry))) {
                core.executor().execute(this::look);
            }
            begin();
        });
    }

    private static boolean isBounded(Entry entry) {
        return entry.life().running() && entry.record().log().maxBytes() > 0;
    }

    void look() {
        for (Entry entry : core.entries().all()) {
            if (isBounded(entry)) {
                rotate(entry);
            }
        }
    }

    private void rotate(Entry entry) {
        try {
            entry.spool(core.files().log(entry.id))
                    .rotate(
                            entry.record().log().maxBytes(),
                            () -> Control.reopenLog(core.sockets(), core.files().monitor(entry.id)));
        } catch (FeluccaException e) {
            if (entry.life().running()) {
                LOG.warn("rotating the log of container {}: {}", entry.id, e.getMessage());
            }
        }
    }
}
