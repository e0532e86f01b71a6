package io.felucca.containers.remove;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Pruned;
import io.felucca.containers.exec.Execs;
import io.felucca.containers.mounts.ContainerVolumes;
import io.felucca.containers.network.ContainerNetworks;
import io.felucca.containers.output.LogForwarder;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.Folders;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.storage.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes containers. When it returns, name and mounts are free and nothing is in its place. */
public final class RemoveOperation {

    private static final Logger LOG = LoggerFactory.getLogger(RemoveOperation.class);

    /** How long a client may still read or write files of a container that is being removed. */
    private static final Duration TRANSFER_GRACE = Duration.ofSeconds(10);

    private final RecordStore store;
    private final ContainerFiles files;
    private final ContainerRegistry registry;
    private final Storage storage;
    private final ContainerVolumes containerVolumes;
    private final WorkerThreads workers;
    private final ContainerEvents events;
    private final ContainerNetworks networks;
    private final TaskCleanup cleanup;
    private final Execs execs;
    private final LogForwarder forwarder;

    public RemoveOperation(
            RecordStore store,
            ContainerFiles files,
            ContainerRegistry registry,
            Storage storage,
            ContainerVolumes containerVolumes,
            WorkerThreads workers,
            ContainerEvents events,
            ContainerNetworks networks,
            TaskCleanup cleanup,
            Execs execs,
            LogForwarder forwarder) {
        this.store = store;
        this.files = files;
        this.registry = registry;
        this.storage = storage;
        this.containerVolumes = containerVolumes;
        this.workers = workers;
        this.events = events;
        this.networks = networks;
        this.cleanup = cleanup;
        this.execs = execs;
        this.forwarder = forwarder;
    }

    /** @param kill ends one that runs; returns when it has ended */
    public void remove(ManagedContainer container, boolean force, boolean volumes, Consumer<ManagedContainer> kill) {
        if (container.state().active() && !force) {
            throw refusal(container);
        }
        claim(container);
        try {
            endRuns(container, force, kill);
        } catch (RuntimeException e) {
            container.removing.set(false);
            throw e;
        }
        if (volumes) {
            intendVolumes(container);
        }
        removeClaimed(container);
    }

    /** Ends its run. A start that is under way is waited for; no other follows it, since the removal is claimed. */
    private static void endRuns(ManagedContainer container, boolean force, Consumer<ManagedContainer> kill) {
        while (isActive(container)) {
            if (!force) {
                throw refusal(container);
            }
            kill.accept(container);
        }
    }

    private static boolean isActive(ManagedContainer container) {
        container.lock.lock();
        try {
            return container.state().active();
        } finally {
            container.lock.unlock();
        }
    }

    private void intendVolumes(ManagedContainer container) {
        container.removesVolumes(true);
        try {
            store.intendVolumes(container.id);
        } catch (FeluccaException e) {
            LOG.warn("removing volumes of container {} without a record of it: {}", container.id, e.getMessage());
        }
    }

    /** Removes those that do not run and match. */
    public Pruned prune(Predicate<ManagedContainer> matches, ToLongFunction<ManagedContainer> sizeBytes) {
        List<String> removed = new ArrayList<>();
        long bytes = 0;
        for (ManagedContainer container : registry.all()) {
            if (container.state().active() || !matches.test(container)) {
                continue;
            }
            try {
                long size = sizeBytes.applyAsLong(container);
                claim(container);
                removeClaimed(container);
                bytes += size;
                removed.add(container.id);
            } catch (FeluccaException e) {
                // Started or removed by somebody else meanwhile: then it is not ours to remove.
                if (e.kind() != Kind.CONFLICT && e.kind() != Kind.NOT_FOUND) {
                    throw e;
                }
            }
        }
        return new Pruned(List.copyOf(removed), bytes);
    }

    /** Removes one that does not run; the caller has claimed its removal, which is given back when it fails. */
    private void removeClaimed(ManagedContainer container) {
        container.lock.lock();
        try {
            if (container.state().active()) {
                container.removing.set(false);
                throw refusal(container);
            }
            putOnRecord(container);
        } finally {
            container.lock.unlock();
        }
        // Outside of the turn, which a commit needs to let the container go on.
        container.files.giveUp(TRANSFER_GRACE);
        container.lock.lock();
        try {
            carryOut(container);
        } finally {
            container.lock.unlock();
        }
    }

    /** The intent. A full disk is no reason to keep what fills it: then a kill before the end leaves a rest to remove again. */
    public void putOnRecord(ManagedContainer container) {
        try {
            store.write(container.id, container.state().withStatus(Status.REMOVING));
        } catch (FeluccaException e) {
            LOG.warn("removing container {} without a record of it: {}", container.id, e.getMessage());
        }
    }

    /** @throws FeluccaException CONFLICT when somebody else does it already */
    private void claim(ManagedContainer container) {
        if (!container.removing.compareAndSet(false, true)) {
            throw FeluccaException.conflict("removal of container " + container.id + " is already in progress");
        }
    }

    private static FeluccaException refusal(ManagedContainer container) {
        if (container.state().status() == Status.PAUSED) {
            return FeluccaException.conflict("You cannot remove a paused container " + container.id
                    + ". Unpause and then stop the container before attempting removal or force remove");
        }
        String state = container.state().waiting() ? "restarting" : "running";
        return FeluccaException.conflict("You cannot remove a " + state + " container " + container.id
                + ". Stop the container before attempting removal or force remove");
    }

    /**
     * Removes one whose record says so already; the caller holds its lock and has claimed its removal. Beside the caller,
     * and later, while somebody uses its files.
     */
    public void finish(ManagedContainer container) {
        if (container.files.tryGiveUp()) {
            finishNow(container);
        } else {
            workers.executor().execute(() -> finishLater(container));
        }
    }

    private void finishLater(ManagedContainer container) {
        container.files.giveUp(TRANSFER_GRACE);
        container.lock.lock();
        try {
            finishNow(container);
        } finally {
            container.lock.unlock();
        }
    }

    private void finishNow(ManagedContainer container) {
        try {
            carryOut(container);
        } catch (FeluccaException e) {
            LOG.warn("removing container {}: {}", container.id, e.getMessage());
        }
    }

    /** Does it; the caller holds the lock, has claimed the removal and put it on record. */
    public void carryOut(ManagedContainer container) {
        try {
            forwarder.finish(container);
            networks.leaveLast(container);
            cleanup.removeAll(container.record(), container.removesVolumes() || store.intendsVolumes(container.id));
        } catch (RuntimeException e) {
            // The intent stays on disk; whoever asks again, or the engine's next start, carries it out.
            container.state(container.state().withStatus(Status.DEAD));
            container.removing.set(false);
            throw e;
        }
        registry.remove(container);
        execs.forgetAllOf(container);
        container.endStreams();
        events.tell("destroy", container.record());
        container.tell(List.of(Condition.NOT_RUNNING, Condition.NEXT_EXIT, Condition.REMOVED), workers.executor());
    }

    /** What create did not finish: no entry, perhaps a layer. */
    public void vanish(String id) {
        store.findConfig(id).ifPresent(record -> {
            cleanup.finishLast(record);
            storage.remove(record.storageDriver(), id);
            containerVolumes.removeAnonymous(record.mounts());
        });
        Folders.remove(files.folder(id));
    }
}
