package io.felucca.runtime.oci;

import io.felucca.FeluccaException;
import io.felucca.linux.ExitStatus;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import io.felucca.linux.files.Fd;
import io.felucca.linux.files.OpenFile;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import io.felucca.runtime.spi.RuntimeDriver.TaskSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A conmon that waits on its start pipe. One thread uses it at a time. */
final class HeldMonitor implements AutoCloseable {

    private static final long FORK_TIMEOUT_MILLIS = 30_000;
    private static final int ERROR_TEXT_MAX = 2000;

    private enum Phase {
        WAITING,
        /** It goes on until it has told how that ended. */
        UNDER_WAY,
        TOLD,
        CLOSED
    }

    private final Processes processes;
    private final TaskSpec task;
    private final int pid;
    private final Pipes pipes;
    private Phase phase = Phase.WAITING;

    /** @param pid of the child that goes to the background when it goes on */
    HeldMonitor(Processes processes, TaskSpec task, int pid, Pipes pipes) {
        this.processes = processes;
        this.task = task;
        this.pid = pid;
        this.pipes = pipes;
    }

    /**
     * Has the monitor run the runtime.
     *
     * @param attachable called when the attach socket is there: of an exec before its process begins
     * @param failed the exception of what the runtime says
     */
    Task go(Runnable attachable, Function<RuntimeFailure, FeluccaException> failed) {
        phase = Phase.UNDER_WAY;
        release();
        ExitStatus forked = processes
                .waitFor(pid, FORK_TIMEOUT_MILLIS)
                .orElseThrow(() -> FeluccaException.system("conmon (pid " + pid + ") for " + task.id()
                        + " has not gone to the background within " + FORK_TIMEOUT_MILLIS + " ms"));
        if (!forked.success()) {
            throw died(forked);
        }
        int monitorPid = readPid(task.directory().resolve("monitor.pid"));
        if (pipes.attach() != null) {
            pipes.attach().sink().close();
            if (SyncPipe.read(pipes.attach().source()).isEmpty()) {
                throw died(forked);
            }
            attachable.run();
            release();
        }
        SyncPipe.Report report = SyncPipe.read(pipes.sync().source()).orElseThrow(() -> died(forked));
        phase = Phase.TOLD;
        if (report.number() <= 0) {
            throw failed.apply(RuntimeFailure.read(report.message()));
        }
        if (pipes.attach() == null) {
            attachable.run();
        }
        return new Task(report.number(), monitorPid);
    }

    private void release() {
        pipes.start().sink().writeFully(ByteBuffer.allocateDirect(1));
    }

    /** Ends the monitor unless it has told how it went on. */
    @Override
    public void close() {
        Phase last = phase;
        phase = Phase.CLOSED;
        if (last == Phase.CLOSED) {
            return;
        }
        try {
            if (last == Phase.WAITING) {
                processes.identify(pid).flatMap(processes::open).ifPresent(monitor -> {
                    try (monitor) {
                        processes.signal(monitor, Processes.SIGKILL);
                    }
                });
                processes.waitFor(pid, FORK_TIMEOUT_MILLIS);
            } else if (last == Phase.UNDER_WAY) {
                // Its child, or the runtime, may go on without it, and make the container after all. The pipes are open
                // still: their end would let a monitor go on that waits for a client.
                new AbandonedMonitors(processes).end(task.directory());
            }
        } finally {
            pipes.close();
        }
    }

    private static int readPid(Path file) {
        try {
            return Integer.parseInt(Files.readString(file).trim());
        } catch (IOException | NumberFormatException e) {
            throw FeluccaException.system("reading the monitor's process id in " + file, e);
        }
    }

    private FeluccaException died(ExitStatus status) {
        ByteBuffer text = ByteBuffer.allocateDirect(ERROR_TEXT_MAX);
        pipes.errors().readAt(text, 0);
        String words = StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
        return FeluccaException.system("conmon for " + task.id() + " ended with code " + status.shellCode()
                + " before the process was there"
                + (words.isEmpty() ? ": see whether there is room in " + task.directory() : ": " + words));
    }

    /** What this process holds of a monitor. */
    static final class Pipes implements AutoCloseable {

        private final List<Fd> opened = new ArrayList<>();
        private final Sockets.Pipe sync;
        private final Sockets.Pipe start;
        private final Sockets.Pipe attach;
        private final OpenFile errors;

        Pipes(Sockets sockets, boolean attaches) {
            boolean made = false;
            try {
                sync = open(sockets);
                start = open(sockets);
                attach = attaches ? open(sockets) : null;
                errors = sockets.memFd("conmon-stderr");
                made = true;
            } finally {
                if (!made) {
                    opened.forEach(Fd::close);
                }
            }
        }

        private Sockets.Pipe open(Sockets sockets) {
            Sockets.Pipe pipe = sockets.pipe();
            opened.add(pipe.source());
            opened.add(pipe.sink());
            return pipe;
        }

        /** It tells the pid, or the failure. */
        Sockets.Pipe sync() {
            return sync;
        }

        /** A byte lets it go on. */
        Sockets.Pipe start() {
            return start;
        }

        /** It tells that the attach socket is there; null but for an exec. */
        Sockets.Pipe attach() {
            return attach;
        }

        OpenFile errors() {
            return errors;
        }

        void closeMonitorsEnds() {
            sync.sink().close();
            start.source().close();
        }

        @Override
        public void close() {
            opened.forEach(Fd::close);
            errors.close();
        }
    }
}
