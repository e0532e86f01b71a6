package io.felucca.containers.stop;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Exit;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.process.Signals;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.restart.Restarts;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.Entry;
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
public final class Stopping {

    private static final Logger LOG = LoggerFactory.getLogger(Stopping.class);
    private static final int STOP_SECONDS = 10;
    private static final int KILL_SECONDS = 10;

    /** Those that ask for an end: a policy does not start again what one of them ended. */
    private static final Set<Integer> ENDING = Set.of(2, 3, 6, Signals.KILL, Signals.TERM);

    private final RecordStore store;
    private final Runtimes runtimes;
    private final Processes processes;
    private final ContainerEvents events;
    private final Restarts restarts;

    public Stopping(
            RecordStore store, Runtimes runtimes, Processes processes, ContainerEvents events, Restarts restarts) {
        this.store = store;
        this.runtimes = runtimes;
        this.processes = processes;
        this.events = events;
        this.restarts = restarts;
    }

    /** @throws FeluccaException NOT_MODIFIED when it does not run */
    public void stop(Entry entry, Integer timeoutSeconds, String signal) {
        if (!entry.life().active()) {
            throw FeluccaException.notModified("Container " + entry.id + " is already stopped");
        }
        if (!restarts.giveUp(entry)) {
            stopRunning(entry, timeoutSeconds, signal);
        }
        events.tell("stop", entry.record());
    }

    /** Its policy may start it again. */
    public void stopRunning(Entry entry, Integer timeoutSeconds, String signal) {
        int number = signal != null && !signal.isEmpty() ? Signals.parse(signal) : ownSignal(entry);
        Integer configured = entry.record().config().stopTimeout();
        int seconds = timeoutSeconds != null ? timeoutSeconds : configured != null ? configured : STOP_SECONDS;
        CompletableFuture<Exit> exit = entry.await(Condition.NOT_RUNNING);
        signal(entry, number);
        if (!ends(exit, seconds)) {
            endNow(entry);
        }
    }

    private static int ownSignal(Entry entry) {
        String own = entry.record().config().stopSignal();
        return own == null || own.isEmpty() ? Signals.TERM : Signals.parse(own);
    }

    /** @throws FeluccaException with Docker's "Cannot kill container: …" */
    public void kill(Entry entry, String name, String signal) {
        int number = signal == null || signal.isEmpty() ? Signals.KILL : Signals.parse(signal);
        if (!Signals.isKnown(number)) {
            throw FeluccaException.invalid(
                    "Cannot kill container: " + name + ": The linux daemon does not support signal " + number);
        }
        if (!entry.life().active()) {
            throw FeluccaException.conflict(
                    "Cannot kill container: " + name + ": " + entry.notRunning().getMessage());
        }
        if ((ENDING.contains(number) || number == ownSignal(entry)) && restarts.giveUp(entry)) {
            return;
        }
        if (number == Signals.KILL) {
            endNow(entry);
        } else {
            signal(entry, number);
        }
    }

    /** Returns when the container has ended, for good, and that is on record. */
    public void killAndWait(Entry entry) {
        if (!restarts.giveUp(entry)) {
            endNow(entry);
        }
    }

    private void endNow(Entry entry) {
        CompletableFuture<Exit> exit = entry.await(Condition.NOT_RUNNING);
        signal(entry, Signals.KILL);
        if (!ends(exit, KILL_SECONDS)) {
            throw FeluccaException.system("container " + entry.id + " did not end within " + KILL_SECONDS
                    + " s of SIGKILL: a process of it may hang in the kernel (state D)");
        }
    }

    /** A frozen container takes signals when it goes on: Docker thaws it then. */
    private void signal(Entry entry, int number) {
        ProcessId process = entry.life().processId().orElse(null);
        if (process == null) {
            return;
        }
        try (PidFd fd = processes.open(process).orElse(null)) {
            if (fd == null || !processes.signal(fd, number)) {
                return;
            }
        }
        entry.hurryStreams();
        events.tell("kill", entry.record(), Map.of("signal", Integer.toString(number)));
        if (entry.life().status() == Status.PAUSED) {
            thaw(entry);
        }
    }

    private void thaw(Entry entry) {
        entry.turn.lock();
        try {
            if (entry.life().status() == Status.PAUSED) {
                runtimes.run(entry.record().runtime(), driver -> driver.resume(entry.id));
                entry.life(entry.life().withStatus(Status.RUNNING));
                store.write(entry.id, entry.life());
                events.tell("unpause", entry.record());
            }
        } catch (FeluccaException e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw e;
            }
            // It may have ended between the signal and the thaw.
            LOG.debug("resuming container {} after a signal: {}", entry.id, e.getMessage());
        } finally {
            entry.turn.unlock();
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
