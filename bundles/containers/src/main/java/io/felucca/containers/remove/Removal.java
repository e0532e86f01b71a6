package io.felucca.containers.remove;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Pruned;
import io.felucca.containers.exec.Execs;
import io.felucca.containers.mounts.ContainerVolumes;
import io.felucca.containers.network.Networking;
import io.felucca.containers.output.LogForwarding;
import io.felucca.containers.process.Workers;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.Folders;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.Entries;
import io.felucca.containers.state.Entry;
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
public final class Removal {

    private static final Logger LOG = LoggerFactory.getLogger(Removal.class);

    /** How long a client may still read or write files of a container that is being removed. */
    private static final Duration TRANSFER_GRACE = Duration.ofSeconds(10);

    private final RecordStore store;
    private final ContainerFiles files;
    private final Entries entries;
    private final Storage storage;
    private final ContainerVolumes containerVolumes;
    private final Workers workers;
    private final ContainerEvents events;
    private final Networking networking;
    private final Cleaning cleaning;
    private final Execs execs;
    private final LogForwarding forwarding;

    public Removal(
            RecordStore store,
            ContainerFiles files,
            Entries entries,
            Storage storage,
            ContainerVolumes containerVolumes,
            Workers workers,
            ContainerEvents events,
            Networking networking,
            Cleaning cleaning,
            Execs execs,
            LogForwarding forwarding) {
        this.store = store;
        this.files = files;
        this.entries = entries;
        this.storage = storage;
        this.containerVolumes = containerVolumes;
        this.workers = workers;
        this.events = events;
        this.networking = networking;
        this.cleaning = cleaning;
        this.execs = execs;
        this.forwarding = forwarding;
    }

    /** @param kill ends one that runs; returns when it has ended */
    public void remove(Entry entry, boolean force, boolean volumes, Consumer<Entry> kill) {
        if (entry.life().active() && !force) {
            throw refusal(entry);
        }
        claim(entry);
        try {
            endRuns(entry, force, kill);
        } catch (RuntimeException e) {
            entry.removing.set(false);
            throw e;
        }
        if (volumes) {
            intendVolumes(entry);
        }
        removeClaimed(entry);
    }

    /** Ends its run. A start that is under way is waited for; no other follows it, since the removal is claimed. */
    private static void endRuns(Entry entry, boolean force, Consumer<Entry> kill) {
        while (isActive(entry)) {
            if (!force) {
                throw refusal(entry);
            }
            kill.accept(entry);
        }
    }

    private static boolean isActive(Entry entry) {
        entry.turn.lock();
        try {
            return entry.life().active();
        } finally {
            entry.turn.unlock();
        }
    }

    private void intendVolumes(Entry entry) {
        entry.removesVolumes(true);
        try {
            store.intendVolumes(entry.id);
        } catch (FeluccaException e) {
            LOG.warn("removing volumes of container {} without a record of it: {}", entry.id, e.getMessage());
        }
    }

    /** Removes those that do not run and match. */
    public Pruned prune(Predicate<Entry> matches, ToLongFunction<Entry> sizeBytes) {
        List<String> removed = new ArrayList<>();
        long bytes = 0;
        for (Entry entry : entries.all()) {
            if (entry.life().active() || !matches.test(entry)) {
                continue;
            }
            try {
                long size = sizeBytes.applyAsLong(entry);
                claim(entry);
                removeClaimed(entry);
                bytes += size;
                removed.add(entry.id);
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
    private void removeClaimed(Entry entry) {
        entry.turn.lock();
        try {
            if (entry.life().active()) {
                entry.removing.set(false);
                throw refusal(entry);
            }
            putOnRecord(entry);
        } finally {
            entry.turn.unlock();
        }
        // Outside of the turn, which a commit needs to let the container go on.
        entry.files.giveUp(TRANSFER_GRACE);
        entry.turn.lock();
        try {
            carryOut(entry);
        } finally {
            entry.turn.unlock();
        }
    }

    /** The intent. A full disk is no reason to keep what fills it: then a kill before the end leaves a rest to remove again. */
    public void putOnRecord(Entry entry) {
        try {
            store.write(entry.id, entry.life().withStatus(Status.REMOVING));
        } catch (FeluccaException e) {
            LOG.warn("removing container {} without a record of it: {}", entry.id, e.getMessage());
        }
    }

    /** @throws FeluccaException CONFLICT when somebody else does it already */
    private void claim(Entry entry) {
        if (!entry.removing.compareAndSet(false, true)) {
            throw FeluccaException.conflict("removal of container " + entry.id + " is already in progress");
        }
    }

    private static FeluccaException refusal(Entry entry) {
        if (entry.life().status() == Status.PAUSED) {
            return FeluccaException.conflict("You cannot remove a paused container " + entry.id
                    + ". Unpause and then stop the container before attempting removal or force remove");
        }
        String state = entry.life().waiting() ? "restarting" : "running";
        return FeluccaException.conflict("You cannot remove a " + state + " container " + entry.id
                + ". Stop the container before attempting removal or force remove");
    }

    /**
     * Removes one whose record says so already; the caller holds its turn and has claimed its removal. Beside the caller,
     * and later, while somebody uses its files.
     */
    public void finish(Entry entry) {
        if (entry.files.tryGiveUp()) {
            finishNow(entry);
        } else {
            workers.executor().execute(() -> finishLater(entry));
        }
    }

    private void finishLater(Entry entry) {
        entry.files.giveUp(TRANSFER_GRACE);
        entry.turn.lock();
        try {
            finishNow(entry);
        } finally {
            entry.turn.unlock();
        }
    }

    private void finishNow(Entry entry) {
        try {
            carryOut(entry);
        } catch (FeluccaException e) {
            LOG.warn("removing container {}: {}", entry.id, e.getMessage());
        }
    }

    /** Does it; the caller holds the turn, has claimed the removal and put it on record. */
    public void carryOut(Entry entry) {
        try {
            forwarding.finish(entry);
            networking.leaveLast(entry);
            cleaning.removeAll(entry.record(), entry.removesVolumes() || store.intendsVolumes(entry.id));
        } catch (RuntimeException e) {
            // The intent stays on disk; whoever asks again, or the engine's next start, carries it out.
            entry.life(entry.life().withStatus(Status.DEAD));
            entry.removing.set(false);
            throw e;
        }
        entries.remove(entry);
        execs.forgetAllOf(entry);
        entry.endStreams();
        events.tell("destroy", entry.record());
        entry.tell(List.of(Condition.NOT_RUNNING, Condition.NEXT_EXIT, Condition.REMOVED), workers.executor());
    }

    /** What create did not finish: no entry, perhaps a layer. */
    public void vanish(String id) {
        store.findConfig(id).ifPresent(record -> {
            cleaning.finishLast(record);
            storage.remove(record.storageDriver(), id);
            containerVolumes.removeAnonymous(record.mounts());
        });
        Folders.remove(files.folder(id));
    }
}
