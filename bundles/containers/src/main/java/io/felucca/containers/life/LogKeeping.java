package io.felucca.containers.life;

import io.felucca.FeluccaException;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps running containers' logs within their bounds (B8): looks at their sizes from time to time and rotates. */
final class LogKeeping {

    private static final Logger LOG = LoggerFactory.getLogger(LogKeeping.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final long LOOK_SOON_MILLIS = 100;

    private final Core core;
    private final Map<String, Long> sizes = new HashMap<>();

    LogKeeping(Core core) {
        this.core = core;
    }

    /** Goes on until the poller ends. */
    void begin() {
        core.poller().schedule(LOOK_MILLIS, this::lookIfBounded);
    }

    private void lookIfBounded() {
        if (core.entries().all().stream().anyMatch(LogKeeping::isBounded)) {
            core.executor().execute(() -> core.poller().schedule(look(), this::lookIfBounded));
        } else {
            begin();
        }
    }

    private static boolean isBounded(Entry entry) {
        return entry.life().running() && entry.record().log().maxBytes() > 0;
    }

    /** @return when to look again: soon when a log grows fast for its bound */
    private long look() {
        Map<String, Long> before = Map.copyOf(sizes);
        sizes.clear();
        long next = LOOK_MILLIS;
        for (Entry entry : core.entries().all()) {
            if (isBounded(entry)) {
                long bound = entry.spool(core.files().log(entry.id))
                        .fileBytes(entry.record().log().maxBytes());
                long size = core.files().log(entry.id).toFile().length();
                sizes.put(entry.id, size);
                if (size >= bound) {
                    rotate(entry, bound);
                }
                if (Math.abs(size - before.getOrDefault(entry.id, 0L)) > bound / 8) {
                    next = LOOK_SOON_MILLIS;
                }
            }
        }
        return next;
    }

    private void rotate(Entry entry, long bound) {
        try {
            entry.spool(core.files().log(entry.id))
                    .rotate(
                            bound,
                            () -> Control.reopenLog(core.sockets(), core.files().monitor(entry.id)));
        } catch (FeluccaException e) {
            if (entry.life().running()) {
                LOG.warn("rotating the log of container {}: {}", entry.id, e.getMessage());
            }
        }
    }
}
