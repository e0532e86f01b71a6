package io.felucca.containers.change;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.HostConfig;
import io.felucca.containers.network.Networking;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.Life;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.remove.Removal;
import io.felucca.containers.restart.Restarts;
import io.felucca.containers.start.Starting;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.Entries;
import io.felucca.containers.state.Entry;
import io.felucca.containers.stop.Stopping;
import io.felucca.linux.Processes;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandboxes;
import io.felucca.runtime.spi.RuntimeDriver;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes that are asked of a container, each in its turn: while one is under way the next waits. */
public final class Turns {

    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

    private final RecordStore store;
    private final Entries entries;
    private final Sandboxes sandboxes;
    private final Runtimes runtimes;
    private final Processes processes;
    private final ContainerEvents events;
    private final Networking networking;
    private final Removal removal;
    private final Restarts restarts;
    private final Starting starting;
    private final Stopping stopping;
    private final Updating updating;

    public Turns(
            RecordStore store,
            Entries entries,
            Sandboxes sandboxes,
            Runtimes runtimes,
            Processes processes,
            ContainerEvents events,
            Networking networking,
            Removal removal,
            Restarts restarts,
            Starting starting,
            Stopping stopping,
            Updating updating) {
        this.store = store;
        this.entries = entries;
        this.sandboxes = sandboxes;
        this.runtimes = runtimes;
        this.processes = processes;
        this.events = events;
        this.networking = networking;
        this.removal = removal;
        this.restarts = restarts;
        this.starting = starting;
        this.stopping = stopping;
        this.updating = updating;
    }

    public void start(Entry entry) {
        inTurn(entry, () -> startInTurn(entry));
    }

    private void startInTurn(Entry entry) {
        try {
            starting.start(entry);
        } catch (FeluccaException e) {
            boolean failed = !entry.life().running() && e.kind() != Kind.NOT_MODIFIED;
            if (failed && entry.record().host().autoRemove() && entry.removing.compareAndSet(false, true)) {
                removal.putOnRecord(entry);
                removal.finish(entry);
            }
            throw e;
        }
    }

    public void restart(Entry entry, Integer timeoutSeconds, String signal) {
        entry.restarting(true);
        try {
            stopToRestart(entry, timeoutSeconds, signal);
            inTurn(entry, () -> startInTurn(entry));
        } finally {
            entry.restarting(false);
        }
        events.tell("restart", entry.record());
    }

    private void stopToRestart(Entry entry, Integer timeoutSeconds, String signal) {
        if (!restarts.giveUp(entry) && entry.life().running()) {
            stopping.stopRunning(entry, timeoutSeconds, signal);
        }
    }

    /** Does the work in the container's turn; with {@code restart} one that runs is stopped for it and started again. */
    public void whileStopped(Entry entry, boolean restart, Runnable work) {
        if (!restart || !entry.life().running()) {
            inTurn(entry, work);
            return;
        }
        entry.restarting(true);
        try {
            stopToRestart(entry, null, null);
            inTurn(entry, () -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    startAfter(entry, e);
                    throw e;
                }
                startInTurn(entry);
            });
        } finally {
            entry.restarting(false);
        }
    }

    /** What failed before matters more than what fails now. */
    private void startAfter(Entry entry, RuntimeException failure) {
        try {
            startInTurn(entry);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    public void pause(Entry entry) {
        inTurn(entry, () -> {
            entry.requireRunning();
            if (entry.life().status() == Status.PAUSED) {
                throw FeluccaException.conflict("Container " + entry.id + " is already paused");
            }
            Life before = entry.life();
            change(entry, Status.PAUSED, driver -> driver.pause(entry.id));
            try {
                store.write(entry.id, entry.life());
            } catch (FeluccaException e) {
                // An engine after this one would take it for running, and never resume it.
                change(entry, before.status(), driver -> driver.resume(entry.id));
                throw e;
            }
            events.tell("pause", entry.record());
        });
    }

    public void unpause(Entry entry) {
        inTurn(entry, () -> {
            if (entry.life().status() != Status.PAUSED) {
                // dockerd answers this by 500, and clients' own tests expect that.
                throw new FeluccaException(Kind.SYSTEM, "Container " + entry.id + " is not paused");
            }
            change(entry, Status.RUNNING, driver -> driver.resume(entry.id));
            try {
                store.write(entry.id, entry.life());
            } catch (FeluccaException e) {
                // An engine after this one takes it for paused; resuming it again does no harm.
                LOG.warn("recording that container {} runs again: {}", entry.id, e.getMessage());
            }
            events.tell("unpause", entry.record());
        });
    }

    private void change(Entry entry, Status status, Consumer<RuntimeDriver> work) {
        try {
            runtimes.run(entry.record().runtime(), driver -> work.accept(driver));
        } catch (FeluccaException e) {
            if (hasEnded(entry)) {
                throw new FeluccaException(Kind.CONFLICT, entry.notRunning().getMessage(), e);
            }
            throw e;
        }
        entry.life(entry.life().withStatus(status));
    }

    /** Between a process's end and the record of it there is a moment, in which the runtime refuses what it is asked. */
    private boolean hasEnded(Entry entry) {
        return entry.life()
                .processId()
                .filter(process -> processes.isAlive(process))
                .isEmpty();
    }

    public void rename(Entry entry, String newName) {
        inTurn(entry, () -> {
            String old = entry.record().name();
            String wanted = newName.startsWith("/") ? newName : "/" + newName;
            if (wanted.equals("/" + old)) {
                throw FeluccaException.invalid("Renaming a container with the same name as its current name");
            }
            ContainerRecord renamed;
            try {
                renamed = entry.record().withName(entries.names().take(wanted, entry.id));
            } catch (FeluccaException e) {
                throw new FeluccaException(e.kind(), "Error when allocating new name: " + e.getMessage(), e);
            }
            rewrite(entry, renamed);
            entry.record(renamed);
            entries.names().free(old, entry.id);
            sandboxes.renamed(entry.id, renamed.name());
            networking.tellLinked(entry);
            events.tell("rename", renamed, Map.of("oldName", "/" + old));
        });
    }

    /** One that fails leaves the old name, in the heap and on the disk. */
    private void rewrite(Entry entry, ContainerRecord renamed) {
        try {
            store.rewrite(renamed);
        } catch (RuntimeException e) {
            entries.names().free(renamed.name(), entry.id);
            try {
                store.rewrite(entry.record());
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** @param name as one container calls another: {@code web/db} */
    public void unlink(String name) {
        Entry recipient = networking.changes().linkedBy(name);
        inTurn(recipient, () -> networking.changes().unlink(recipient, name));
    }

    public List<String> update(Entry entry, HostConfig.Resources resources, HostConfig.RestartPolicy policy) {
        entry.turn.lock();
        try {
            return updating.update(entry, resources, policy);
        } finally {
            entry.turn.unlock();
        }
    }

    public void connect(Entry entry, String network, EndpointSpec spec) {
        inTurn(entry, () -> networking.changes().connect(entry, network, spec));
    }

    public void disconnect(Entry entry, String network, boolean force) {
        inTurn(entry, () -> networking.changes().disconnect(entry, network, force));
    }

    public void publish(Entry entry, Map<String, List<HostConfig.PortBinding>> ports) {
        inTurn(entry, () -> networking.changes().publish(entry, ports));
    }

    private static void inTurn(Entry entry, Runnable work) {
        entry.turn.lock();
        try {
            work.run();
        } finally {
            entry.turn.unlock();
        }
    }
}
