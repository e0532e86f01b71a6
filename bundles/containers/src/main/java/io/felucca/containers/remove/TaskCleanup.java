package io.felucca.containers.remove;

import io.felucca.FeluccaException;
import io.felucca.containers.mounts.ContainerVolumes;
import io.felucca.containers.mounts.SharedMemory;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.Folders;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.storage.Storage;
import io.felucca.volumes.VolumeMounts;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away what a run leaves: the runtime's state, the task's folder in the exec root, the mount, and at removal the
 * layer. The task's folder goes last of the runtime's things: while it is there, the runtime has not been told yet.
 */
public final class TaskCleanup {

    /** Who mounts, as {@link io.felucca.storage.Storage} counts. */
    public static final String MOUNT_USER = "container";

    private static final Logger LOG = LoggerFactory.getLogger(TaskCleanup.class);

    private final ContainerFiles files;
    private final Storage storage;
    private final VolumeMounts volumeMounts;
    private final ContainerVolumes containerVolumes;
    private final Runtimes runtimes;
    private final WorkerThreads workers;
    private final ContainerEvents events;
    private final SharedMemory sharedMemory;

    public TaskCleanup(
            ContainerFiles files,
            Storage storage,
            VolumeMounts volumeMounts,
            ContainerVolumes containerVolumes,
            Runtimes runtimes,
            WorkerThreads workers,
            ContainerEvents events,
            SharedMemory sharedMemory) {
        this.files = files;
        this.storage = storage;
        this.volumeMounts = volumeMounts;
        this.containerVolumes = containerVolumes;
        this.runtimes = runtimes;
        this.workers = workers;
        this.events = events;
        this.sharedMemory = sharedMemory;
    }

    public SharedMemory sharedMemory() {
        return sharedMemory;
    }

    /** After an end: the runtime forgets it while the layer is unmounted. What fails is done before the next start. */
    public void afterEnd(ContainerRecord record) {
        CompletableFuture<Void> forgotten = CompletableFuture.runAsync(() -> endTask(record), workers.executor());
        quietly(record, () -> storage.detach(record.storageDriver(), record.id(), MOUNT_USER));
        quietly(record, () -> WorkerThreads.join(forgotten));
        quietly(record, () -> releaseVolumes(record));
    }

    /** Its volumes, one by one: who else uses one keeps it mounted. */
    public void releaseVolumes(ContainerRecord record) {
        for (ContainerMount mount : record.mounts()) {
            if (mount.isVolume() && volumeMounts.unmount(mount.name(), record.id())) {
                events.tellVolume("unmount", record, mount);
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
        CompletableFuture<Void> forgotten = CompletableFuture.runAsync(() -> finishLast(record), workers.executor());
        try {
            storage.remove(record.storageDriver(), record.id());
        } finally {
            WorkerThreads.join(forgotten);
        }
        releaseVolumes(record);
        if (record.host().autoRemove() || volumes) {
            containerVolumes.removeAnonymous(record.mounts());
        }
        Folders.discard(files.folder(record.id()), files.trash(), workers.executor());
    }

    /** Does what an earlier end could not, since the runtime was away. */
    public void finishLast(ContainerRecord record) {
        if (Files.exists(files.task(record.id()))) {
            endTask(record);
        }
    }

    /** Ends what still runs of it and has the runtime forget it. */
    public void endTask(ContainerRecord record) {
        runtimes.run(record.runtime(), driver -> driver.delete(record.id(), true));
        sharedMemory.release(record.id());
        Folders.discard(files.task(record.id()), files.taskTrash(), workers.executor());
    }
}
