package io.felucca.containers.spec;

import io.felucca.IdMap;
import io.felucca.linux.PidFd;
import io.felucca.linux.kernel.KernelHost;
import io.felucca.linux.kernel.KernelProcesses;
import io.felucca.linux.kernel.KernelSockets;
import io.felucca.linux.kernel.LibSeccomp;
import io.felucca.network.spi.NetworkDriver.NamespaceMode;
import io.felucca.runtime.oci.OciRuntimeDriver;
import io.felucca.runtime.oci.Settings;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.testkit.RuntimeBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
                new Settings(args.length > 1 ? args[1] : "", "", directory.resolve("d")),
                processes,
                new KernelSockets(),
                new LibSeccomp());
        System.out.println(driver.probe() + " " + driver.status());
        OciSpec specs = new OciSpec(HostFacts.of(new KernelHost()));
        String[] names = {"spec", "create", "start", "exit", "delete", "all"};
        double[][] millis = new double[names.length][rounds];
        for (int round = 0; round < rounds; round++) {
            String id = "c" + round;
            long[] at = new long[6];
            at[0] = System.nanoTime();
            SpecRequest request = new SpecRequest(
                    id,
                    Specs.config(Map.of("cmd", List.of("true"))),
                    Specs.host(Map.of()),
                    ResolvedUser.ROOT,
                    bundle.rootfs(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    "/felucca-bench/" + id,
                    IdMap.NONE,
                    NamespaceMode.PRIVATE,
                    Map.of());
            RuntimeDriver.TaskSpec task = bundle.task(id, specs.create(request));
            at[1] = System.nanoTime();
            RuntimeDriver.Task made = driver.create(task);
            at[2] = System.nanoTime();
            try (PidFd monitor = processes
                    .open(processes.identify(made.monitorPid()).orElseThrow())
                    .orElseThrow()) {
                driver.start(id);
                at[3] = System.nanoTime();
                while (processes.isAlive(monitor.process())) {
                    Thread.onSpinWait();
                }
            }
            at[4] = System.nanoTime();
            driver.delete(id, false);
            at[5] = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                millis[i][round] = (at[i + 1] - at[i]) / 1e6;
            }
            millis[5][round] = (at[5] - at[0]) / 1e6;
            if (!Files.readString(task.exitDirectory().resolve("exit")).equals("0")) {
                throw new IllegalStateException(Files.readString(task.log().orElseThrow()));
            }
        }
        for (int i = 0; i < names.length; i++) {
            Arrays.sort(millis[i]);
            System.out.printf(
                    "%-8s median %6.2f  5%% %6.2f  least %6.2f%n",
                    names[i], millis[i][rounds / 2], millis[i][rounds / 20], millis[i][0]);
        }
        for (Path mount : Files.newDirectoryStream(Path.of("/sys/fs/cgroup"))) {
            Files.deleteIfExists(mount.resolve("felucca-bench"));
        }
        bundle.delete();
    }
}
