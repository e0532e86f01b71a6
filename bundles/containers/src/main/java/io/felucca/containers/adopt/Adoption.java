package io.felucca.containers.adopt;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.exec.Execs;
import io.felucca.containers.health.HealthChecks;
import io.felucca.containers.network.ContainerNetworks;
import io.felucca.containers.output.LogForwarder;
import io.felucca.containers.output.LogRotation;
import io.felucca.containers.output.StreamConnections;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.record.Folders;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.remove.RemoveOperation;
import io.felucca.containers.remove.TaskCleanup;
import io.felucca.containers.restart.BootStarts;
import io.felucca.containers.restart.RestartScheduler;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.containers.stop.ExitHandler;
import io.felucca.linux.Processes;
import io.felucca.networks.Sandboxes;
import io.felucca.storage.Storage;
import io.felucca.volumes.VolumeMounts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what an engine before this one left: what runs is watched again, what ended meanwhile is recorded with the
 * time of its exit file, removals are finished, half-made containers and starts are undone. What needs a driver waits
 * for it, off the activating thread and each container for itself; what fails is tried again, for half a minute. When all
 * that is left has been looked at, networks are put back, and only then do restart policies start containers.
 */
public final class Adoption {

    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
    private static final int AT_ONCE = 8;
    private static final int TRIES = 60;
    private static final long AGAIN_MILLIS = 500;

    private final RecordStore store;
    private final ContainerFiles files;
    private final ContainerRegistry registry;
    private final Storage storage;
    private final Sandboxes sandboxes;
    private final VolumeMounts volumeMounts;
    private final Processes processes;
    private final WorkerThreads workers;
    private final ContainerNetworks networks;
    private final Execs execs;
    private final StreamConnections streams;
    private final RestartScheduler restarts;
    private final ExitHandler exits;
    private final TaskCleanup cleanup;
    private final RemoveOperation removeOperation;
    private final LogForwarder forwarder;
    private final LogRotation rotation;
    private final HealthChecks health;
    private final OrphanCollector orphans;
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    private final AtomicInteger left = new AtomicInteger(1);
    /** What has not been tried once yet. */
    private final AtomicInteger untried = new AtomicInteger(1);
    /** Few at a time, however many containers there are; its threads end when idle. */
    private final ThreadPoolExecutor pool;

    public Adoption(
            RecordStore store,
            ContainerFiles files,
            ContainerRegistry registry,
            Storage storage,
            Sandboxes sandboxes,
            VolumeMounts volumeMounts,
            Processes processes,
            WorkerThreads workers,
            ContainerNetworks networks,
            Execs execs,
            StreamConnections streams,
            RestartScheduler restarts,
            ExitHandler exits,
            TaskCleanup cleanup,
            RemoveOperation removeOperation,
            LogForwarder forwarder,
            LogRotation rotation,
            HealthChecks health,
            OrphanCollector orphans) {
        this.store = store;
        this.files = files;
        this.registry = registry;
        this.storage = storage;
        this.sandboxes = sandboxes;
        this.volumeMounts = volumeMounts;
        this.processes = processes;
        this.workers = workers;
        this.networks = networks;
        this.execs = execs;
        this.streams = streams;
        this.restarts = restarts;
        this.exits = exits;
        this.cleanup = cleanup;
        this.removeOperation = removeOperation;
        this.forwarder = forwarder;
        this.rotation = rotation;
        this.health = health;
        this.orphans = orphans;
        pool = new ThreadPoolExecutor(
                AT_ONCE,
                AT_ONCE,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                workers.executor().getThreadFactory());
        pool.allowCoreThreadTimeOut(true);
    }

    /** Returns when all containers are listed; what is left to do for them goes on. */
    public void begin() {
        List<Runnable> work = new ArrayList<>();
        Set<String> running = new HashSet<>();
        for (String id : store.ids()) {
            Optional<ContainerRecord> record = store.findConfig(id);
            Optional<ContainerState> state = record.flatMap(read -> store.findLife(id));
            Optional<String> damage = record.isEmpty() ? store.damage(id) : Optional.empty();
            if (damage.isPresent()) {
                // Its process may run, on what is kept of it.
                running.add(id);
                LOG.error(
                        "{} is damaged ({}): container {} is left alone; restore the file from a backup and restart the"
                                + " engine, or delete the folder, which gives the container up",
                        files.config(id),
                        damage.get(),
                        id.substring(0, 12));
            } else if (record.isEmpty() || state.isEmpty()) {
                work.add(() -> removeOperation.vanish(id));
            } else {
                ManagedContainer container = new ManagedContainer(record.get(), state.get());
                list(container);
                attempt(container, "networks", networks::adopt);
                if (state.get().running()) {
                    running.add(id);
                    attempt(container, "exec sessions", execs::adopt);
                }
                Runnable task = task(container);
                // What runs goes first: it needs no driver.
                work.add(state.get().running() ? 0 : work.size(), () -> underLock(container, task));
            }
        }
        cleanup.sharedMemory().sweep(start -> running.stream().anyMatch(id -> id.startsWith(start)));
        left.addAndGet(work.size());
        untried.addAndGet(work.size());
        work.forEach(task -> later(task, TRIES));
        tried();
        done();
    }

    /** What goes wrong is one container's, and keeps no other from being listed. */
    private static void attempt(ManagedContainer container, String what, Consumer<ManagedContainer> work) {
        try {
            work.accept(container);
        } catch (FeluccaException e) {
            LOG.warn("{} of container {} are not taken over: {}", what, container.id, e.getMessage());
        }
    }

    private void list(ManagedContainer container) {
        forwarder.add(container);
        String name = container.record().name();
        try {
            registry.names().take(name, container.id);
        } catch (FeluccaException e) {
            // Two records of one name: a rename that the machine's crash cut. The first keeps it.
            LOG.warn("container {}: {}", container.id, e.getMessage());
            container.record(
                    container.record().withName(registry.names().take(container.id.substring(0, 12), container.id)));
        }
        registry.add(container);
    }

    private static void underLock(ManagedContainer container, Runnable task) {
        container.lock.lock();
        try {
            task.run();
        } finally {
            container.lock.unlock();
        }
    }

    private Runnable task(ManagedContainer container) {
        ContainerState state = container.state();
        if (state.status() == Status.REMOVING || state.status() == Status.DEAD) {
            return () -> removeNow(container);
        } else if (state.starting()) {
            return () -> undoStart(container, state);
        } else if (state.running()) {
            return () -> takeOver(container);
        } else if (container.record().host().autoRemove() && state.status() == Status.EXITED) {
            return () -> removeNow(container);
        }
        return () -> {
            if (container.state().running()) {
                return; // Started meanwhile, over what the engine before left.
            }
            cleanup.finishLast(container.record());
            networks.leaveLast(container);
            Folders.remove(files.exitsOfExecs(container.id));
            restart(container, state);
        };
    }

    /** @param left what the engine before left */
    private void restart(ManagedContainer container, ContainerState left) {
        boolean untouched =
                Objects.equals(container.state().startedAt(), left.startedAt()) && !container.removing.get();
        if (untouched && RestartScheduler.atEngineStart(container, left)) {
            restarts.begin(container);
        }
    }

    private void takeOver(ManagedContainer container) {
        ContainerState state = container.state();
        if (!state.running()) {
            return;
        }
        if (state.monitorId().filter(processes::isAlive).isEmpty()) {
            exits.end(container, state);
            return;
        }
        // First of all: what fails below is tried again, and at last given up, but its end is noticed.
        if (watched.add(container.id)) {
            exits.watch(container, state.monitorId().get(), state.run());
            rotation.add(container);
        }
        container.rootfs(storage.mount(container.record().storageDriver(), container.id, TaskCleanup.MOUNT_USER));
        container.record().mounts().stream()
                .filter(ContainerMount::isVolume)
                .forEach(mount -> volumeMounts.adopt(mount.name(), container.id));
        streams.connect(container);
        networks.resume(container);
        health.begin(container);
    }

    /** Nobody was told that it runs: it is as if it had not been asked for. */
    private void undoStart(ManagedContainer container, ContainerState left) {
        if (container.state().starting()) {
            cleanup.finishLast(container.record());
            networks.leaveLast(container);
            ContainerState undone =
                    left.withSandbox(container.state().sandbox()).notStarted(left.exitCode(), left.error());
            container.state(undone);
            try {
                store.write(container.id, undone);
            } catch (FeluccaException e) {
                LOG.warn("the next engine undoes the start of container {} again: {}", container.id, e.getMessage());
            }
        }
        restart(container, left);
    }

    private void removeNow(ManagedContainer container) {
        if (registry.ofId(container.id).isPresent()) {
            container.removing.set(true);
            removeOperation.carryOut(container);
        }
    }

    private void later(Runnable task, int tries) {
        pool.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                if (tries > 1) {
                    LOG.debug("taking over what an engine before left, tried again", e);
                    workers.poller().schedule(AGAIN_MILLIS, () -> later(task, tries - 1));
                    return;
                }
                LOG.warn("taking over what an engine before left", e);
            } finally {
                if (tries == TRIES) {
                    tried();
                }
            }
            done();
        });
    }

    private void tried() {
        if (untried.decrementAndGet() == 0) {
            workers.executor().execute(this::startAgain);
        }
    }

    private void startAgain() {
        restoreNetworks();
        List<ManagedContainer> waiting = restarts.release();
        LOG.debug("starting {} containers as their restart policies say", waiting.size());
        new BootStarts(registry)
                .start(
                        waiting,
                        pool,
                        container -> restarts.due(container, container.state().run()));
    }

    private void restoreNetworks() {
        try {
            sandboxes.restore();
        } catch (FeluccaException e) {
            LOG.warn("putting back rules of networks and ports: {}", e.getMessage());
        }
    }

    private void done() {
        if (left.decrementAndGet() == 0) {
            workers.executor().execute(orphans::collect);
        }
    }
}
