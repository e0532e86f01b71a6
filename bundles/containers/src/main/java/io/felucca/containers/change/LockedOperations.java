package io.felucca.containers.change;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.HostConfig;
import io.felucca.containers.network.ContainerNetworks;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.remove.RemoveOperation;
import io.felucca.containers.restart.RestartScheduler;
import io.felucca.containers.start.StartOperation;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.containers.stop.StopOperation;
import io.felucca.linux.Processes;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.PortBinding;
import io.felucca.networks.Sandboxes;
import io.felucca.runtime.spi.RuntimeDriver;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes that are asked of a container, each in its turn: while one is under way the next waits. */
public final class LockedOperations {

    private static final Logger LOG = LoggerFactory.getLogger(LockedOperations.class);

    private final RecordStore store;
    private final ContainerRegistry registry;
    private final Sandboxes sandboxes;
    private final Runtimes runtimes;
    private final Processes processes;
    private final ContainerEvents events;
    private final ContainerNetworks networks;
    private final RemoveOperation removeOperation;
    private final RestartScheduler restarts;
    private final StartOperation startOperation;
    private final StopOperation stopOperation;
    private final UpdateOperation updateOperation;

    public LockedOperations(
            RecordStore store,
            ContainerRegistry registry,
            Sandboxes sandboxes,
            Runtimes runtimes,
            Processes processes,
            ContainerEvents events,
            ContainerNetworks networks,
            RemoveOperation removeOperation,
            RestartScheduler restarts,
            StartOperation startOperation,
            StopOperation stopOperation,
            UpdateOperation updateOperation) {
        this.store = store;
        this.registry = registry;
        this.sandboxes = sandboxes;
        this.runtimes = runtimes;
        this.processes = processes;
        this.events = events;
        this.networks = networks;
        this.removeOperation = removeOperation;
        this.restarts = restarts;
        this.startOperation = startOperation;
        this.stopOperation = stopOperation;
        this.updateOperation = updateOperation;
    }

    /** @param environment what this run alone has besides the container's own variables */
    public void start(ManagedContainer container, List<String> environment) {
        underLock(container, () -> startUnderLock(container, environment));
    }

    private void startUnderLock(ManagedContainer container) {
        startUnderLock(container, List.of());
    }

    private void startUnderLock(ManagedContainer container, List<String> environment) {
        try {
            startOperation.start(container, environment);
        } catch (FeluccaException e) {
            boolean failed = !container.state().running() && e.kind() != Kind.NOT_MODIFIED;
            if (failed && container.record().host().autoRemove() && container.removing.compareAndSet(false, true)) {
                removeOperation.putOnRecord(container);
                removeOperation.finish(container);
            }
            throw e;
        }
    }

    public void restart(ManagedContainer container, Integer timeoutSeconds, String signal) {
        container.restarting(true);
        try {
            stopToRestart(container, timeoutSeconds, signal);
            underLock(container, () -> startUnderLock(container));
        } finally {
            container.restarting(false);
        }
        events.tell("restart", container.record());
    }

    private void stopToRestart(ManagedContainer container, Integer timeoutSeconds, String signal) {
        if (!restarts.giveUp(container) && container.state().running()) {
            stopOperation.stopRunning(container, timeoutSeconds, signal);
        }
    }

    /** Does the work in the container's turn; with {@code restart} one that runs is stopped for it and started again. */
    public void whileStopped(ManagedContainer container, boolean restart, Runnable work) {
        if (!restart || !container.state().running()) {
            underLock(container, work);
            return;
        }
        container.restarting(true);
        try {
            stopToRestart(container, null, null);
            underLock(container, () -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    startAfter(container, e);
                    throw e;
                }
                startUnderLock(container);
            });
        } finally {
            container.restarting(false);
        }
    }

    /** What failed before matters more than what fails now. */
    private void startAfter(ManagedContainer container, RuntimeException failure) {
        try {
            startUnderLock(container);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    public void pause(ManagedContainer container) {
        underLock(container, () -> {
            container.requireRunning();
            if (container.state().status() == Status.PAUSED) {
                throw FeluccaException.conflict("Container " + container.id + " is already paused");
            }
            ContainerState before = container.state();
            change(container, Status.PAUSED, driver -> driver.pause(container.id));
            try {
                store.write(container.id, container.state());
            } catch (FeluccaException e) {
                // An engine after this one would take it for running, and never resume it.
                change(container, before.status(), driver -> driver.resume(container.id));
                throw e;
            }
            events.tell("pause", container.record());
        });
    }

    public void unpause(ManagedContainer container) {
        underLock(container, () -> {
            if (container.state().status() != Status.PAUSED) {
                // dockerd answers this by 500, and clients' own tests expect that.
                throw new FeluccaException(Kind.SYSTEM, "Container " + container.id + " is not paused");
            }
            change(container, Status.RUNNING, driver -> driver.resume(container.id));
            try {
                store.write(container.id, container.state());
            } catch (FeluccaException e) {
                // An engine after this one takes it for paused; resuming it again does no harm.
                LOG.warn("recording that container {} runs again: {}", container.id, e.getMessage());
            }
            events.tell("unpause", container.record());
        });
    }

    private void change(ManagedContainer container, Status status, Consumer<RuntimeDriver> work) {
        try {
            runtimes.run(container.record().runtime(), driver -> work.accept(driver));
        } catch (FeluccaException e) {
            if (hasEnded(container)) {
                throw new FeluccaException(Kind.CONFLICT, container.notRunning().getMessage(), e);
            }
            throw e;
        }
        container.state(container.state().withStatus(status));
    }

    /** Between a process's end and the record of it there is a moment, in which the runtime refuses what it is asked. */
    private boolean hasEnded(ManagedContainer container) {
        return container
                .state()
                .processId()
                .filter(process -> processes.isAlive(process))
                .isEmpty();
    }

    public void rename(ManagedContainer container, String newName) {
        underLock(container, () -> {
            String old = container.record().name();
            String wanted = newName.startsWith("/") ? newName : "/" + newName;
            if (wanted.equals("/" + old)) {
                throw FeluccaException.invalid("Renaming a container with the same name as its current name");
            }
            ContainerRecord renamed;
            try {
                renamed = container.record().withName(registry.names().take(wanted, container.id));
            } catch (FeluccaException e) {
                throw new FeluccaException(e.kind(), "Error when allocating new name: " + e.getMessage(), e);
            }
            rewrite(container, renamed);
            container.record(renamed);
            registry.names().free(old, container.id);
            sandboxes.renamed(container.id, renamed.name());
            networks.tellLinked(container);
            events.tell("rename", renamed, Map.of("oldName", "/" + old));
        });
    }

    /** One that fails leaves the old name, in the heap and on the disk. */
    private void rewrite(ManagedContainer container, ContainerRecord renamed) {
        try {
            store.rewrite(renamed);
        } catch (RuntimeException e) {
            registry.names().free(renamed.name(), container.id);
            try {
                store.rewrite(container.record());
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** @param name as one container calls another: {@code web/db} */
    public void unlink(String name) {
        ManagedContainer recipient = networks.changes().linkedBy(name);
        underLock(recipient, () -> networks.changes().unlink(recipient, name));
    }

    public List<String> update(
            ManagedContainer container, HostConfig.Resources resources, HostConfig.RestartPolicy policy) {
        container.lock.lock();
        try {
            return updateOperation.update(container, resources, policy);
        } finally {
            container.lock.unlock();
        }
    }

    public void connect(ManagedContainer container, String network, EndpointSpec spec) {
        underLock(container, () -> networks.changes().connect(container, network, spec));
    }

    public void disconnect(ManagedContainer container, String network, boolean force) {
        underLock(container, () -> networks.changes().disconnect(container, network, force));
    }

    public void publish(ManagedContainer container, Map<String, List<PortBinding>> ports) {
        underLock(container, () -> networks.changes().publish(container, ports));
    }

    private static void underLock(ManagedContainer container, Runnable work) {
        container.lock.lock();
        try {
            work.run();
        } finally {
            container.lock.unlock();
        }
    }
}
