package io.felucca.runtime.oci;

import io.felucca.FeluccaException;
import io.felucca.linux.ExitStatus;
import io.felucca.linux.Fd;
import io.felucca.linux.OpenFile;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import io.felucca.linux.Spawn;
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

    private final Settings settings;
    private final Processes processes;
    private final Sockets sockets;
    private final OutsideThreads outside;
    private final AbandonedMonitors abandoned;

    Conmon(Settings settings, Processes processes, Sockets sockets, OutsideThreads outside) {
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

    /** Creates a container whose config.json lies in {@code task.directory()}. */
    Task create(RuntimeProgram program, TaskSpec task) {
        return launch(
                program,
                command(program, task, task.id()),
                task,
                Optional.empty(),
                failure -> failure.ofCreate(program, args(task)));
    }

    /** Runs a process, whose spec lies in a file, in a running container. */
    Task exec(RuntimeProgram program, String containerId, TaskSpec task, Path processSpec, Runnable attachable) {
        List<String> argv = command(program, task, containerId);
        argv.addAll(List.of("--exec", "--exec-attach", "--exec-process-spec", processSpec.toString()));
        return launch(program, argv, task, Optional.of(attachable), failure -> failure.ofExec(args(task)));
    }

    private static List<?> args(TaskSpec task) {
        Object process = task.spec().getOrDefault("process", task.spec());
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
        FeluccaException of(RuntimeFailure failure);
    }

    private Task launch(
            RuntimeProgram program, List<String> argv, TaskSpec task, Optional<Runnable> attachable, Failure failed) {
        OwnCgroups own = OwnCgroups.read();
        boolean heldBack = attachable.isPresent() || !own.v2Processes().isEmpty();
        List<Fd> opened = new ArrayList<>();
        try (OpenFile errors = sockets.memFd("conmon-stderr")) {
            Map<Integer, Integer> descriptors = new HashMap<>();
            List<String> env = new ArrayList<>(RuntimePrograms.ENV);
            for (int i = 0; i < task.held().size(); i++) {
                descriptors.put(FIRST_HELD + i, task.held().get(i));
            }
            Sockets.Pipe sync = pipe(opened);
            pass(descriptors, env, SYNC, sync.sink(), "_OCI_SYNCPIPE");
            Sockets.Pipe start = heldBack ? pipe(opened) : null;
            if (heldBack) {
                pass(descriptors, env, START, start.source(), "_OCI_STARTPIPE");
            }
            Sockets.Pipe attach = attachable.isPresent() ? pipe(opened) : null;
            if (attachable.isPresent()) {
                pass(descriptors, env, ATTACH, attach.sink(), "_OCI_ATTACHPIPE");
            }
            Spawn spawn = new Spawn(
                    argv, env, Spawn.NULL_DEVICE, Spawn.NULL_DEVICE, errors.number(), descriptors, Optional.of("/"));
            int pid = own.v1Tasks().isEmpty() ? processes.spawn(spawn) : outside.run(() -> processes.spawn(spawn));
            sync.sink().close();
            if (heldBack) {
                start.source().close();
                own.moveOut(pid);
                go(start);
            }
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
                SyncPipe.read(attach.source()).orElseThrow(() -> died(task, forked, errors));
                tell(attachable.get(), task.directory());
                go(start);
            }
            SyncPipe.Report report = SyncPipe.read(sync.source()).orElseThrow(() -> died(task, forked, errors));
            if (report.number() <= 0) {
                throw failed.of(RuntimeFailure.read(report.message()));
            }
            return new Task(report.number(), monitorPid);
        } finally {
            opened.forEach(Fd::close);
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

    /** When nobody can attach, the monitor is ended, and its child that waits to become the runtime. */
    private void tell(Runnable attachable, Path directory) {
        boolean told = false;
        try {
            attachable.run();
            told = true;
        } finally {
            if (!told) {
                abandoned.end(directory);
            }
        }
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
                + " before the process was there" + (words.isEmpty() ? "" : ": " + words));
    }
}
