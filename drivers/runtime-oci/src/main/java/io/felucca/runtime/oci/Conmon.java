package io.felucca.runtime.oci;

import io.felucca.FeluccaException;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import io.felucca.linux.Spawn;
import io.felucca.linux.files.Fd;
import io.felucca.runtime.oci.cgroup.OutsideThreads;
import io.felucca.runtime.oci.cgroup.OwnCgroups;
import io.felucca.runtime.spi.RuntimeDriver.TaskSpec;
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

    private final RuntimeSettings settings;
    private final Processes processes;
    private final Sockets sockets;
    private final OutsideThreads outside;

    Conmon(RuntimeSettings settings, Processes processes, Sockets sockets, OutsideThreads outside) {
        this.settings = settings;
        this.processes = processes;
        this.sockets = sockets;
        this.outside = outside;
    }

    Optional<Path> find() {
        return settings.monitor().isEmpty()
                ? RuntimePrograms.lookUp("conmon")
                : Optional.of(Path.of(settings.monitor())).filter(Files::isExecutable);
    }

    static String missing() {
        return "no container monitor found: install conmon 2.1 or later";
    }

    HeldMonitor begin(RuntimeProgram program, TaskSpec task) {
        return launch(command(program, task, task.id()), task, false);
    }

    /** @param process file that has the exec's spec when the monitor goes on */
    HeldMonitor beginExec(RuntimeProgram program, String containerId, TaskSpec task, Path process) {
        List<String> argv = command(program, task, containerId);
        argv.addAll(List.of("--exec", "--exec-attach", "--exec-process-spec", process.toString()));
        return launch(argv, task, true);
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

    private HeldMonitor launch(List<String> argv, TaskSpec task, boolean attachPipe) {
        OwnCgroups own = OwnCgroups.read();
        HeldMonitor.Pipes pipes = new HeldMonitor.Pipes(sockets, attachPipe);
        boolean begun = false;
        try {
            Map<Integer, Integer> descriptors = new HashMap<>();
            List<String> env = new ArrayList<>(RuntimePrograms.ENV);
            for (int i = 0; i < task.held().size(); i++) {
                descriptors.put(FIRST_HELD + i, task.held().get(i));
            }
            pass(descriptors, env, SYNC, pipes.sync().sink(), "_OCI_SYNCPIPE");
            pass(descriptors, env, START, pipes.start().source(), "_OCI_STARTPIPE");
            if (attachPipe) {
                pass(descriptors, env, ATTACH, pipes.attach().sink(), "_OCI_ATTACHPIPE");
            }
            Spawn spawn = new Spawn(
                    argv,
                    env,
                    Spawn.NULL_DEVICE,
                    Spawn.NULL_DEVICE,
                    pipes.errors().number(),
                    descriptors,
                    Optional.of("/"));
            int pid = own.v1Tasks().isEmpty() ? processes.spawn(spawn) : outside.run(() -> processes.spawn(spawn));
            pipes.closeMonitorsEnds();
            HeldMonitor monitor = new HeldMonitor(processes, task, pid, pipes);
            begun = true;
            try {
                own.moveOut(pid);
            } catch (RuntimeException e) {
                monitor.close();
                throw e;
            }
            return monitor;
        } finally {
            if (!begun) {
                pipes.close();
            }
        }
    }

    private static void pass(Map<Integer, Integer> descriptors, List<String> env, int number, Fd fd, String name) {
        descriptors.put(number, fd.number());
        env.add(name + "=" + number);
    }
}
