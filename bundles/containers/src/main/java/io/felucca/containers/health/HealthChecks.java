package io.felucca.containers.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container;
import io.felucca.containers.Container.Probe;
import io.felucca.containers.Container.Status;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.containers.Containers.Exit;
import io.felucca.containers.Containers.OutputSink;
import io.felucca.containers.HostConfig.RestartPolicy;
import io.felucca.containers.exec.Execs;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.restart.RestartRule;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.images.Images;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes running containers by commands inside them. The poller's timer says when; between probes no thread
 * waits, and during one only those that any exec has. What was found of a run is forgotten with the engine: the next
 * one begins at {@code starting}, as dockerd does.
 */
public final class HealthChecks {

    private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);
    private static final List<String> SHELL = List.of("/bin/sh", "-c");
    private static final String RESTART_LABEL = "restart.on-unhealthy";

    private final Images images;
    private final WorkerThreads workers;
    private final ContainerEvents events;
    private final Execs execs;
    private final Consumer<ManagedContainer> stop;

    /** @param stop ends a container as its user would, its policy undisturbed; blocks */
    public HealthChecks(
            Images images,
            WorkerThreads workers,
            ContainerEvents events,
            Execs execs,
            Consumer<ManagedContainer> stop) {
        this.images = images;
        this.workers = workers;
        this.events = events;
        this.execs = execs;
        this.stop = stop;
    }

    /** A run has begun, or was taken over; the caller holds the lock. */
    public void begin(ManagedContainer container) {
        Health health = HealthCheck.of(container.record().config().healthcheck(), shell(container))
                .map(check -> new Health(check, container.state().startedAt()))
                .orElse(null);
        container.health(health);
        if (health != null) {
            later(container, health);
        }
    }

    private List<String> shell(ManagedContainer container) {
        var given = container.record().config().healthcheck();
        if (given == null || given.test() == null || !given.test().contains("CMD-SHELL")) {
            return SHELL;
        }
        try {
            List<String> own =
                    images.get(container.record().image().value()).config().shell();
            return own == null || own.isEmpty() ? SHELL : own;
        } catch (FeluccaException e) {
            // The image has gone, or its store is away.
            return SHELL;
        }
    }

    private void later(ManagedContainer container, Health health) {
        long millis = Math.max(1, health.pause(Instant.now()).toMillis());
        workers.poller().schedule(millis, () -> {
            if (!health.isOver()) {
                workers.executor().execute(() -> probe(container, health));
            }
        });
    }

    private void probe(ManagedContainer container, Health health) {
        if (container.state().status() != Status.RUNNING) {
            if (!health.isOver()) {
                later(container, health);
            }
            return;
        }
        ContainerConfig config = container.record().config();
        ExecSpec spec = new ExecSpec(
                health.check().command(),
                false,
                true,
                true,
                false,
                config.user(),
                config.workingDir(),
                List.of(),
                false);
        Instant start = Instant.now();
        String id = null;
        try {
            id = execs.create(container, container.id, spec);
            new Running(container, health, id, start).begin();
        } catch (FeluccaException e) {
            if (id != null) {
                execs.forget(id);
            }
            // Neither a driver that is being replaced nor a container that has just ended or been paused is ill.
            if (e.kind() != Kind.UNAVAILABLE && e.kind() != Kind.CONFLICT) {
                found(container, health, new Probe(start, Instant.now(), -1, e.getMessage()));
            }
            later(container, health);
        }
    }

    private void found(ManagedContainer container, Health health, Probe probe) {
        if (health.add(probe)) {
            String status = health.view().status();
            events.tell("health_status: " + status, container.record());
            if (status.equals(Container.Health.UNHEALTHY) && restartsUnhealthy(container)) {
                workers.executor().execute(() -> restart(container, health));
            }
        }
    }

    /** Whether the policy asks for it: {@code on-unhealthy}, or another one with the label. */
    private static boolean restartsUnhealthy(ManagedContainer container) {
        RestartPolicy policy = container.record().host().restartPolicy();
        return RestartRule.ON_UNHEALTHY.equals(policy.name())
                || !RestartRule.isNone(policy)
                        && "true".equals(container.record().config().labels().get(RESTART_LABEL));
    }

    private void restart(ManagedContainer container, Health health) {
        if (health.isOver()) {
            return;
        }
        container.endedUnhealthy(true);
        try {
            stop.accept(container);
        } catch (FeluccaException e) {
            LOG.warn("ending container {}, which is unhealthy: {}", container.id, e.getMessage());
        }
    }

    /** A probe under way. */
    private final class Running {

        private final ManagedContainer container;
        private final Health health;
        private final String exec;
        private final Instant start;
        private final Output output = new Output();
        private final AtomicBoolean told = new AtomicBoolean();

        Running(ManagedContainer container, Health health, String exec, Instant start) {
            this.container = container;
            this.health = health;
            this.exec = exec;
            this.start = start;
        }

        void begin() {
            CompletableFuture<Exit> exit = execs.find(exec).exit();
            Attachment attachment = execs.start(exec, output);
            Duration timeout = health.check().timeout();
            workers.poller().schedule(Math.max(1, timeout.toMillis()), () -> {
                if (!told.get()) {
                    workers.executor().execute(() -> overdue(timeout, attachment));
                }
            });
            exit.thenCombine(attachment.done(), (code, nothing) -> code.code())
                    .whenComplete(
                            (code, failure) -> workers.executor().execute(() -> ended(code, failure, attachment)));
        }

        private void overdue(Duration timeout, Attachment attachment) {
            if (container.state().status() == Status.PAUSED || !told.compareAndSet(false, true)) {
                return;
            }
            found(
                    container,
                    health,
                    new Probe(
                            start,
                            Instant.now(),
                            -1,
                            "Health check exceeded timeout (" + GoDurations.text(timeout) + ")"));
            execs.kill(exec);
            // What it has left running may hold its output open for ever.
            attachment.close();
        }

        private void ended(Integer code, Throwable failure, Attachment attachment) {
            attachment.close();
            execs.forget(exec);
            if (told.compareAndSet(false, true) && failure == null) {
                found(container, health, new Probe(start, Instant.now(), code, output.text()));
            }
            later(container, health);
        }
    }

    /** The first bytes of what a probe writes. */
    private static final class Output implements OutputSink {

        private static final int BYTES_MAX = 4096;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean cut;

        @Override
        public synchronized boolean write(boolean stderr, byte[] more, int offset, int length) {
            int room = Math.min(length, BYTES_MAX - bytes.size());
            bytes.write(more, offset, room);
            cut |= room < length;
            return true;
        }

        synchronized String text() {
            return bytes.toString(UTF_8) + (cut ? "..." : "");
        }
    }
}
