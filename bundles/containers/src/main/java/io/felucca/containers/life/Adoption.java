package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.containers.Container.Status;
import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.Life;
import io.felucca.storage.spi.LayerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what an engine before this one left: what runs is watched again, what ended meanwhile is recorded with the
 * time of its exit file, removals are finished, half-made containers and starts are undone. What needs a driver waits
 * for it, off the activating thread and each container for itself; what fails is tried again, for half a minute. When all
 * that is left has been looked at, networks are put back, and only then do restart policies start containers.
 */
final class Adoption {

    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
    private static final int AT_ONCE = 8;
    private static final int TRIES = 60;
    private static final long AGAIN_MILLIS = 500;

    private final Core core;
    private final Networking networking;
    private final Execs execs;
    private final Starting starting;
    private final Restarts restarts;
    private final Endings endings;
    private final Cleaning cleaning;
    private final Removal removal;
    private final LogForwarding forwarding;
    private final LogKeeping keeping;
    private final HealthChecks health;
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    private final AtomicInteger left = new AtomicInteger(1);
    /** What has not been tried once yet. */
    private final AtomicInteger untried = new AtomicInteger(1);
    /** Few at a time, however many containers there are; its threads end when idle. */
    private final ThreadPoolExecutor pool;

    Adoption(
            Core core,
            Networking networking,
            Execs execs,
            Starting starting,
            Restarts restarts,
            Endings endings,
            Cleaning cleaning,
            Removal removal,
            LogForwarding forwarding,
            LogKeeping keeping,
            HealthChecks health) {
        this.core = core;
        this.networking = networking;
        this.execs = execs;
        this.starting = starting;
        this.restarts = restarts;
        this.endings = endings;
        this.cleaning = cleaning;
        this.removal = removal;
        this.forwarding = forwarding;
        this.keeping = keeping;
        this.health = health;
        pool = new ThreadPoolExecutor(
                AT_ONCE,
                AT_ONCE,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                core.executor().getThreadFactory());
        pool.allowCoreThreadTimeOut(true);
    }

    /** Returns when all containers are listed; what is left to do for them goes on. */
    void begin() {
        List<Runnable> work = new ArrayList<>();
        Set<String> running = new HashSet<>();
        for (String id : core.store().ids()) {
            Optional<ContainerRecord> record = core.store().findConfig(id);
            Optional<Life> life = record.flatMap(read -> core.store().findLife(id));
            Optional<String> damage = record.isEmpty() ? core.store().damage(id) : Optional.empty();
            if (damage.isPresent()) {
                // Its process may run, on what is kept of it.
                running.add(id);
                LOG.error(
                        "{} is damaged ({}): container {} is left alone; restore the file from a backup and restart the"
                                + " engine, or delete the folder, which gives the container up",
                        core.files().config(id),
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
            core.entries().names().take(name, entry.id);
        } catch (FeluccaException e) {
            // Two records of one name: a rename that the machine's crash cut. The first keeps it.
            LOG.warn("container {}: {}", entry.id, e.getMessage());
            entry.record(entry.record().withName(core.entries().names().take(entry.id.substring(0, 12), entry.id)));
        }
        core.entries().add(entry);
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
            Folders.remove(core.files().exitsOfExecs(entry.id));
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
        if (life.monitorId().filter(core.processes()::isAlive).isEmpty()) {
            endings.end(entry, life);
            return;
        }
        // First of all: what fails below is tried again, and at last given up, but its end is noticed.
        if (watched.add(entry.id)) {
            endings.watch(entry, life.monitorId().get(), life.run());
            keeping.add(entry);
        }
        entry.rootfs(core.storage().mount(entry.record().storageDriver(), entry.id, Cleaning.MOUNT_USER));
        entry.record().mounts().stream()
                .filter(ContainerMount::isVolume)
                .forEach(mount -> core.volumeMounts().adopt(mount.name(), entry.id));
        starting.connectStreams(entry);
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
                core.store().write(entry.id, undone);
            } catch (FeluccaException e) {
                LOG.warn("the next engine undoes the start of container {} again: {}", entry.id, e.getMessage());
            }
        }
        restart(entry, left);
    }

    private void removeNow(Entry entry) {
        if (core.entries().ofId(entry.id).isPresent()) {
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
                    core.poller().schedule(AGAIN_MILLIS, () -> later(task, tries - 1));
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
            core.executor().execute(this::startAgain);
        }
    }

    private void startAgain() {
        restoreNetworks();
        List<Entry> waiting = restarts.release();
        LOG.debug("starting {} containers as their restart policies say", waiting.size());
        new BootStarts(core.entries())
                .start(waiting, pool, entry -> restarts.due(entry, entry.life().run()));
    }

    private void restoreNetworks() {
        try {
            core.sandboxes().restore();
        } catch (FeluccaException e) {
            LOG.warn("putting back rules of networks and ports: {}", e.getMessage());
        }
    }

    private void done() {
        if (left.decrementAndGet() == 0) {
            core.executor().execute(this::collect);
        }
    }

    /** What no container owns: mounts, folders of tasks, layers whose container did not survive the machine's crash. */
    private void collect() {
        try {
            core.storage().unmountUnused();
            core.volumeMounts().unmountUnused();
            removeStrayTasks();
            removeStrayLayers();
            Folders.empty(core.files().trash());
            Folders.empty(core.files().taskTrash());
        } catch (FeluccaException e) {
            LOG.warn("collecting what an engine before left: {}", e.getMessage());
        }
    }

    private void removeStrayTasks() {
        Set<Path> owned = new HashSet<>();
        core.entries().all().forEach(entry -> owned.add(core.files().task(entry.id)));
        try (Stream<Path> tasks = Files.list(core.files().tasks())) {
            for (Path task : tasks.toList()) {
                if (!owned.contains(task) && isStray(task.getFileName().toString())) {
                    Folders.remove(task);
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + core.files().tasks() + ": " + e.getMessage(), e);
        }
    }

    private boolean isStray(String start) {
        return core.store().ids().stream().noneMatch(id -> id.startsWith(start));
    }

    private void removeStrayLayers() {
        for (String driver : core.storage().used()) {
            List<String> layers = core.storage()
                    .with(
                            driver,
                            store -> store.list().stream()
                                    .filter(layer -> layer.state() == LayerStore.State.ACTIVE)
                                    .map(LayerStore.LayerInfo::name)
                                    .filter(name -> name.matches("[0-9a-f]{64}"))
                                    .toList());
            for (String layer : layers) {
                // Listed after the layers: what is being made now has its folder already.
                if (!Files.exists(core.files().folder(layer))) {
                    LOG.info("removing layer {} of {}, whose container is gone", layer, driver);
                    core.storage().remove(driver, layer);
                } else {
                    core.entries().ofId(layer).ifPresent(entry -> inTurn(entry, () -> removeUnlessOn(driver, entry)));
                }
            }
        }
    }

    /** A move that was cut leaves a copy on one side; the record says which is the container's. */
    private void removeUnlessOn(String driver, Entry entry) {
        if (!entry.record().storageDriver().equals(driver)) {
            LOG.info(
                    "removing layer {} of {}: the container is on {}",
                    entry.id,
                    driver,
                    entry.record().storageDriver());
            core.storage().remove(driver, entry.id);
        }
    }
}
