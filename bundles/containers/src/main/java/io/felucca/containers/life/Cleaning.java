package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.runtime.spi.RuntimeDriver;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away what a run leaves: the runtime's state, the task's folder in the exec root, the mount, and at removal the
 * layer. The task's folder goes last of the runtime's things: while it is there, the runtime has not been told yet.
 */
final class Cleaning {

    /** Who mounts, as {@link io.felucca.storage.Storage} counts. */
    static final String MOUNT_USER = "container";

    private static final Logger LOG = LoggerFactory.getLogger(Cleaning.class);

    private final Core core;
    private final SharedMemory sharedMemory;

    Cleaning(Core core) {
        this.core = core;
        sharedMemory = new SharedMemory(core);
    }

    SharedMemory sharedMemory() {
        return sharedMemory;
    }

    /** After an end: the runtime forgets it while the layer is unmounted. What fails is done before the next start. */
    void afterEnd(ContainerRecord record) {
        CompletableFuture<Void> forgotten = CompletableFuture.runAsync(() -> endTask(record), core.executor());
        quietly(record, () -> core.storage().detach(record.storageDriver(), record.id(), MOUNT_USER));
        quietly(record, () -> join(forgotten));
        quietly(record, () -> releaseVolumes(record));
    }

    /** Its volumes, one by one: who else uses one keeps it mounted. */
    void releaseVolumes(ContainerRecord record) {
        for (ContainerMount mount : record.mounts()) {
            if (mount.isVolume() && core.volumeMounts().unmount(mount.name(), record.id())) {
                core.events().tellVolume("unmount", record, mount);
            }
        }
    }

    private static void quietly(ContainerRecord record, Runnable step) {
        try {
            step.run();
        } catch (FeluccaException e) {
            LOG.warn(
                    "cleaning up after container {}, left to its next start or removal: {}",
                    record.id(),
                    e.getMessage());
        }
    }

    /**
     * Runtime's state, mount, layer and files, at once; returns when nothing is in its place any more. The records go last:
     * they are the intent to remove all else.
     *
     * @param volumes whether anonymous volumes go too, as they do with a container that removes itself
     */
    void removeAll(ContainerRecord record, boolean volumes) {
        CompletableFuture<Void> forgotten = CompletableFuture.runAsync(() -> finishLast(record), core.executor());
        try {
            core.storage().remove(record.storageDriver(), record.id());
        } finally {
            join(forgotten);
        }
        releaseVolumes(record);
        if (record.host().autoRemove() || volumes) {
            core.containerVolumes().removeAnonymous(record.mounts());
        }
        Folders.discard(core.files().folder(record.id()), core.files().trash(), core.executor());
    }

    /** Does what an earlier end could not, since the runtime was away. */
    void finishLast(ContainerRecord record) {
        if (Files.exists(core.files().task(record.id()))) {
            endTask(record);
        }
    }

    /** Ends what still runs of it and has the runtime forget it. */
    void endTask(ContainerRecord record) {
        core.drivers().<RuntimeDriver, Object>call(RuntimeDriver.class, record.runtime(), driver -> {
            driver.delete(record.id(), true);
            return null;
        });
        sharedMemory.release(record.id());
        Folders.discard(core.files().task(record.id()), core.files().taskTrash(), core.executor());
    }

    /** Waits for work done beside, and throws what it threw. */
    static void join(CompletableFuture<Void> work) {
        try {
            work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof FeluccaException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
