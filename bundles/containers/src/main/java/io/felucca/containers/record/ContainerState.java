package io.felucca.containers.record;

import io.felucca.containers.Container.Status;
import io.felucca.linux.ProcessId;
import io.felucca.networks.Sandbox;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a container is in its life: {@code state.json}, written at every step. Its absence means that create has not
 * come to its end.
 *
 * @param starting intent: the run of that number is being started, and is undone by whoever finds this
 * @param run how often it was started; names the folder of its exit files
 * @param process of its first process as {@link ProcessId#toString} writes it, empty unless it runs
 * @param monitor so of its monitor
 * @param error why the last start failed, or empty
 * @param startedAt null before the first start; {@code finishedAt} null before the first end
 * @param stoppedByUser whether somebody asked for its end, which restart policies respect; kept for those alone
 * @param restartCount how often its restart policy started it since somebody did
 * @param sandbox what it has of networks, to be taken away by whoever finds it ended
 */
public record ContainerState(
        Status status,
        boolean starting,
        int run,
        String process,
        String monitor,
        int exitCode,
        boolean oomKilled,
        String error,
        Instant startedAt,
        Instant finishedAt,
        boolean stoppedByUser,
        int restartCount,
        Sandbox sandbox) {

    public ContainerState {
        process = process == null ? "" : process;
        monitor = monitor == null ? "" : monitor;
        error = error == null ? "" : error;
        sandbox = sandbox == null ? Sandbox.NONE : sandbox;
    }

    /** What is known of a container whose state did not survive the machine's crash. */
    public static final ContainerState LOST =
            new ContainerState(Status.EXITED, false, 0, "", "", 255, false, "", null, null, false, 0, null);

    public static final ContainerState CREATED =
            new ContainerState(Status.CREATED, false, 0, "", "", 0, false, "", null, null, false, 0, null);

    /** Whether it has a process. */
    public boolean running() {
        return status == Status.RUNNING || status == Status.PAUSED;
    }

    /** Whether its restart policy will start it in a moment. */
    public boolean waiting() {
        return status == Status.RESTARTING;
    }

    /** Running in Docker's sense, which counts those that wait for their restart. */
    public boolean active() {
        return running() || waiting();
    }

    public Optional<ProcessId> processId() {
        return process.isEmpty() ? Optional.empty() : Optional.of(ProcessId.parse(process));
    }

    public Optional<ProcessId> monitorId() {
        return monitor.isEmpty() ? Optional.empty() : Optional.of(ProcessId.parse(monitor));
    }

    /** The intent to start; the state that was stays what is shown. */
    public ContainerState toStart() {
        return with(status, true, run + 1, "", "", exitCode, error);
    }

    public ContainerState started(ProcessId first, ProcessId itsMonitor, Instant now) {
        return new ContainerState(
                Status.RUNNING,
                false,
                run,
                first.toString(),
                itsMonitor.toString(),
                0,
                false,
                "",
                now,
                finishedAt,
                stoppedByUser,
                restartCount,
                sandbox);
    }

    /** A start that did not come to its end; the container is what it was before {@link #toStart}, and waits no longer. */
    public ContainerState notStarted(int code, String why) {
        return with(waiting() ? Status.EXITED : status, false, run, "", "", code, why);
    }

    /** A restart that failed for a reason that can pass: it goes on waiting. */
    public ContainerState waitingOn(String why) {
        return with(status, false, run, "", "", exitCode, why);
    }

    public ContainerState ended(int code, boolean outOfMemory, Instant at) {
        return new ContainerState(
                Status.EXITED,
                false,
                run,
                "",
                "",
                code,
                outOfMemory,
                error,
                startedAt,
                at,
                stoppedByUser,
                restartCount,
                sandbox);
    }

    /** An ended one that its policy will start once more. */
    public ContainerState toRestart() {
        return with(Status.RESTARTING, false, run, "", "", exitCode, error).withUser(stoppedByUser, restartCount + 1);
    }

    public ContainerState withStatus(Status other) {
        return with(other, starting, run, process, monitor, exitCode, error);
    }

    /** @param stopped by somebody; {@code restarts} of the policy since somebody started it */
    public ContainerState withUser(boolean stopped, int restarts) {
        return new ContainerState(
                status,
                starting,
                run,
                process,
                monitor,
                exitCode,
                oomKilled,
                error,
                startedAt,
                finishedAt,
                stopped,
                restarts,
                sandbox);
    }

    public ContainerState withSandbox(Sandbox now) {
        return new ContainerState(
                status,
                starting,
                run,
                process,
                monitor,
                exitCode,
                oomKilled,
                error,
                startedAt,
                finishedAt,
                stoppedByUser,
                restartCount,
                now);
    }

    private ContainerState with(
            Status other, boolean isStarting, int runs, String first, String itsMonitor, int code, String why) {
        return new ContainerState(
                other,
                isStarting,
                runs,
                first,
                itsMonitor,
                code,
                oomKilled,
                why,
                startedAt,
                finishedAt,
                stoppedByUser,
                restartCount,
                sandbox);
    }
}
