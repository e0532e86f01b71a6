package io.felucca.containers.record;

import io.felucca.containers.Container.Status;
import io.felucca.linux.ProcessId;
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
 */
public record Life(
        Status status,
        boolean starting,
        int run,
        String process,
        String monitor,
        int exitCode,
        boolean oomKilled,
        String error,
        Instant startedAt,
        Instant finishedAt) {

    public Life {
        process = process == null ? "" : process;
        monitor = monitor == null ? "" : monitor;
        error = error == null ? "" : error;
    }

    /** What is known of a container whose state did not survive the machine's crash. */
    public static final Life LOST = new Life(Status.EXITED, false, 0, "", "", 255, false, "", null, null);

    public static final Life CREATED = new Life(Status.CREATED, false, 0, "", "", 0, false, "", null, null);

    public boolean running() {
        return status == Status.RUNNING || status == Status.PAUSED;
    }

    public Optional<ProcessId> processId() {
        return process.isEmpty() ? Optional.empty() : Optional.of(ProcessId.parse(process));
    }

    public Optional<ProcessId> monitorId() {
        return monitor.isEmpty() ? Optional.empty() : Optional.of(ProcessId.parse(monitor));
    }

    /** The intent to start; the state that was stays what is shown. */
    public Life toStart() {
        return new Life(status, true, run + 1, "", "", exitCode, oomKilled, error, startedAt, finishedAt);
    }

    public Life started(ProcessId first, ProcessId itsMonitor, Instant now) {
        return new Life(
                Status.RUNNING, false, run, first.toString(), itsMonitor.toString(), 0, false, "", now, finishedAt);
    }

    /** A start that did not come to its end; the container is what it was before {@link #toStart}. */
    public Life notStarted(int code, String why) {
        return new Life(status, false, run, "", "", code, false, why, startedAt, finishedAt);
    }

    public Life ended(int code, boolean outOfMemory, Instant at) {
        return new Life(Status.EXITED, false, run, "", "", code, outOfMemory, error, startedAt, at);
    }

    public Life withStatus(Status other) {
        return new Life(other, starting, run, process, monitor, exitCode, oomKilled, error, startedAt, finishedAt);
    }
}
