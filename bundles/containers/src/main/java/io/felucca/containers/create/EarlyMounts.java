package io.felucca.containers.create;

import io.felucca.FeluccaException;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.remove.TaskCleanup;
import io.felucca.containers.start.StartOperation;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.storage.Storage;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Layers that were mounted at create, for a working directory or to fill volumes from: they stay mounted for the start
 * that mostly follows at once, since the end of an overlay's mount writes a whole filesystem back.
 */
public final class EarlyMounts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EarlyMounts.class);
    private static final long KEPT_MILLIS = 2_000;

    private final ContainerRegistry registry;
    private final Storage storage;
    private final WorkerThreads workers;
    private final Map<String, ContainerRecord> kept = new ConcurrentHashMap<>();

    public EarlyMounts(ContainerRegistry registry, Storage storage, WorkerThreads workers) {
        this.registry = registry;
        this.storage = storage;
        this.workers = workers;
    }

    /** As {@link StartOperation} mounts it; idempotent. */
    Path mount(ContainerRecord record) {
        if (kept.put(record.id(), record) == null) {
            workers.poller().schedule(KEPT_MILLIS, () -> workers.executor().execute(() -> letGo(record)));
        }
        return storage.mount(record.storageDriver(), record.id(), TaskCleanup.MOUNT_USER);
    }

    private void letGo(ContainerRecord record) {
        if (kept.remove(record.id()) == null) {
            return;
        }
        registry.ofId(record.id()).ifPresent(entry -> {
            entry.lock.lock();
            try {
                if (!entry.state().running() && !entry.removing.get()) {
                    storage.detach(record.storageDriver(), record.id(), TaskCleanup.MOUNT_USER);
                }
            } catch (FeluccaException e) {
                LOG.warn(
                        "the layer of {} stays mounted until it is started or removed: {}",
                        record.id(),
                        e.getMessage());
            } finally {
                entry.lock.unlock();
            }
        });
    }

    @Override
    public void close() {
        kept.values().forEach(this::letGo);
    }
}
