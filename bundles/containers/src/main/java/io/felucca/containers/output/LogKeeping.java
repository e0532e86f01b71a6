package io.felucca.containers.output;

import io.felucca.FeluccaException;
import io.felucca.containers.logs.FolderWatch;
import io.felucca.containers.logs.FolderWatch.Subscription;
import io.felucca.containers.process.Control;
import io.felucca.containers.process.Workers;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.state.Entry;
import io.felucca.linux.Sockets;
import java.io.File;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps running containers' logs within their bounds: told of each write, it looks at the size and rotates. */
public final class LogKeeping {

    private static final Logger LOG = LoggerFactory.getLogger(LogKeeping.class);

    private final ContainerFiles files;
    private final Sockets sockets;
    private final FolderWatch folderWatch;
    private final Workers workers;
    private final Map<String, Subscription> watched = new ConcurrentHashMap<>();

    public LogKeeping(ContainerFiles files, Sockets sockets, FolderWatch folderWatch, Workers workers) {
        this.files = files;
        this.sockets = sockets;
        this.folderWatch = folderWatch;
        this.workers = workers;
    }

    /** It runs. */
    public void add(Entry entry) {
        long maxBytes = entry.record().log().maxBytes();
        if (maxBytes <= 0) {
            return;
        }
        File log = files.log(entry.id).toFile();
        long bound = entry.spool(log.toPath()).fileBytes(maxBytes);
        AtomicBoolean rotating = new AtomicBoolean();
        AtomicLong before = new AtomicLong();
        Runnable look = () -> {
            long length = log.length();
            // One that has shrunk is a new one: the monitor has left the file before.
            boolean left = length < before.getAndSet(length);
            if ((length >= bound || left) && rotating.compareAndSet(false, true)) {
                workers.executor().execute(() -> {
                    rotating.set(false);
                    rotate(entry, bound);
                });
            }
        };
        remember(entry, folderWatch.on(files.folder(entry.id), look));
        // What came before anybody looked.
        look.run();
    }

    /** It runs no more: what its monitor wrote last is within the bounds, too, before another one begins. */
    public void remove(Entry entry) {
        remember(entry, null);
        if (entry.record().log().maxBytes() <= 0) {
            return;
        }
        try {
            entry.spool(files.log(entry.id)).end();
            if (entry.record().log().compress()) {
                workers.executor().execute(() -> compress(entry));
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
            entry.spool(files.log(entry.id)).rotate(bound, () -> Control.reopenLog(sockets, files.monitor(entry.id)));
        } catch (FeluccaException e) {
            if (entry.life().running()) {
                LOG.warn("rotating the log of container {}: {}", entry.id, e.getMessage());
            }
        }
        compress(entry);
    }

    private void compress(Entry entry) {
        try {
            entry.spool(files.log(entry.id)).compress();
        } catch (FeluccaException e) {
            LOG.warn("the log of container {} stays as it is: {}", entry.id, e.getMessage());
        }
    }
}
