package io.felucca.containers.start;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.health.HealthChecks;
import io.felucca.containers.mounts.ContainerVolumes;
import io.felucca.containers.network.Networking;
import io.felucca.containers.output.LogForwarding;
import io.felucca.containers.output.LogKeeping;
import io.felucca.containers.output.StreamConnections;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.process.StartFailure;
import io.felucca.containers.process.Workers;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.Life;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.restart.Restarts;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.Entry;
import io.felucca.containers.stop.Endings;
import io.felucca.networks.Sandbox;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts containers: mount, spec, monitor and process, streams, then go. What fails is undone whole. */
public final class Starting {

    private static final Logger LOG = LoggerFactory.getLogger(Starting.class);

    private final RecordStore store;
    private final ContainerVolumes containerVolumes;
    private final Runtimes runtimes;
    private final Workers workers;
    private final ContainerEvents events;
    private final Endings endings;
    private final StreamConnections streams;
    private final LogForwarding forwarding;
    private final LogKeeping keeping;
    private final HealthChecks health;
    private final Networking networking;
    private final StartAttempts attempts;

    public Starting(
            RecordStore store,
            ContainerVolumes containerVolumes,
            Runtimes runtimes,
            Workers workers,
            ContainerEvents events,
            Networking networking,
            Endings endings,
            StreamConnections streams,
            LogForwarding forwarding,
            LogKeeping keeping,
            HealthChecks health,
            StartAttempts attempts) {
        this.store = store;
        this.containerVolumes = containerVolumes;
        this.runtimes = runtimes;
        this.workers = workers;
        this.events = events;
        this.endings = endings;
        this.streams = streams;
        this.forwarding = forwarding;
        this.keeping = keeping;
        this.health = health;
        this.networking = networking;
        this.attempts = attempts;
    }

    /** As somebody asked; the caller holds the container's turn. */
    public void start(Entry entry) {
        Life before = entry.life();
        if (before.waiting()) {
            throw alreadyRunning(entry);
        }
        start(entry, before.withUser(false, 0));
        entry.backoffMillis(0);
    }

    /** As its policy says; the caller holds the container's turn. */
    public void restart(Entry entry) {
        start(entry, entry.life());
    }

    private static FeluccaException alreadyRunning(Entry entry) {
        return FeluccaException.notModified("Container " + entry.id + " is already running");
    }

    private void start(Entry entry, Life before) {
        if (entry.removing.get() || before.status() == Status.DEAD) {
            throw FeluccaException.conflict("container is marked for removal and cannot be started");
        }
        if (before.status() == Status.PAUSED) {
            throw FeluccaException.conflict("cannot start a paused container, try unpause instead");
        }
        if (before.running()) {
            throw alreadyRunning(entry);
        }
        ContainerRecord record = entry.record();
        runtimes.expect(record.runtime());
        Sandbox prepared;
        try {
            networking.leaveLast(entry);
            prepared = networking.prepare(record);
        } catch (RuntimeException e) {
            failed(entry, before, before.toStart().withSandbox(entry.life().sandbox()), e);
            throw e;
        }
        Life intent = before.toStart().withSandbox(prepared);
        CompletableFuture<Void> durable = CompletableFuture.completedFuture(null);
        StartAttempts.StartAttempt attempt = attempts.of(entry, intent.run(), prepared);
        entry.starting(true);
        try {
            store.write(entry.id, intent);
            if (!record.host().autoRemove()) {
                durable = CompletableFuture.runAsync(() -> store.syncState(entry.id), workers.executor());
            }
            attempt.make();
            streams.connect(entry);
            // A container that removes itself did not wait for them when it was created.
            containerVolumes.sync(record.mounts());
            Life started = intent.started(attempt.process(), attempt.monitor(), Instant.now())
                    .withSandbox(attempt.sandbox());
            runtimes.run(record.runtime(), driver -> driver.start(record.id()));
            entry.life(started);
            store.write(entry.id, started);
            // Last of what may fail: a container that runs is watched, one that cannot be is undone.
            Workers.join(durable);
            endings.watch(entry, attempt.monitor(), intent.run());
        } catch (RuntimeException e) {
            attempt.undo(e);
            failed(entry, before, intent.withSandbox(networking.leave(entry, attempt.sandbox())), e);
            throw e;
        } finally {
            entry.starting(false);
            awaitSync(entry, durable);
        }
        // Who attached while it was being started.
        streams.connect(entry);
        forwarding.add(entry);
        networking.tellLinked(entry);
        events.tell("start", record);
        keeping.add(entry);
        health.begin(entry);
    }

    private void failed(Entry entry, Life before, Life intent, RuntimeException e) {
        Life failed = before.waiting() && Restarts.canPass(e)
                ? intent.waitingOn(String.valueOf(e.getMessage()))
                : intent.notStarted(StartFailure.exitCode(e), String.valueOf(e.getMessage()));
        entry.life(failed);
        try {
            store.write(entry.id, failed);
        } catch (FeluccaException full) {
            // What is on disk is the state before or the intent, which the next engine undoes.
            LOG.warn("recording the failed start of container {}: {}", entry.id, full.getMessage());
            e.addSuppressed(full);
        }
        entry.endStreams();
    }

    /** A disk that fails to sync ends no start: a state that a crash of the machine loses is that of an ended container. */
    private static void awaitSync(Entry entry, CompletableFuture<Void> durable) {
        try {
            Workers.join(durable);
        } catch (FeluccaException e) {
            LOG.warn("the start of container {} may not be on the disk: {}", entry.id, e.getMessage());
        }
    }
}
