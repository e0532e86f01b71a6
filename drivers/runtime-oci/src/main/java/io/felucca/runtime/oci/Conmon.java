package io.felucca.runtime.oci;

import io.felucca.FeluccaException;
import io.felucca.linux.ExitStatus;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import io.felucca.linux.Spawn;
import io.felucca.linux.files.Fd;
import io.felucca.linux.files.OpenFile;
import io.felucca.runtime.oci.cgroup.OutsideThreads;
import io.felucca.runtime.oci.cgroup.OwnCgroups;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import io.felucca.runtime.spi.RuntimeDriver.TaskSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Starts conmon (2.1.6 and later), the monitor of one process: it holds the terminal, the log and the exit code, and
 * outlives the engine. It gets no descriptor of this process but its pipes, and starts outside this process's cgroups.
 *
 * <p>What it is told by, as conmon 2.1.6 was seen to read it: {@code _OCI_SYNCPIPE} gets the pid or the failure;
 * {@code _OCI_STARTPIPE} holds it back until it is written to, and an exec with an attach pipe a second time, after the
 * socket is there; {@code _OCI_ATTACHPIPE} gets a line then.
 */
final class Conmon {

    private static final int SYNC = 3;
    private static final int START = 4;
    private static final int ATTACH = 5;
    private static final int FIRST_HELD = 6;
    private static final long FORK_TIMEOUT_MILLIS = 30_000;
    private static final int ERROR_TEXT_MAX = 2000;

    private final RuntimeSettings settings;
    private final Processes processes;
    private final Sockets sockets;
    private final OutsideThreads outside;
    private final AbandonedMonitors abandoned;

    Conmon(RuntimeSettings settings, Processes processes, Sockets sockets, OutsideThreads outside) {
        this.settings = settings;
        this.processes = processes;
        this.sockets = sockets;
        this.outside = outside;
        this.abandoned = new AbandonedMonitors(processes);
    }

    Optional<Path> find() {
        return settings.monitor().isEmpty()
                ? RuntimePrograms.lookUp("conmon")
                : Optional.of(Path.of(settings.monitor())).filter(Files::isExecutable);
    }

    static String missing() {
        return "no container monitor found: install conmon 2.1 or later";
    }

    /**
     * Creates a container.
     *
     * @param bundle writes config.json to {@code task.directory()}, while the monitor begins, and gives what it says
     */
    Task create(RuntimeProgram program, TaskSpec task, Supplier<Map<String, Object>> bundle) {
        return launch(
                command(program, task, task.id()),
                task,
                bundle,
                Optional.empty(),
                (failure, spec) -> failure.ofCreate(program, args(spec)));
    }

    /**
     * Runs a process in a running container.
     *
     * @param process writes its spec to that file and gives it
     */
    Task exec(
            RuntimeProgram program,
            String containerId,
            TaskSpec task,
            Path file,
            Supplier<Map<String, Object>> process,
            Runnable attachable) {
        List<String> argv = command(program, task, containerId);
        argv.addAll(List.of("--exec", "--exec-attach", "--exec-process-spec", file.toString()));
        return launch(argv, task, process, Optional.of(attachable), (failure, spec) -> failure.ofExec(args(spec)));
    }

    private static List<?> args(Map<String, Object> spec) {
        Object process = spec.getOrDefault("process", spec);
        return process instanceof Map<?, ?> values && values.get("args") instanceof List<?> list ? list : List.of();
    }

    private List<String> command(RuntimeProgram program, TaskSpec task, String containerId) {
        Path directory = task.directory();
        List<String> argv = new ArrayList<>(List.of(
                find().orElseThrow(() -> FeluccaException.unsupported(missing()))
                        .toString(),
                "--api-version",
                "1",
                "--cid",
                containerId,
                "--cuuid",
                task.id(),
                "--name",
                task.id(),
                "--bundle",
                directory.toString(),
                "--runtime",
                program.run().toString(),
                "--container-pidfile",
                directory.resolve("pid").toString(),
                "--conmon-pidfile",
                directory.resolve("monitor.pid").toString(),
                "--exit-dir",
                directory.toString(),
                "--persist-dir",
                task.exitDirectory().toString(),
                "--full-attach",
                "--no-sync-log"));
        for (String option : program.options()) {
            argv.add("--runtime-arg=" + option);
        }
        argv.add("--log-path");
        argv.add(task.log().map(log -> "k8s-file:" + log).orElse("none"));
        if (task.logMaxBytes() > 0) {
            argv.addAll(List.of("--log-size-max", Long.toString(task.logMaxBytes())));
        }
        if (task.terminal()) {
            argv.add("--terminal");
        }
        if (task.stdin()) {
            argv.add("--stdin");
            if (!task.stdinOnce()) {
                argv.add("--leave-stdin-open");
            }
        }
        return argv;
    }

    private interface Failure {
        FeluccaException of(RuntimeFailure failure, Map<String, Object> spec);
    }

    private Task launch(
            List<String> argv,
            TaskSpec task,
            Supplier<Map<String, Object>> written,
            Optional<Runnable> attachable,
            Failure failed) {
        OwnCgroups own = OwnCgroups.read();
        List<Fd> opened = new ArrayList<>();
        // From the moment on in which the monitor goes on until it has told how that ended.
        boolean underWay = false;
        try (OpenFile errors = sockets.memFd("conmon-stderr")) {
            Map<Integer, Integer> descriptors = new HashMap<>();
            List<String> env = new ArrayList<>(RuntimePrograms.ENV);
            for (int i = 0; i < task.held().size(); i++) {
                descriptors.put(FIRST_HELD + i, task.held().get(i));
            }
            Sockets.Pipe sync = pipe(opened);
            pass(descriptors, env, SYNC, sync.sink(), "_OCI_SYNCPIPE");
            Sockets.Pipe start = pipe(opened);
            pass(descriptors, env, START, start.source(), "_OCI_STARTPIPE");
            Sockets.Pipe attach = attachable.isPresent() ? pipe(opened) : null;
            if (attachable.isPresent()) {
                pass(descriptors, env, ATTACH, attach.sink(), "_OCI_ATTACHPIPE");
            }
            Spawn spawn = new Spawn(
                    argv, env, Spawn.NULL_DEVICE, Spawn.NULL_DEVICE, errors.number(), descriptors, Optional.of("/"));
            int pid = own.v1Tasks().isEmpty() ? processes.spawn(spawn) : outside.run(() -> processes.spawn(spawn));
            sync.sink().close();
            start.source().close();
            Map<String, Object> spec = heldBack(pid, () -> {
                own.moveOut(pid);
                return written.get();
            });
            underWay = true;
            go(start);
            ExitStatus forked = processes
                    .waitFor(pid, FORK_TIMEOUT_MILLIS)
                    .orElseThrow(() -> FeluccaException.system("conmon (pid " + pid + ") for " + task.id()
                            + " has not gone to the background within " + FORK_TIMEOUT_MILLIS + " ms"));
            if (!forked.success()) {
                throw died(task, forked, errors);
            }
            int monitorPid = readPid(task.directory().resolve("monitor.pid"));
            if (attachable.isPresent()) {
                attach.sink().close();
                if (SyncPipe.read(attach.source()).isEmpty()) {
                    throw died(task, forked, errors);
                }
                attachable.get().run();
                go(start);
            }
            SyncPipe.Report report = SyncPipe.read(sync.source()).orElseThrow(() -> died(task, forked, errors));
            underWay = false;
            if (report.number() <= 0) {
                throw failed.of(RuntimeFailure.read(report.message()), spec);
            }
            return new Task(report.number(), monitorPid);
        } finally {
            try {
                if (underWay) {
                    // Its child, or the runtime, may go on without it, and make the container after all. The pipes are
                    // open still: their end would let a monitor go on that waits for a client.
                    abandoned.end(task.directory());
                }
            } finally {
                opened.forEach(Fd::close);
            }
        }
    }

    /** Does what a monitor waits for that has begun, and ends it when that fails. */
    private <R> R heldBack(int pid, Supplier<R> work) {
        boolean done = false;
        try {
            R result = work.get();
            done = true;
            return result;
        } finally {
            if (!done) {
                processes.identify(pid).flatMap(processes::open).ifPresent(monitor -> {
                    try (monitor) {
                        processes.signal(monitor, Processes.SIGKILL);
                    }
                });
                processes.waitFor(pid, FORK_TIMEOUT_MILLIS);
            }
        }
    }

    private Sockets.Pipe pipe(List<Fd> opened) {
        Sockets.Pipe pipe = sockets.pipe();
        opened.add(pipe.source());
        opened.add(pipe.sink());
        return pipe;
    }

    private static void pass(Map<Integer, Integer> descriptors, List<String> env, int number, Fd fd, String name) {
        descriptors.put(number, fd.number());
        env.add(name + "=" + number);
    }

    private static void go(Sockets.Pipe start) {
        start.sink().writeFully(ByteBuffer.allocateDirect(1));
    }

    private static int readPid(Path file) {
        try {
            return Integer.parseInt(Files.readString(file).trim());
        } catch (IOException | NumberFormatException e) {
            throw FeluccaException.system("reading the monitor's process id in " + file, e);
        }
    }

    private static FeluccaException died(TaskSpec task, ExitStatus status, OpenFile errors) {
        ByteBuffer text = ByteBuffer.allocateDirect(ERROR_TEXT_MAX);
        errors.readAt(text, 0);
        String words = StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
        return FeluccaException.system("conmon for " + task.id() + " ended with code " + status.shellCode()
                + " before the process was there"
                + (words.isEmpty() ? ": see whether there is room in " + task.directory() : ": " + words));
    }
}
