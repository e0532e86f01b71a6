package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.containers.logs.FolderWatch.Subscription;
import java.io.File;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
        AtomicLong before = new AtomicLong();
        Runnable look = () -> {
            long length = log.length();
            // One that has shrunk is a new one: the monitor has left the file before.
            boolean left = length < before.getAndSet(length);
            if ((length >= bound || left) && rotating.compareAndSet(false, true)) {
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

    /** It runs no more: what its monitor wrote last is within the bounds, too, before another one begins. */
    void remove(Entry entry) {
        remember(entry, null);
        if (entry.record().log().maxBytes() <= 0) {
            return;
        }
        try {
            entry.spool(core.files().log(entry.id)).end();
            if (entry.record().log().compress()) {
                core.executor().execute(() -> compress(entry));
            }
        } catch (FeluccaException e) {
            LOG.warn("the log of container {}: {}", entry.id, e.getMessage());
        }
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
        compress(entry);
    }

    private void compress(Entry entry) {
        try {
            entry.spool(core.files().log(entry.id)).compress();
        } catch (FeluccaException e) {
            LOG.warn("the log of container {} stays as it is: {}", entry.id, e.getMessage());
        }
    }
}
