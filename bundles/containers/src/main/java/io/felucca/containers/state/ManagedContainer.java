package io.felucca.containers.state;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Exit;
import io.felucca.containers.logs.LogSpool;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.record.LogSettings;
import io.felucca.containers.streams.StreamHub;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A container in the heap: what its records say, the lock of its changes, and who waits for it. Reading needs no
 * lock; a thread that changes it holds {@link #lock}, also while a driver works for it.
 */
public final class ManagedContainer {

    private record Waiter(Condition condition, CompletableFuture<Exit> future) {}

    public final String id;
    public final ReentrantLock lock = new ReentrantLock();
    /** Who uses the files of its layer. */
    public final FileUses files;
    /** Held while its output is handed on. */
    public final Object forwarding = new Object();
    /** Whoever sets it removes the container. */
    public final AtomicBoolean removing = new AtomicBoolean();

    private volatile ContainerRecord record;
    private volatile ContainerState state;
    private volatile Path rootfs;
    private volatile boolean restarting;
    private volatile boolean starting;
    private volatile HealthState health;
    private volatile boolean endedUnhealthy;
    private volatile boolean removesVolumes;
    private volatile long backoffMillis;
    private final List<Waiter> waiters = new ArrayList<>();
    private StreamHub streams;
    private LogSpool spool;

    public ManagedContainer(ContainerRecord record, ContainerState state) {
        id = record.id();
        files = new FileUses(id);
        this.record = record;
        this.state = state;
    }

    public ContainerRecord record() {
        return record;
    }

    public void record(ContainerRecord changed) {
        record = changed;
    }

    public ContainerState state() {
        return state;
    }

    public void state(ContainerState changed) {
        state = changed;
    }

    /** Where its root is mounted while it runs. */
    public Path rootfs() {
        return rootfs;
    }

    public void rootfs(Path mounted) {
        rootfs = mounted;
    }

    /** Whether its end is only the first half of a restart, which no {@code --rm} removes. */
    public boolean isRestarting() {
        return restarting;
    }

    public void restarting(boolean now) {
        restarting = now;
    }

    /** Whether its mounts are being made, or are there though it is not on record as running yet. */
    public boolean isStarting() {
        return starting;
    }

    public void starting(boolean now) {
        starting = now;
    }

    /** What its health check has found in its present or last run; null without one. */
    public HealthState health() {
        return health;
    }

    public void health(HealthState begun) {
        health = begun;
    }

    /** Whether its end was brought about since it was unhealthy. */
    public boolean endedUnhealthy() {
        return endedUnhealthy;
    }

    public void endedUnhealthy(boolean now) {
        endedUnhealthy = now;
    }

    /** Whether its removal, under way or tried before, takes anonymous volumes along. */
    public boolean removesVolumes() {
        return removesVolumes;
    }

    public void removesVolumes(boolean now) {
        removesVolumes = now;
    }

    /** How long its last restart waited; 0 before the first. */
    public long backoffMillis() {
        return backoffMillis;
    }

    public void backoffMillis(long millis) {
        backoffMillis = millis;
    }

    /** What is shown: a container that is being removed says so. */
    public Status status() {
        ContainerState now = state;
        return removing.get() && !now.running() ? Status.REMOVING : now.status();
    }

    String shortId() {
        return id.substring(0, 12);
    }

    /** @throws FeluccaException CONFLICT with Docker's text */
    public void requireRunning() {
        if (state.waiting()) {
            throw FeluccaException.conflict("Container " + id + " is restarting, wait until the container is running");
        }
        if (!state.running()) {
            throw notRunning();
        }
    }

    public FeluccaException notRunning() {
        return FeluccaException.conflict("Container " + id + " is not running");
    }

    public CompletableFuture<Exit> await(Condition condition) {
        CompletableFuture<Exit> future = new CompletableFuture<>();
        synchronized (waiters) {
            waiters.removeIf(waiter -> waiter.future.isDone());
            waiters.add(new Waiter(condition, future));
        }
        if (condition == Condition.NOT_RUNNING && !state.active()) {
            future.complete(exit());
        }
        return future;
    }

    Exit exit() {
        ContainerState now = state;
        return new Exit(now.exitCode(), now.error());
    }

    /** Completes what waits for these conditions; nothing that depends on it runs on this thread. */
    public void tell(List<Condition> met, Executor executor) {
        List<CompletableFuture<Exit>> futures = new ArrayList<>();
        synchronized (waiters) {
            for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
                Waiter waiter = each.next();
                if (met.contains(waiter.condition)) {
                    futures.add(waiter.future);
                    each.remove();
                }
            }
        }
        Exit exit = new Exit(state.exitCode(), "");
        for (CompletableFuture<Exit> future : futures) {
            executor.execute(() -> future.complete(exit));
        }
    }

    /** One for all its readers and its rotation, which take turns on it. */
    public synchronized LogSpool spool(Path log) {
        if (spool == null) {
            LogSettings kept = record.log();
            spool = new LogSpool(log, kept.maxFiles(), kept.forward() ? -1 : kept.maxBytes(), kept.compress());
        }
        return spool;
    }

    /** The engine stops: who waits is told so, streams are left, the container goes on. */
    public void abandon() {
        synchronized (this) {
            if (streams != null) {
                streams.abandon();
            }
        }
        synchronized (waiters) {
            FeluccaException stopping = FeluccaException.unavailable("the engine stops; container " + id + " goes on");
            waiters.forEach(waiter -> waiter.future.completeExceptionally(stopping));
            waiters.clear();
        }
    }

    /** The streams of its present or next run. */
    public synchronized StreamHub streams(Supplier<StreamHub> make) {
        if (streams == null || streams.isEnded()) {
            streams = make.get();
        }
        return streams;
    }

    public synchronized void endStreams() {
        if (streams != null) {
            streams.end();
            streams = null;
        }
    }

    /** The run has ended: its streams end by themselves, when all output is delivered. The next run has others. */
    public synchronized void leaveStreams() {
        if (streams != null && streams.isConnected()) {
            streams = null;
        }
    }

    /** It is to end: a client that does not read is not waited for. */
    public synchronized void hurryStreams() {
        if (streams != null) {
            streams.hurry();
        }
    }

    /** The streams when somebody waits for them, else null: nothing is connected for nobody. */
    public synchronized StreamHub wantedStreams() {
        return streams == null || streams.isEnded() || !streams.hasClients() ? null : streams;
    }
}
