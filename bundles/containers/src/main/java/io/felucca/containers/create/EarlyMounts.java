package io.felucca.containers.create;

import io.felucca.FeluccaException;
import io.felucca.containers.process.Workers;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.remove.Cleaning;
import io.felucca.containers.start.Starting;
import io.felucca.containers.state.Entries;
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

    private final Entries entries;
    private final Storage storage;
    private final Workers workers;
    private final Map<String, ContainerRecord> kept = new ConcurrentHashMap<>();

    public EarlyMounts(Entries entries, Storage storage, Workers workers) {
        this.entries = entries;
        this.storage = storage;
        this.workers = workers;
    }

    /** As {@link Starting} mounts it; idempotent. */
    Path mount(ContainerRecord record) {
        if (kept.put(record.id(), record) == null) {
            workers.poller().schedule(KEPT_MILLIS, () -> workers.executor().execute(() -> letGo(record)));
        }
        return storage.mount(record.storageDriver(), record.id(), Cleaning.MOUNT_USER);
    }

    private void letGo(ContainerRecord record) {
        if (kept.remove(record.id()) == null) {
            return;
        }
        entries.ofId(record.id()).ifPresent(entry -> {
            entry.turn.lock();
            try {
                if (!entry.life().running() && !entry.removing.get()) {
                    storage.detach(record.storageDriver(), record.id(), Cleaning.MOUNT_USER);
                }
            } catch (FeluccaException e) {
                LOG.warn(
                        "the layer of {} stays mounted until it is started or removed: {}",
                        record.id(),
                        e.getMessage());
            } finally {
                entry.turn.unlock();
            }
        });
    }

    @Override
    public void close() {
        kept.values().forEach(this::letGo);
    }
}
