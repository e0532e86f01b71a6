package io.felucca.containers.start;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.health.HealthChecks;
import io.felucca.containers.mounts.ContainerVolumes;
import io.felucca.containers.network.ContainerNetworks;
import io.felucca.containers.output.LogForwarder;
import io.felucca.containers.output.LogRotation;
import io.felucca.containers.output.StreamConnections;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.process.StartExitCode;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.restart.RestartScheduler;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.containers.stop.ExitHandler;
import io.felucca.networks.Sandbox;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts containers: mount, spec, monitor and process, streams, then go. What fails is undone whole. */
public final class StartOperation {

    private static final Logger LOG = LoggerFactory.getLogger(StartOperation.class);

    private final RecordStore store;
    private final ContainerVolumes containerVolumes;
    private final Runtimes runtimes;
    private final WorkerThreads workers;
    private final ContainerEvents events;
    private final ExitHandler exits;
    private final StreamConnections streams;
    private final LogForwarder forwarder;
    private final LogRotation rotation;
    private final HealthChecks health;
    private final ContainerNetworks networks;
    private final StartAttempts attempts;

    public StartOperation(
            RecordStore store,
            ContainerVolumes containerVolumes,
            Runtimes runtimes,
            WorkerThreads workers,
            ContainerEvents events,
            ContainerNetworks networks,
            ExitHandler exits,
            StreamConnections streams,
            LogForwarder forwarder,
            LogRotation rotation,
            HealthChecks health,
            StartAttempts attempts) {
        this.store = store;
        this.containerVolumes = containerVolumes;
        this.runtimes = runtimes;
        this.workers = workers;
        this.events = events;
        this.exits = exits;
        this.streams = streams;
        this.forwarder = forwarder;
        this.rotation = rotation;
        this.health = health;
        this.networks = networks;
        this.attempts = attempts;
    }

    /**
     * As somebody asked; the caller holds the container's lock.
     *
     * @param environment what this run alone has besides the container's own variables
     */
    public void start(ManagedContainer container, List<String> environment) {
        ContainerState before = container.state();
        if (before.waiting()) {
            throw alreadyRunning(container);
        }
        start(container, before.withUser(false, 0), environment);
        container.backoffMillis(0);
    }

    /** As its policy says; the caller holds the container's lock. */
    public void restart(ManagedContainer container) {
        start(container, container.state(), List.of());
    }

    private static FeluccaException alreadyRunning(ManagedContainer container) {
        return FeluccaException.notModified("Container " + container.id + " is already running");
    }

    private void start(ManagedContainer container, ContainerState before, List<String> environment) {
        if (container.removing.get() || before.status() == Status.DEAD) {
            throw FeluccaException.conflict("container is marked for removal and cannot be started");
        }
        if (before.status() == Status.PAUSED) {
            throw FeluccaException.conflict("cannot start a paused container, try unpause instead");
        }
        if (before.running()) {
            throw alreadyRunning(container);
        }
        ContainerRecord record = container.record();
        runtimes.expect(record.runtime());
        Sandbox prepared;
        try {
            networks.leaveLast(container);
            prepared = networks.prepare(record);
        } catch (RuntimeException e) {
            failed(
                    container,
                    before,
                    before.toStart().withSandbox(container.state().sandbox()),
                    e);
            throw e;
        }
        ContainerState intent = before.toStart().withSandbox(prepared);
        CompletableFuture<Void> durable = CompletableFuture.completedFuture(null);
        StartAttempts.StartAttempt attempt = attempts.of(container, intent.run(), prepared, environment);
        container.starting(true);
        try {
            store.write(container.id, intent);
            if (!record.host().autoRemove()) {
                durable = CompletableFuture.runAsync(() -> store.syncState(container.id), workers.executor());
            }
            attempt.make();
            streams.connect(container);
            // A container that removes itself did not wait for them when it was created.
            containerVolumes.sync(record.mounts());
            ContainerState started = intent.started(attempt.process(), attempt.monitor(), Instant.now())
                    .withSandbox(attempt.sandbox());
            runtimes.run(record.runtime(), driver -> driver.start(record.id()));
            container.state(started);
            store.write(container.id, started);
            // Last of what may fail: a container that runs is watched, one that cannot be is undone.
            WorkerThreads.join(durable);
            exits.watch(container, attempt.monitor(), intent.run());
        } catch (RuntimeException e) {
            attempt.undo(e);
            failed(container, before, intent.withSandbox(networks.leave(container, attempt.sandbox())), e);
            throw e;
        } finally {
            container.starting(false);
            awaitSync(container, durable);
        }
        // Who attached while it was being started.
        streams.connect(container);
        forwarder.add(container);
        networks.tellLinked(container);
        events.tell("start", record);
        rotation.add(container);
        health.begin(container);
    }

    private void failed(ManagedContainer container, ContainerState before, ContainerState intent, RuntimeException e) {
        ContainerState failed = before.waiting() && RestartScheduler.canPass(e)
                ? intent.waitingOn(String.valueOf(e.getMessage()))
                : intent.notStarted(StartExitCode.of(e), String.valueOf(e.getMessage()));
        container.state(failed);
        try {
            store.write(container.id, failed);
        } catch (FeluccaException full) {
            // What is on disk is the state before or the intent, which the next engine undoes.
            LOG.warn("recording the failed start of container {}: {}", container.id, full.getMessage());
            e.addSuppressed(full);
        }
        container.endStreams();
    }

    /** A disk that fails to sync ends no start: a state that a crash of the machine loses is that of an ended container. */
    private static void awaitSync(ManagedContainer container, CompletableFuture<Void> durable) {
        try {
            WorkerThreads.join(durable);
        } catch (FeluccaException e) {
            LOG.warn("the start of container {} may not be on the disk: {}", container.id, e.getMessage());
        }
    }
}
