package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.HostConfig.RestartPolicy;
import io.felucca.containers.record.Life;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts containers again as their policies say, after a while that doubles from a tenth of a second to a minute and
 * begins anew after ten seconds of running, as dockerd's does. The poller's timer wakes it: nobody waits in between.
 */
final class Restarts {

    private static final Logger LOG = LoggerFactory.getLogger(Restarts.class);
    private static final long FIRST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 60_000;
    private static final Duration SETTLED = Duration.ofSeconds(10);

    private final Core core;
    private final Consumer<Entry> start;

    /** @param start starts one that waits; the container's turn is held */
    Restarts(Core core, Consumer<Entry> start) {
        this.core = core;
        this.start = start;
    }

    /** Whether this end is to be followed by a start; the caller holds the turn. */
    boolean follows(Entry entry, Life ended) {
        return !ended.stoppedByUser()
                && !entry.isRestarting()
                && !entry.removing.get()
                && RestartRule.restarts(policy(entry), ended.exitCode(), ended.restartCount(), entry.endedUnhealthy());
    }

    /** Whether one that an engine before left ended is to be started, which stopping respects but for {@code always}. */
    static boolean atEngineStart(Entry entry, Life left) {
        if (left.waiting()) {
            return true;
        }
        RestartPolicy policy = policy(entry);
        boolean ended = left.startedAt() != null && !left.active();
        return ended
                && (!left.stoppedByUser() || "always".equals(policy.name()))
                && RestartRule.restarts(policy, left.exitCode(), left.restartCount(), false);
    }

    /** Has one that is on record as waiting started after its while; the caller holds the turn. */
    void schedule(Entry entry) {
        Life life = entry.life();
        Duration ran = Duration.between(life.startedAt(), life.finishedAt());
        long before = ran.compareTo(SETTLED) >= 0 ? 0 : entry.backoffMillis();
        long millis = before == 0 ? FIRST_MILLIS : Math.min(2 * before, LONGEST_MILLIS);
        entry.backoffMillis(millis);
        int run = life.run();
        core.poller().schedule(millis, () -> core.executor().execute(() -> due(entry, run)));
    }

    /** A driver that is away comes back. */
    static boolean isToBeTriedAgain(RuntimeException failure) {
        return failure instanceof FeluccaException e && e.kind() == Kind.UNAVAILABLE;
    }

    private void due(Entry entry, int run) {
        entry.turn.lock();
        try {
            Life life = entry.life();
            if (life.waiting() && life.run() == run && !entry.removing.get()) {
                start.accept(entry);
            }
        } catch (FeluccaException e) {
            LOG.warn("restarting container {}: {}", entry.id, e.getMessage());
            if (entry.life().waiting()) {
                schedule(entry);
            } else {
                entry.tell(List.of(Condition.NOT_RUNNING), core.executor());
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
    boolean giveUp(Entry entry) {
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
            core.store().write(entry.id, entry.life());
            if (waited) {
                entry.tell(List.of(Condition.NOT_RUNNING), core.executor());
            }
            return waited;
        } finally {
            entry.turn.unlock();
        }
    }

    private static RestartPolicy policy(Entry entry) {
        return entry.record().host().restartPolicy();
    }
}
