package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes containers. When it returns, name and mounts are free and nothing is on disk. */
final class Removal {

    private static final Logger LOG = LoggerFactory.getLogger(Removal.class);

    private final Core core;
    private final Cleaning cleaning;
    private final Execs execs;
    private final LogForwarding forwarding;

    Removal(Core core, Cleaning cleaning, Execs execs, LogForwarding forwarding) {
        this.core = core;
        this.cleaning = cleaning;
        this.execs = execs;
        this.forwarding = forwarding;
    }

    /** Removes one that does not run; the caller has claimed its removal, which is given back when it fails. */
    void removeClaimed(Entry entry) {
        entry.turn.lock();
        try {
            if (entry.life().running()) {
                entry.removing.set(false);
                throw refusal(entry);
            }
            core.store().write(entry.id, entry.life().withStatus(Status.REMOVING));
            carryOut(entry);
        } finally {
            entry.turn.unlock();
        }
    }

    /** @throws FeluccaException CONFLICT when somebody else does it already */
    void claim(Entry entry) {
        if (!entry.removing.compareAndSet(false, true)) {
            throw FeluccaException.conflict("removal of container " + entry.id + " is already in progress");
        }
    }

    static FeluccaException refusal(Entry entry) {
        if (entry.life().status() == Status.PAUSED) {
            return FeluccaException.conflict("You cannot remove a paused container " + entry.id
                    + ". Unpause and then stop the container before attempting removal or force remove");
        }
        return FeluccaException.conflict("You cannot remove a running container " + entry.id
                + ". Stop the container before attempting removal or force remove");
    }

    /** Removes one whose record says so already; the caller holds its turn and has claimed its removal. */
    void finish(Entry entry) {
        try {
            carryOut(entry);
        } catch (FeluccaException e) {
            LOG.warn("removing container {}: {}", entry.id, e.getMessage());
        }
    }

    /** Does it; the caller holds the turn, has claimed the removal and put it on record. */
    void carryOut(Entry entry) {
        forwarding.finish(entry);
        try {
            cleaning.removeAll(entry.record());
        } catch (FeluccaException e) {
            // The intent stays on disk; whoever asks again, or the engine's next start, carries it out.
            entry.life(entry.life().withStatus(Status.DEAD));
            entry.removing.set(false);
            throw e;
        }
        core.entries().remove(entry);
        execs.forgetAllOf(entry);
        entry.endStreams();
        core.events().tell("destroy", entry.record());
        entry.tell(List.of(Condition.NOT_RUNNING, Condition.NEXT_EXIT, Condition.REMOVED), core.executor());
    }

    /** What create did not finish: no entry, perhaps a layer. */
    void vanish(String id) {
        core.store().findConfig(id).ifPresent(record -> {
            cleaning.finishLast(record);
            core.storage().remove(record.storageDriver(), id);
        });
        Folders.remove(core.files().folder(id));
    }
}
