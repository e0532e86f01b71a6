package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.containers.logs.FolderWatch.Subscription;
import java.io.File;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps running containers' logs within their bounds (B8): told of each write, it looks at the size and rotates. */
final class LogKeeping {

    private static final Logger LOG = LoggerFactory.getLogger(LogKeeping.class);

    private final Core core;
    private final Map<String, Subscription> watched = new ConcurrentHashMap<>();

    LogKeeping(Core core) {
        this.core = core;
    }

    /** It runs. */
    void add(Entry entry) {
        long maxBytes = entry.record().log().maxBytes();
        if (maxBytes <= 0) {
            return;
        }
        File log = core.files().log(entry.id).toFile();
        long bound = entry.spool(log.toPath()).fileBytes(maxBytes);
        AtomicBoolean rotating = new AtomicBoolean();
        Runnable look = () -> {
            if (log.length() >= bound && rotating.compareAndSet(false, true)) {
                core.executor().execute(() -> {
                    rotating.set(false);
                    rotate(entry, bound);
                });
            }
        };
        remember(entry, core.changes().on(core.files().folder(entry.id), look));
        // What came before anybody looked.
        look.run();
    }

    /** It runs no more. */
    void remove(Entry entry) {
        remember(entry, null);
    }

    private void remember(Entry entry, Subscription subscription) {
        Subscription before = subscription == null ? watched.remove(entry.id) : watched.put(entry.id, subscription);
        if (before != null) {
            before.close();
        }
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
