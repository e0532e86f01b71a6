package io.felucca.containers.restart;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.HostConfig.RestartPolicy;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.state.ManagedContainer;
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
public final class RestartScheduler {

    private static final Logger LOG = LoggerFactory.getLogger(RestartScheduler.class);
    private static final long FIRST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 60_000;
    private static final Duration SETTLED = Duration.ofSeconds(10);

    private final RecordStore store;
    private final WorkerThreads workers;
    private final Consumer<ManagedContainer> start;
    /** Containers that wait for the end of the takeover; null after it. Guarded by this. */
    private Set<ManagedContainer> held = new LinkedHashSet<>();

    /** @param start starts one that waits; the container's lock is held */
    public RestartScheduler(RecordStore store, WorkerThreads workers, Consumer<ManagedContainer> start) {
        this.store = store;
        this.workers = workers;
        this.start = start;
    }

    /** Whether this end is to be followed by a start; the caller holds the lock. */
    public boolean follows(ManagedContainer container, ContainerState ended) {
        return !ended.stoppedByUser()
                && !container.isRestarting()
                && !container.removing.get()
                && RestartRule.restarts(
                        policy(container), ended.exitCode(), ended.restartCount(), container.endedUnhealthy());
    }

    /** Whether one that an engine before left ended is to be started, which stopping respects but for {@code always}. */
    public static boolean atEngineStart(ManagedContainer container, ContainerState left) {
        if (left.waiting()) {
            return true;
        }
        RestartPolicy policy = policy(container);
        boolean ended = left.startedAt() != null && !left.active();
        return ended
                && (!left.stoppedByUser() || "always".equals(policy.name()))
                && RestartRule.restarts(policy, left.exitCode(), left.restartCount(), false);
    }

    /** Has one that has ended, and is on record as waiting, started after its while; the caller holds the lock. */
    public void schedule(ManagedContainer container) {
        ContainerState state = container.state();
        if (Duration.between(state.startedAt(), state.finishedAt()).compareTo(SETTLED) >= 0) {
            container.backoffMillis(0);
        }
        if (!hold(container)) {
            later(container);
        }
    }

    /** Puts one that an engine before left ended on record as waiting; the caller holds the lock. */
    public void begin(ManagedContainer container) {
        ContainerState state = container.state();
        if (!state.waiting()) {
            // A stop before this start of the engine is past.
            ContainerState waiting = state.withUser(false, state.restartCount()).withStatus(Status.RESTARTING);
            store.write(container.id, waiting);
            container.state(waiting);
        }
        if (!hold(container)) {
            int run = container.state().run();
            workers.executor().execute(() -> due(container, run));
        }
    }

    private synchronized boolean hold(ManagedContainer container) {
        if (held == null) {
            return false;
        }
        held.add(container);
        return true;
    }

    /** Ends the holding back. @return the containers that waited for it */
    public synchronized List<ManagedContainer> release() {
        List<ManagedContainer> waited = held == null ? List.of() : List.copyOf(held);
        held = null;
        return waited;
    }

    private void later(ManagedContainer container) {
        long before = container.backoffMillis();
        long millis = before == 0 ? FIRST_MILLIS : Math.min(2 * before, LONGEST_MILLIS);
        container.backoffMillis(millis);
        int run = container.state().run();
        workers.poller().schedule(millis, () -> workers.executor().execute(() -> due(container, run)));
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

    /** Starts one that waits, unless it has been started or stopped meanwhile. Takes its lock. @param run its last one */
    public void due(ManagedContainer container, int run) {
        container.lock.lock();
        try {
            ContainerState state = container.state();
            if (state.waiting() && state.run() == run && !container.removing.get()) {
                start.accept(container);
            }
        } catch (FeluccaException e) {
            LOG.warn("restarting container {}: {}", container.id, e.getMessage());
            if (container.state().waiting()) {
                later(container);
            } else {
                container.tell(List.of(Condition.NOT_RUNNING), workers.executor());
            }
        } finally {
            container.lock.unlock();
        }
    }

    /**
     * Somebody wants it ended: puts that on record, and ends the waiting of one that waits.
     *
     * @return whether it waited, so that there is nothing else to end
     */
    public boolean giveUp(ManagedContainer container) {
        if (RestartRule.isNone(policy(container))) {
            return false;
        }
        container.lock.lock();
        try {
            ContainerState state = container.state();
            boolean waited = state.waiting();
            if (!state.active()) {
                return false;
            }
            ContainerState changed = state.withUser(true, state.restartCount());
            container.state(waited ? changed.withStatus(Status.EXITED) : changed);
            putOnRecord(container);
            if (waited) {
                container.tell(List.of(Condition.NOT_RUNNING), workers.executor());
            }
            return waited;
        } finally {
            container.lock.unlock();
        }
    }

    /** A full disk keeps no container running: then only an engine after this one may start it again. */
    private void putOnRecord(ManagedContainer container) {
        try {
            store.write(container.id, container.state());
        } catch (FeluccaException e) {
            LOG.warn("recording that container {} is to end: {}", container.id, e.getMessage());
        }
    }

    private static RestartPolicy policy(ManagedContainer container) {
        return container.record().host().restartPolicy();
    }
}
