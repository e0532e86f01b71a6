package io.felucca.containers.adopt;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.exec.Execs;
import io.felucca.containers.health.HealthChecks;
import io.felucca.containers.network.Networking;
import io.felucca.containers.output.LogForwarding;
import io.felucca.containers.output.LogKeeping;
import io.felucca.containers.output.StreamConnections;
import io.felucca.containers.process.Workers;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.Folders;
import io.felucca.containers.record.Life;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.remove.Cleaning;
import io.felucca.containers.remove.Removal;
import io.felucca.containers.restart.BootStarts;
import io.felucca.containers.restart.Restarts;
import io.felucca.containers.state.Entries;
import io.felucca.containers.state.Entry;
import io.felucca.containers.stop.Endings;
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
    private final Entries entries;
    private final Storage storage;
    private final Sandboxes sandboxes;
    private final VolumeMounts volumeMounts;
    private final Processes processes;
    private final Workers workers;
    private final Networking networking;
    private final Execs execs;
    private final StreamConnections streams;
    private final Restarts restarts;
    private final Endings endings;
    private final Cleaning cleaning;
    private final Removal removal;
    private final LogForwarding forwarding;
    private final LogKeeping keeping;
    private final HealthChecks health;
    private final Leftovers leftovers;
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    private final AtomicInteger left = new AtomicInteger(1);
    /** What has not been tried once yet. */
    private final AtomicInteger untried = new AtomicInteger(1);
    /** Few at a time, however many containers there are; its threads end when idle. */
    private final ThreadPoolExecutor pool;

    public Adoption(
            RecordStore store,
            ContainerFiles files,
            Entries entries,
            Storage storage,
            Sandboxes sandboxes,
            VolumeMounts volumeMounts,
            Processes processes,
            Workers workers,
            Networking networking,
            Execs execs,
            StreamConnections streams,
            Restarts restarts,
            Endings endings,
            Cleaning cleaning,
            Removal removal,
            LogForwarding forwarding,
            LogKeeping keeping,
            HealthChecks health,
            Leftovers leftovers) {
        this.store = store;
        this.files = files;
        this.entries = entries;
        this.storage = storage;
        this.sandboxes = sandboxes;
        this.volumeMounts = volumeMounts;
        this.processes = processes;
        this.workers = workers;
        this.networking = networking;
        this.execs = execs;
        this.streams = streams;
        this.restarts = restarts;
        this.endings = endings;
        this.cleaning = cleaning;
        this.removal = removal;
        this.forwarding = forwarding;
        this.keeping = keeping;
        this.health = health;
        this.leftovers = leftovers;
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
            Optional<Life> life = record.flatMap(read -> store.findLife(id));
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
            } else if (record.isEmpty() || life.isEmpty()) {
                work.add(() -> removal.vanish(id));
            } else {
                Entry entry = new Entry(record.get(), life.get());
                list(entry);
                attempt(entry, "networks", networking::adopt);
                if (life.get().running()) {
                    running.add(id);
                    attempt(entry, "exec sessions", execs::adopt);
                }
                Runnable task = task(entry);
                // What runs goes first: it needs no driver.
                work.add(life.get().running() ? 0 : work.size(), () -> inTurn(entry, task));
            }
        }
        cleaning.sharedMemory().sweep(start -> running.stream().anyMatch(id -> id.startsWith(start)));
        left.addAndGet(work.size());
        untried.addAndGet(work.size());
        work.forEach(task -> later(task, TRIES));
        tried();
        done();
    }

    /** What goes wrong is one container's, and keeps no other from being listed. */
    private static void attempt(Entry entry, String what, Consumer<Entry> work) {
        try {
            work.accept(entry);
        } catch (FeluccaException e) {
            LOG.warn("{} of container {} are not taken over: {}", what, entry.id, e.getMessage());
        }
    }

    private void list(Entry entry) {
        forwarding.add(entry);
        String name = entry.record().name();
        try {
            entries.names().take(name, entry.id);
        } catch (FeluccaException e) {
            // Two records of one name: a rename that the machine's crash cut. The first keeps it.
            LOG.warn("container {}: {}", entry.id, e.getMessage());
            entry.record(entry.record().withName(entries.names().take(entry.id.substring(0, 12), entry.id)));
        }
        entries.add(entry);
    }

    private static void inTurn(Entry entry, Runnable task) {
        entry.turn.lock();
        try {
            task.run();
        } finally {
            entry.turn.unlock();
        }
    }

    private Runnable task(Entry entry) {
        Life life = entry.life();
        if (life.status() == Status.REMOVING || life.status() == Status.DEAD) {
            return () -> removeNow(entry);
        } else if (life.starting()) {
            return () -> undoStart(entry, life);
        } else if (life.running()) {
            return () -> takeOver(entry);
        } else if (entry.record().host().autoRemove() && life.status() == Status.EXITED) {
            return () -> removeNow(entry);
        }
        return () -> {
            if (entry.life().running()) {
                return; // Started meanwhile, over what the engine before left.
            }
            cleaning.finishLast(entry.record());
            networking.leaveLast(entry);
            Folders.remove(files.exitsOfExecs(entry.id));
            restart(entry, life);
        };
    }

    /** @param left what the engine before left */
    private void restart(Entry entry, Life left) {
        boolean untouched = Objects.equals(entry.life().startedAt(), left.startedAt()) && !entry.removing.get();
        if (untouched && Restarts.atEngineStart(entry, left)) {
            restarts.begin(entry);
        }
    }

    private void takeOver(Entry entry) {
        Life life = entry.life();
        if (!life.running()) {
            return;
        }
        if (life.monitorId().filter(processes::isAlive).isEmpty()) {
            endings.end(entry, life);
            return;
        }
        // First of all: what fails below is tried again, and at last given up, but its end is noticed.
        if (watched.add(entry.id)) {
            endings.watch(entry, life.monitorId().get(), life.run());
            keeping.add(entry);
        }
        entry.rootfs(storage.mount(entry.record().storageDriver(), entry.id, Cleaning.MOUNT_USER));
        entry.record().mounts().stream()
                .filter(ContainerMount::isVolume)
                .forEach(mount -> volumeMounts.adopt(mount.name(), entry.id));
        streams.connect(entry);
        networking.resume(entry);
        health.begin(entry);
    }

    /** Nobody was told that it runs: it is as if it had not been asked for. */
    private void undoStart(Entry entry, Life left) {
        if (entry.life().starting()) {
            cleaning.finishLast(entry.record());
            networking.leaveLast(entry);
            Life undone = left.withSandbox(entry.life().sandbox()).notStarted(left.exitCode(), left.error());
            entry.life(undone);
            try {
                store.write(entry.id, undone);
            } catch (FeluccaException e) {
                LOG.warn("the next engine undoes the start of container {} again: {}", entry.id, e.getMessage());
            }
        }
        restart(entry, left);
    }

    private void removeNow(Entry entry) {
        if (entries.ofId(entry.id).isPresent()) {
            entry.removing.set(true);
            removal.carryOut(entry);
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
        List<Entry> waiting = restarts.release();
        LOG.debug("starting {} containers as their restart policies say", waiting.size());
        new BootStarts(entries)
                .start(waiting, pool, entry -> restarts.due(entry, entry.life().run()));
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
            workers.executor().execute(leftovers::collect);
        }
    }
}
