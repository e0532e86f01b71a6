package io.felucca.containers.output;

import io.felucca.FeluccaException;
import io.felucca.containers.logs.FolderWatch;
import io.felucca.containers.logs.FolderWatch.Subscription;
import io.felucca.containers.process.MonitorControl;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.linux.Sockets;
import java.io.File;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps running containers' logs within their bounds: told of each write, it looks at the size and rotates. */
public final class LogRotation {

    private static final Logger LOG = LoggerFactory.getLogger(LogRotation.class);

    private final ContainerFiles files;
    private final Sockets sockets;
    private final FolderWatch folderWatch;
    private final WorkerThreads workers;
    private final Map<String, Subscription> watched = new ConcurrentHashMap<>();

    public LogRotation(ContainerFiles files, Sockets sockets, FolderWatch folderWatch, WorkerThreads workers) {
        this.files = files;
        this.sockets = sockets;
        this.folderWatch = folderWatch;
        this.workers = workers;
    }

    /** It runs. */
    public void add(ManagedContainer container) {
        long maxBytes = container.record().log().maxBytes();
        if (maxBytes <= 0) {
            return;
        }
        File log = files.log(container.id).toFile();
        long bound = container.spool(log.toPath()).fileBytes(maxBytes);
        AtomicBoolean rotating = new AtomicBoolean();
        AtomicLong before = new AtomicLong();
        Runnable look = () -> {
            long length = log.length();
            // One that has shrunk is a new one: the monitor has left the file before.
            boolean left = length < before.getAndSet(length);
            if ((length >= bound || left) && rotating.compareAndSet(false, true)) {
                workers.executor().execute(() -> {
                    rotating.set(false);
                    rotate(container, bound);
                });
            }
        };
        remember(container, folderWatch.on(files.folder(container.id), look));
        // What came before anybody looked.
        look.run();
    }

    /** It runs no more: what its monitor wrote last is within the bounds, too, before another one begins. */
    public void remove(ManagedContainer container) {
        remember(container, null);
        if (container.record().log().maxBytes() <= 0) {
            return;
        }
        try {
            container.spool(files.log(container.id)).end();
            if (container.record().log().compress()) {
                workers.executor().execute(() -> compress(container));
            }
        } catch (FeluccaException e) {
            LOG.warn("the log of container {}: {}", container.id, e.getMessage());
        }
    }

    private void remember(ManagedContainer container, Subscription subscription) {
        Subscription before =
                subscription == null ? watched.remove(container.id) : watched.put(container.id, subscription);
        if (before != null) {
            before.close();
        }
    }

    private void rotate(ManagedContainer container, long bound) {
        try {
            container
                    .spool(files.log(container.id))
                    .rotate(bound, () -> MonitorControl.reopenLog(sockets, files.monitor(container.id)));
        } catch (FeluccaException e) {
            if (container.state().running()) {
                LOG.warn("rotating the log of container {}: {}", container.id, e.getMessage());
            }
        }
        compress(container);
    }

    private void compress(ManagedContainer container) {
        try {
            container.spool(files.log(container.id)).compress();
        } catch (FeluccaException e) {
            LOG.warn("the log of container {} stays as it is: {}", container.id, e.getMessage());
        }
    }
}
