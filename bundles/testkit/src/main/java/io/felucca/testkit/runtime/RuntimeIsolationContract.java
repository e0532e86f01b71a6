package io.felucca.testkit.runtime;

import static io.felucca.testkit.runtime.RuntimeBench.SOON;
import static io.felucca.testkit.runtime.RuntimeBench.exitCode;
import static io.felucca.testkit.runtime.RuntimeBench.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.socket.KernelPortClaims;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a container, its monitor and the engine have of each other, and what is left of many of them: nothing. */
interface RuntimeIsolationContract {

    RuntimeBench bench();

    @Test
    @DisplayName("T16 T23 no other user reads a container's environment or reaches its streams")
    default void filesAreForTheOwnerAlone() throws IOException {
        RuntimeTask task = bench().container("c1", "sleep", "1000");
        bench().create(task);
        bench().driver().start("c1");
        RuntimeTask exec = bench().bundle().task("e1", bench().bundle().process(List.of("sleep", "1000"), false));
        bench().exec("c1", exec);

        for (Path folder : List.of(task.directory(), exec.directory())) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(Files::exists).toList()) {
                    String name = file.getFileName().toString();
                    if (List.of("config.json", "process.json", "attach", "log").contains(name)) {
                        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                .as(name)
                                .endsWith("------");
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("T2 a container holds no descriptor but its own three")
    default void containerHasACleanListOfDescriptors() throws IOException {
        RuntimeTask task = bench().container("c1", "ls", "-1", "/proc/self/fd");
        bench().create(task);
        bench().driver().start("c1");
        exitCode(task);

        assertThat(read(task.log()).lines().map(line -> line.replaceAll(".* F ", "")))
                .as("three, and the one by which ls reads the folder")
                .containsExactly("0", "1", "2", "3");
    }

    @Test
    @DisplayName("T2 a monitor holds no descriptor of the engine")
    default void monitorInheritsNothing() throws IOException {
        Path held = Files.createTempFile("held-by-engine", ".txt");
        try (var open = Files.newInputStream(held)) {
            Task made = bench().create(bench().container("c1", "sleep", "1000"));
            try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + made.monitorPid() + "/fd"))) {
                assertThat(descriptors.map(RuntimeIsolationContract::target))
                        .noneMatch(target -> target.contains("held-by-engine") || target.contains(".jar"));
            }
            assertThat(open).isNotNull();
        } finally {
            Files.delete(held);
        }
    }

    @Test
    @DisplayName("T2 a monitor keeps what it is given to hold as long as it lives, and its container never sees it")
    default void monitorHoldsWhatItIsGiven() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
            port = free.getLocalPort();
        }
        KernelPortClaims claims = new KernelPortClaims();
        List<Fd> claimed = List.of(claims.claim(6, loopback, port).orElseThrow());
        RuntimeTask task = bench().container("c1", "sh", "-c", "ls /proc/self/fd; exec sleep 1000")
                .withHeld(claimed.stream().map(Fd::number).toList());
        bench().create(task);
        claimed.forEach(Fd::close);
        bench().driver().start("c1");

        assertThatThrownBy(() -> claims.claim(6, loopback, port)).hasMessageContaining("EADDRINUSE");
        await().atMost(SOON).until(() -> read(task.log()).lines().count() == 4);
        bench().driver().delete("c1", true);
        exitCode(task);
        await().atMost(SOON).untilAsserted(() -> claims.claim(6, loopback, port).ifPresent(Fd::close));
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    @DisplayName("many lives, failures and execs leave no descriptor, thread, zombie or cgroup in the engine")
    default void nothingPilesUp() throws IOException {
        liveOnce(0);
        System.gc();
        long descriptors = count("/proc/self/fd");
        long threads = count("/proc/self/task");

        for (int i = 1; i <= 12; i++) {
            liveOnce(i);
        }

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(count("/proc/self/fd")).isLessThanOrEqualTo(descriptors + 2);
            assertThat(count("/proc/self/task")).isLessThanOrEqualTo(threads + 2);
        });
        assertThat(ProcessHandle.current().children()).isEmpty();
        assertThat(bench().cgroups()).allSatisfy(mount -> {
            try (Stream<Path> below = Files.list(mount)) {
                assertThat(below.filter(Files::isDirectory)).isEmpty();
            }
        });
    }

    private void liveOnce(int round) throws IOException {
        RuntimeTask task = bench().container("c" + round, "sh", "-c", "read x");
        task = bench().bundle().task("c" + round, task.spec(), false, true, true);
        bench().create(task);
        bench().driver().start(task.id());
        RuntimeTask good = bench().bundle().task("e" + round, bench().bundle().process(List.of("true"), false));
        bench().exec(task.id(), good);
        RuntimeTask bad = bench().bundle().task("b" + round, bench().bundle().process(List.of("nope"), false));
        assertThatThrownBy(() -> bench().exec("c" + round, bad)).isInstanceOf(FeluccaException.class);
        exitCode(good);
        bench().driver().delete(task.id(), true);
        exitCode(task);
        RuntimeTask failing = bench().container("f" + round, "nope");
        assertThatThrownBy(() -> bench().create(failing)).isInstanceOf(FeluccaException.class);
    }

    private static long count(String folder) {
        try (Stream<Path> entries = Files.list(Path.of(folder))) {
            return entries.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("B3 a monitor is in none of the engine's cgroups")
    default void monitorLeavesTheEnginesCgroups() throws IOException {
        try (OwnCgroup own =
                OwnCgroup.enter("felucca-engine-" + ProcessHandle.current().pid())) {
            Task made = bench().create(bench().container("c1", "sleep", "1000"));
            bench().driver().start("c1");
            RuntimeTask exec = bench().bundle().task("e1", bench().bundle().process(List.of("sleep", "1000"), false));
            Task inside = bench().exec("c1", exec);

            assertThat(own.otherProcesses()).isEmpty();
            for (int pid : List.of(made.monitorPid(), inside.monitorPid(), made.pid(), inside.pid())) {
                assertThat(read(Path.of("/proc/" + pid + "/cgroup")))
                        .isNotEmpty()
                        .doesNotContain("felucca-engine-");
            }
        }
    }
}
