package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.Life;
import io.felucca.containers.spec.AppArmor;
import io.felucca.containers.streams.StreamHub;
import io.felucca.networks.Sandbox;
import io.felucca.runtime.spi.RuntimeDriver;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts containers: mount, spec, monitor and process, streams, then go. What fails is undone whole. */
final class Starting {

    private static final Logger LOG = LoggerFactory.getLogger(Starting.class);

    private final Core core;
    private final Endings endings;
    private final Cleaning cleaning;
    private final LogForwarding forwarding;
    private final LogKeeping keeping;
    private final HealthChecks health;
    private final Networking networking;
    private final AppArmor appArmor;

    Starting(
            Core core,
            Networking networking,
            Endings endings,
            Cleaning cleaning,
            LogForwarding forwarding,
            LogKeeping keeping,
            HealthChecks health) {
        this.core = core;
        this.endings = endings;
        this.cleaning = cleaning;
        this.forwarding = forwarding;
        this.keeping = keeping;
        this.health = health;
        this.networking = networking;
        this.appArmor = new AppArmor(core.processes());
    }

    /** As somebody asked; the caller holds the container's turn. */
    void start(Entry entry) {
        Life before = entry.life();
        if (before.waiting()) {
            throw alreadyRunning(entry);
        }
        start(entry, before.withUser(false, 0));
        entry.backoffMillis(0);
    }

    /** As its policy says; the caller holds the container's turn. */
    void restart(Entry entry) {
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
        core.expect(record.runtime());
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
        StartAttempt attempt = new StartAttempt(core, networking, cleaning, appArmor, entry, intent.run(), prepared);
        entry.starting(true);
        try {
            core.store().write(entry.id, intent);
            if (!record.host().autoRemove()) {
                durable = CompletableFuture.runAsync(() -> core.store().syncState(entry.id), core.executor());
            }
            attempt.make();
            connectStreams(entry);
            // A container that removes itself did not wait for them when it was created.
            core.containerVolumes().sync(record.mounts());
            Life started = intent.started(attempt.process(), attempt.monitor(), Instant.now())
                    .withSandbox(attempt.sandbox());
            core.drivers().<RuntimeDriver, Object>call(RuntimeDriver.class, record.runtime(), driver -> {
                driver.start(record.id());
                return null;
            });
            entry.life(started);
            core.store().write(entry.id, started);
            // Last of what may fail: a container that runs is watched, one that cannot be is undone.
            Cleaning.join(durable);
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
        connectStreams(entry);
        forwarding.add(entry);
        networking.tellLinked(entry);
        core.events().tell("start", record);
        keeping.add(entry);
        health.begin(entry);
    }

    private void failed(Entry entry, Life before, Life intent, RuntimeException e) {
        Life failed = before.waiting() && Restarts.canPass(e)
                ? intent.waitingOn(String.valueOf(e.getMessage()))
                : intent.notStarted(exitCode(e), String.valueOf(e.getMessage()));
        entry.life(failed);
        try {
            core.store().write(entry.id, failed);
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
            Cleaning.join(durable);
        } catch (FeluccaException e) {
            LOG.warn("the start of container {} may not be on the disk: {}", entry.id, e.getMessage());
        }
    }

    /** Connects those who wait for a running container's streams, if there are any. */
    void connectStreams(Entry entry) {
        StreamHub streams = entry.wantedStreams();
        if (streams == null) {
            return;
        }
        try {
            streams.connect(core.files().monitor(entry.id).resolve("attach"));
        } catch (FeluccaException e) {
            // The monitor has ended meanwhile: there is no output to come.
            LOG.debug("attaching to {}: {}", entry.id, e.getMessage());
            streams.end();
        }
    }

    /** As dockerd: 127 for a command that is not there, 126 for one that cannot be run, 128 for all else. */
    static int exitCode(RuntimeException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("executable file not found") || text.contains("no such file or directory")) {
            return 127;
        }
        return text.contains("permission denied") || text.contains("is a directory") ? 126 : 128;
    }

    /** Docker's StdinOnce: a terminal's input never ends with its client. */
    static boolean inputEnds(ContainerRecord record) {
        return record.config().stdinOnce() && !record.config().tty();
    }
}
