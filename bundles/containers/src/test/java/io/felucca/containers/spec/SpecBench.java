package io.felucca.containers.spec;

import io.felucca.IdMap;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.rootfs.ResolvedUser;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Sockets;
import io.felucca.linux.Spawn;
import io.felucca.linux.kernel.KernelHost;
import io.felucca.linux.kernel.LibSeccomp;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.linux.kernel.socket.KernelSockets;
import io.felucca.network.spi.NetworkDriver.NamespaceMode;
import io.felucca.runtime.oci.OciRuntimeDriver;
import io.felucca.runtime.oci.RuntimeSettings;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.testkit.runtime.RuntimeBundle;
import io.felucca.testkit.runtime.RuntimeTask;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Times one container's life by the runtime driver alone, with Docker's full spec: a program, not a test. Arguments:
 * rounds, and the path of a runtime or nothing.
 */
final class SpecBench {

    private SpecBench() {}

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        Path directory = Files.createTempDirectory(Path.of(System.getProperty("bench.dir", "/dev/shm")), "bench");
        RuntimeBundle bundle = new RuntimeBundle(directory.resolve("b"));
        KernelProcesses processes = new KernelProcesses();
        RuntimeDriver driver = new OciRuntimeDriver(
                new RuntimeSettings(args.length > 1 ? args[1] : "", "", directory.resolve("d")),
                processes,
                new KernelSockets(),
                new LibSeccomp());
        System.out.println(driver.probe() + " " + driver.status());
        OciSpec specs = new OciSpec(HostFacts.of(new KernelHost()));
        Life ours = new Life(rounds);
        Life floor = new Life(rounds);
        String config = "";
        for (int round = 0; round < rounds; round++) {
            String id = "c" + round;
            ours.begin();
            SpecRequest request = new SpecRequest(
                    id,
                    Specs.config(Map.of("cmd", List.of("true"))),
                    Specs.host(Map.of()),
                    ResolvedUser.ROOT,
                    bundle.rootfs(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    "/felucca-spec-bench/" + id,
                    IdMap.NONE,
                    NamespaceMode.PRIVATE,
                    Map.of(),
                    List.of(),
                    "");
            RuntimeTask task = bundle.task(id, specs.create(request));
            ours.step();
            RuntimeDriver.Task made = task.create(driver);
            ours.step();
            ProcessId monitor = processes.identify(made.monitorPid()).orElseThrow();
            driver.start(id);
            ours.step();
            waitFor(monitor);
            ours.step();
            driver.delete(id, false);
            ours.step();
            if (!Files.readString(task.exitDirectory().resolve("exit")).equals("0")) {
                throw new IllegalStateException(Files.readString(task.log()));
            }
            if (driver.status().get("Name").equals("crun")) {
                config = Files.readString(task.directory().resolve("config.json"))
                        .replace("/" + id + "\"", "/f\"");
                floor(floor, config, directory.resolve("f" + round));
            }
        }
        ours.print("by the driver");
        if (!config.isEmpty()) {
            floor.print("by conmon and crun alone, with the same spec and filter");
        }
        try (var mounts = Files.newDirectoryStream(Path.of("/sys/fs/cgroup"))) {
            for (Path mount : mounts) {
                Files.deleteIfExists(mount.resolve("felucca-spec-bench"));
            }
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** What the two programs need for the same life when a shell would call them. */
    private static void floor(Life life, String config, Path directory) throws Exception {
        KernelProcesses processes = new KernelProcesses();
        Path state = directory.resolveSibling("floor");
        life.begin();
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("config.json"), config);
        life.step();
        Sockets.Pipe sync = new KernelSockets().pipe();
        List<String> argv = List.of(
                "/usr/bin/conmon",
                "--api-version",
                "1",
                "-c",
                "f",
                "-u",
                "f",
                "-n",
                "f",
                "-b",
                directory.toString(),
                "-r",
                "/usr/bin/crun",
                "--runtime-arg=--root=" + state,
                "-p",
                directory.resolve("pid").toString(),
                "-P",
                directory.resolve("monitor.pid").toString(),
                "--persist-dir",
                directory.toString(),
                "--full-attach",
                "--no-sync-log",
                "-l",
                "k8s-file:" + directory.resolve("log"));
        Spawn spawn = Spawn.of(argv, List.of("PATH=/usr/bin:/bin", "_OCI_SYNCPIPE=3"))
                .withDescriptors(Map.of(3, sync.sink().number()));
        int pid = processes.spawn(spawn);
        sync.sink().close();
        processes.waitFor(pid, 10_000);
        sync.source().read(ByteBuffer.allocateDirect(256));
        sync.source().close();
        life.step();
        ProcessId monitor = processes
                .identify(Integer.parseInt(
                        Files.readString(directory.resolve("monitor.pid")).trim()))
                .orElseThrow();
        call(processes, state, "start");
        life.step();
        waitFor(monitor);
        life.step();
        call(processes, state, "delete");
        life.step();
    }

    private static void call(KernelProcesses processes, Path state, String verb) {
        int pid = processes.spawn(
                Spawn.of(List.of("/usr/bin/crun", "--root=" + state, verb, "f"), List.of("PATH=/usr/bin:/bin")));
        if (!processes.waitFor(pid, 10_000).orElseThrow().success()) {
            throw new IllegalStateException("crun " + verb);
        }
    }

    private static void waitFor(ProcessId monitor) {
        KernelProcesses processes = new KernelProcesses();
        while (processes.isAlive(monitor)) {
            Thread.onSpinWait();
        }
    }

    /** The steps of many lives. */
    private static final class Life {
        private static final String[] NAMES = {"spec", "create", "start", "exit", "delete", "all"};
        private final double[][] millis;
        private int round = -1;
        private int step;
        private long first;
        private long last;

        Life(int rounds) {
            millis = new double[NAMES.length][rounds];
        }

        void begin() {
            round++;
            step = 0;
            first = System.nanoTime();
            last = first;
        }

        void step() {
            long now = System.nanoTime();
            millis[step++][round] = (now - last) / 1e6;
            millis[NAMES.length - 1][round] = (now - first) / 1e6;
            last = now;
        }

        void print(String title) {
            System.out.println(title);
            for (int i = 0; i < NAMES.length; i++) {
                double[] sorted = Arrays.copyOf(millis[i], round + 1);
                Arrays.sort(sorted);
                System.out.printf(
                        "  %-8s median %6.2f  a twentieth below %6.2f  least %6.2f ms%n",
                        NAMES[i], sorted[sorted.length / 2], sorted[sorted.length / 20], sorted[0]);
            }
        }
    }
}
