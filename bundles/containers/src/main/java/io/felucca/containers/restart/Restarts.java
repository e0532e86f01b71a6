package io.felucca.containers.restart;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.HostConfig.RestartPolicy;
import io.felucca.containers.process.Workers;
import io.felucca.containers.record.Life;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.state.Entry;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts containers again as their policies say, after a while that doubles from a tenth of a second to a minute and
 * begins anew after ten seconds of running, as dockerd's does. The poller's timer wakes it: no thread waits in between.
 * A start that fails for a reason that can pass is tried again in the same way, and ends no policy. While an engine takes
 * over what the one before left, restarts are held back: {@link BootStarts} begins them in their order.
 */
public final class Restarts {

    private static final Logger LOG = LoggerFactory.getLogger(Restarts.class);
    private static final long FIRST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 60_000;
    private static final Duration SETTLED = Duration.ofSeconds(10);

    private final RecordStore store;
    private final Workers workers;
    private final Consumer<Entry> start;
    /** Containers that wait for the end of the takeover; null after it. Guarded by this. */
    private Set<Entry> held = new LinkedHashSet<>();

    /** @param start starts one that waits; the container's turn is held */
    public Restarts(RecordStore store, Workers workers, Consumer<Entry> start) {
        this.store = store;
        this.workers = workers;
        this.start = start;
    }

    /** Whether this end is to be followed by a start; the caller holds the turn. */
    public boolean follows(Entry entry, Life ended) {
        return !ended.stoppedByUser()
                && !entry.isRestarting()
                && !entry.removing.get()
                && RestartRule.restarts(policy(entry), ended.exitCode(), ended.restartCount(), entry.endedUnhealthy());
    }

    /** Whether one that an engine before left ended is to be started, which stopping respects but for {@code always}. */
    public static boolean atEngineStart(Entry entry, Life left) {
        if (left.waiting()) {
            return true;
        }
        RestartPolicy policy = policy(entry);
        boolean ended = left.startedAt() != null && !left.active();
        return ended
                && (!left.stoppedByUser() || "always".equals(policy.name()))
                && RestartRule.restarts(policy, left.exitCode(), left.restartCount(), false);
    }

    /** Has one that has ended, and is on record as waiting, started after its while; the caller holds the turn. */
    public void schedule(Entry entry) {
        Life life = entry.life();
        if (Duration.between(life.startedAt(), life.finishedAt()).compareTo(SETTLED) >= 0) {
            entry.backoffMillis(0);
        }
        if (!hold(entry)) {
            later(entry);
        }
    }

    /** Puts one that an engine before left ended on record as waiting; the caller holds the turn. */
    public void begin(Entry entry) {
        Life life = entry.life();
        if (!life.waiting()) {
            // A stop before this start of the engine is past.
            Life waiting = life.withUser(false, life.restartCount()).withStatus(Status.RESTARTING);
            store.write(entry.id, waiting);
            entry.life(waiting);
        }
        if (!hold(entry)) {
            int run = entry.life().run();
            workers.executor().execute(() -> due(entry, run));
        }
    }

    private synchronized boolean hold(Entry entry) {
        if (held == null) {
            return false;
        }
        held.add(entry);
        return true;
    }

    /** Ends the holding back. @return the containers that waited for it */
    public synchronized List<Entry> release() {
        List<Entry> waited = held == null ? List.of() : List.copyOf(held);
        held = null;
        return waited;
    }

    private void later(Entry entry) {
        long before = entry.backoffMillis();
        long millis = before == 0 ? FIRST_MILLIS : Math.min(2 * before, LONGEST_MILLIS);
        entry.backoffMillis(millis);
        int run = entry.life().run();
        workers.poller().schedule(millis, () -> workers.executor().execute(() -> due(entry, run)));
    }

    /**
     * Whether a start may succeed later: drivers and networks come, sources are started, devices and disks are attached. A
     * program that cannot be run stays so until somebody changes the container.
     */
    public static boolean canPass(RuntimeException failure) {
        String text = String.valueOf(failure.getMessage());
        return failure instanceof FeluccaException e
                && e.kind() != Kind.UNSUPPORTED
                && !text.contains(": exec: ")
                && !text.contains(": chdir to cwd ");
    }

    /** Starts one that waits, unless it has been started or stopped meanwhile. Takes its turn. @param run its last one */
    public void due(Entry entry, int run) {
        entry.turn.lock();
        try {
            Life life = entry.life();
            if (life.waiting() && life.run() == run && !entry.removing.get()) {
                start.accept(entry);
            }
        } catch (FeluccaException e) {
            LOG.warn("restarting container {}: {}", entry.id, e.getMessage());
            if (entry.life().waiting()) {
                later(entry);
            } else {
                entry.tell(List.of(Condition.NOT_RUNNING), workers.executor());
            }
        } finally {
            entry.turn.unlock();
        }
    }

    /**
     * Somebody wants it ended: puts that on record, and ends the waiting of one that waits.
     *
     * @return whether it waited, so that there is nothing else to end
     */
    public boolean giveUp(Entry entry) {
        if (RestartRule.isNone(policy(entry))) {
            return false;
        }
        entry.turn.lock();
        try {
            Life life = entry.life();
            boolean waited = life.waiting();
            if (!life.active()) {
                return false;
            }
            Life changed = life.withUser(true, life.restartCount());
            entry.life(waited ? changed.withStatus(Status.EXITED) : changed);
            putOnRecord(entry);
            if (waited) {
                entry.tell(List.of(Condition.NOT_RUNNING), workers.executor());
            }
            return waited;
        } finally {
            entry.turn.unlock();
        }
    }

    /** A full disk keeps no container running: then only an engine after this one may start it again. */
    private void putOnRecord(Entry entry) {
        try {
            store.write(entry.id, entry.life());
        } catch (FeluccaException e) {
            LOG.warn("recording that container {} is to end: {}", entry.id, e.getMessage());
        }
    }

    private static RestartPolicy policy(Entry entry) {
        return entry.record().host().restartPolicy();
    }
}
