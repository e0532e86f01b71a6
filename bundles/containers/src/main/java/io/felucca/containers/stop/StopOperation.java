package io.felucca.containers.stop;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Exit;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.process.SignalNames;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.restart.RestartScheduler;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.linux.PidFd;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signals containers, by their process's descriptor and without the runtime, and waits for their end. */
public final class StopOperation {

    private static final Logger LOG = LoggerFactory.getLogger(StopOperation.class);
    private static final int STOP_SECONDS = 10;
    private static final int KILL_SECONDS = 10;

    /** Those that ask for an end: a policy does not start again what one of them ended. */
    private static final Set<Integer> ENDING = Set.of(2, 3, 6, SignalNames.KILL, SignalNames.TERM);

    private final RecordStore store;
    private final Runtimes runtimes;
    private final Processes processes;
    private final ContainerEvents events;
    private final RestartScheduler restarts;

    public StopOperation(
            RecordStore store,
            Runtimes runtimes,
            Processes processes,
            ContainerEvents events,
            RestartScheduler restarts) {
        this.store = store;
        this.runtimes = runtimes;
        this.processes = processes;
        this.events = events;
        this.restarts = restarts;
    }

    /** @throws FeluccaException NOT_MODIFIED when it does not run */
    public void stop(ManagedContainer container, Integer timeoutSeconds, String signal) {
        if (!container.state().active()) {
            throw FeluccaException.notModified("Container " + container.id + " is already stopped");
        }
        if (!restarts.giveUp(container)) {
            stopRunning(container, timeoutSeconds, signal);
        }
        events.tell("stop", container.record());
    }

    /** Its policy may start it again. */
    public void stopRunning(ManagedContainer container, Integer timeoutSeconds, String signal) {
        int number = signal != null && !signal.isEmpty() ? SignalNames.parse(signal) : ownSignal(container);
        Integer configured = container.record().config().stopTimeout();
        int seconds = timeoutSeconds != null ? timeoutSeconds : configured != null ? configured : STOP_SECONDS;
        CompletableFuture<Exit> exit = container.await(Condition.NOT_RUNNING);
        signal(container, number);
        if (!ends(exit, seconds)) {
            endNow(container);
        }
    }

    private static int ownSignal(ManagedContainer container) {
        String own = container.record().config().stopSignal();
        return own == null || own.isEmpty() ? SignalNames.TERM : SignalNames.parse(own);
    }

    /** @throws FeluccaException with Docker's "Cannot kill container: …" */
    public void kill(ManagedContainer container, String name, String signal) {
        int number = signal == null || signal.isEmpty() ? SignalNames.KILL : SignalNames.parse(signal);
        if (!SignalNames.isKnown(number)) {
            throw FeluccaException.invalid(
                    "Cannot kill container: " + name + ": The linux daemon does not support signal " + number);
        }
        if (!container.state().active()) {
            throw FeluccaException.conflict("Cannot kill container: " + name + ": "
                    + container.notRunning().getMessage());
        }
        if ((ENDING.contains(number) || number == ownSignal(container)) && restarts.giveUp(container)) {
            return;
        }
        if (number == SignalNames.KILL) {
            endNow(container);
        } else {
            signal(container, number);
        }
    }

    /** Returns when the container has ended, for good, and that is on record. */
    public void killAndWait(ManagedContainer container) {
        if (!restarts.giveUp(container)) {
            endNow(container);
        }
    }

    private void endNow(ManagedContainer container) {
        CompletableFuture<Exit> exit = container.await(Condition.NOT_RUNNING);
        signal(container, SignalNames.KILL);
        if (!ends(exit, KILL_SECONDS)) {
            throw FeluccaException.system("container " + container.id + " did not end within " + KILL_SECONDS
                    + " s of SIGKILL: a process of it may hang in the kernel (state D)");
        }
    }

    /** A frozen container takes signals when it goes on: Docker thaws it then. */
    private void signal(ManagedContainer container, int number) {
        ProcessId process = container.state().processId().orElse(null);
        if (process == null) {
            return;
        }
        try (PidFd fd = processes.open(process).orElse(null)) {
            if (fd == null || !processes.signal(fd, number)) {
                return;
            }
        }
        container.hurryStreams();
        events.tell("kill", container.record(), Map.of("signal", Integer.toString(number)));
        if (container.state().status() == Status.PAUSED) {
            thaw(container);
        }
    }

    private void thaw(ManagedContainer container) {
        container.lock.lock();
        try {
            if (container.state().status() == Status.PAUSED) {
                runtimes.run(container.record().runtime(), driver -> driver.resume(container.id));
                container.state(container.state().withStatus(Status.RUNNING));
                store.write(container.id, container.state());
                events.tell("unpause", container.record());
            }
        } catch (FeluccaException e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw e;
            }
            // It may have ended between the signal and the thaw.
            LOG.debug("resuming container {} after a signal: {}", container.id, e.getMessage());
        } finally {
            container.lock.unlock();
        }
    }

    private static boolean ends(CompletableFuture<Exit> exit, int seconds) {
        try {
            if (seconds < 0) {
                exit.get();
            } else {
                exit.get(seconds, TimeUnit.SECONDS);
            }
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FeluccaException.unavailable("interrupted while waiting for a container's end");
        } catch (ExecutionException e) {
            throw new IllegalStateException("an exit never fails", e);
        } finally {
            exit.cancel(false);
        }
    }
}
