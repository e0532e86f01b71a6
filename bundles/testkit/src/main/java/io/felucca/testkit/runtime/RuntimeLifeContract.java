package io.felucca.testkit.runtime;

import static io.felucca.testkit.runtime.RuntimeBench.SOON;
import static io.felucca.testkit.runtime.RuntimeBench.exitCode;
import static io.felucca.testkit.runtime.RuntimeBench.isRunning;
import static io.felucca.testkit.runtime.RuntimeBench.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.runtime.spi.RuntimeDriver.HeldTask;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A container from its making to its removal. */
interface RuntimeLifeContract {

    RuntimeBench bench();

    @Test
    default void createWaitsUntilStartAndTheExitCodeIsOnDisk() throws IOException {
        RuntimeTask task = bench().container("c1", "sh", "-c", "echo out; echo err >&2; exit 7");

        Task made = bench().create(task);

        assertThat(isRunning(made.pid())).isTrue();
        assertThat(isRunning(made.monitorPid())).isTrue();
        assertThat(read(task.log())).isEmpty();

        bench().driver().start("c1");

        assertThat(exitCode(task)).isEqualTo(7);
        assertThat(read(task.log())).contains(" stdout F out\n").contains(" stderr F err\n");
        await().atMost(SOON).until(() -> !isRunning(made.monitorPid()));
        assertThat(task.exitDirectory().resolve("oom")).doesNotExist();
    }

    @Test
    @DisplayName("being told to expect a container moves nobody, and nothing need follow")
    default void expectingChangesNothingThatCanBeSeen() throws IOException {
        Path own = Path.of("/proc/self/cgroup");
        String before = Files.readString(own);

        bench().driver().expect();
        bench().driver().expect();
        RuntimeTask task = bench().container("c1", "true");
        bench().create(task);
        bench().driver().start("c1");

        assertThat(exitCode(task)).isZero();
        assertThat(Files.readString(own)).isEqualTo(before);
        bench().driver().expect();
    }

    @Test
    @DisplayName("a monitor that gets no spec ends when it is closed, and its container is made at the next try")
    default void whatGetsNoSpecLeavesNothing() throws IOException {
        RuntimeTask task = bench().container("c1", "sleep", "1000");
        HeldTask held = bench().driver().begin(task.task());
        held.close();
        held.close();
        assertThat(ProcessHandle.current().children()).isEmpty();

        bench().create(task);
        bench().driver().start("c1");
        RuntimeTask exec = bench().bundle().task("e1", bench().bundle().process(List.of("true"), false));
        bench().driver().beginExec("c1", exec.task()).close();
        assertThat(ProcessHandle.current().children()).isEmpty();
        bench().driver().delete("c1", true);
    }

    @Test
    @DisplayName("a client of a container's streams is told of them before its program begins")
    default void attachableIsCalledBeforeTheProgramBegins() throws IOException {
        RuntimeTask task = bench().container("c1", "touch", "/tmp/ran");
        List<Boolean> seen = new ArrayList<>();
        try (HeldTask held = bench().driver().begin(task.task())) {
            held.create(
                    task.spec(),
                    () -> seen.add(Files.exists(task.directory().resolve("attach"))
                            && !Files.exists(bench().bundle().rootfs().resolve("tmp/ran"))));
        }
        assertThat(seen).containsExactly(true);
        bench().driver().start("c1");
        assertThat(exitCode(task)).isZero();
    }

    @Test
    default void deleteRemovesWhatIsKeptAndMayBeRepeated() throws IOException {
        RuntimeTask task = bench().container("c1", "true");
        bench().create(task);
        bench().driver().start("c1");
        exitCode(task);

        bench().driver().delete("c1", false);
        bench().driver().delete("c1", false);
        bench().driver().delete("never-made", true);

        assertNoCgroups("c1");
        assertThatThrownBy(() -> bench().driver().pause("c1")).isInstanceOf(FeluccaException.class);
    }

    @Test
    default void deleteEndsARunningContainerOnlyByForce() throws IOException {
        RuntimeTask task = bench().container("c1", "sleep", "1000");
        Task made = bench().create(task);
        bench().driver().start("c1");

        assertThatThrownBy(() -> bench().driver().delete("c1", false)).isInstanceOf(FeluccaException.class);
        assertThat(isRunning(made.pid())).isTrue();

        bench().driver().delete("c1", true);

        await().atMost(SOON).until(() -> !isRunning(made.pid()));
        assertThat(exitCode(task)).isEqualTo(137);
        assertNoCgroups("c1");
    }

    @Test
    default void deleteByForceEndsAPausedContainerToo() throws IOException {
        Task made = bench().create(bench().container("c1", "sleep", "1000"));
        bench().driver().start("c1");
        bench().driver().pause("c1");

        bench().driver().delete("c1", true);

        await().atMost(SOON).until(() -> !isRunning(made.pid()) && !isRunning(made.monitorPid()));
        assertNoCgroups("c1");
    }

    private void assertNoCgroups(String id) throws IOException {
        for (Path mount : bench().cgroups()) {
            assertThat(mount.resolve(id)).doesNotExist();
        }
    }

    @Test
    default void aCreatedContainerThatNeverStartedIsDeletedByForce() throws IOException {
        Task made = bench().create(bench().container("c1", "true"));

        bench().driver().delete("c1", true);

        await().atMost(SOON).until(() -> !isRunning(made.pid()) && !isRunning(made.monitorPid()));
    }

    @Test
    @DisplayName("a program that is not there, in Docker's words")
    default void missingProgramIsInvalid() throws IOException {
        assertFails(bench().container("c1", "nope"), "exec: \"nope\": executable file not found in $PATH: unknown");
        assertFails(
                bench().container("c2", "/nope"), "exec: \"/nope\": stat /nope: no such file or directory: unknown");
        assertFails(bench().container("c3", ""), "exec: \"\": executable file not found in $PATH: unknown");
    }

    @Test
    @DisplayName("a program that cannot be run, in Docker's words")
    default void programWithoutPermissionIsInvalid() throws IOException {
        assertFails(bench().container("c1", "/notexec"), "exec: \"/notexec\": permission denied: unknown");
        assertFails(bench().container("c2", "/etc"), "exec: \"/etc\": permission denied: unknown");
    }

    private void assertFails(RuntimeTask task, String end) {
        assertThatThrownBy(() -> bench().create(task))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .message()
                .startsWith("failed to create shim task: OCI runtime create failed: ")
                .endsWith(" create failed: unable to start container process: " + end);
        bench().driver().delete(task.id(), false);
    }

    @Test
    default void pauseFreezesAndResumeGoesOn() throws IOException {
        bench().create(bench().container("c1", "sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done"));
        bench().driver().start("c1");
        Path log = bench().bundle().directory().resolve("c1/log");
        await().atMost(SOON).until(() -> read(log).contains(" 3\n"));

        bench().driver().pause("c1");
        int frozen = read(log).length();
        await().during(Duration.ofMillis(400))
                .atMost(SOON)
                .until(() -> read(log).length() - frozen < 120);

        bench().driver().resume("c1");
        await().atMost(SOON).until(() -> read(log).length() > frozen + 200);
    }

    @Test
    default void processesAreTheHostsNumbersOfAllInTheContainer() throws IOException {
        Task made = bench().create(bench().container("c1", "sh", "-c", "sleep 1000 & sleep 1001 & wait"));
        bench().driver().start("c1");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(bench().driver().processes("c1"))
                        .hasSize(3)
                        .contains(made.pid())
                        .allSatisfy(pid -> assertThat(isRunning(pid)).isTrue()));
    }

    @Test
    default void updateChangesTheLimitsOfARunningContainer() throws IOException {
        bench().create(bench().container("c1", "sleep", "1000"));
        bench().driver().start("c1");

        bench().driver().update("c1", Map.of("pids", Map.of("limit", 33)));

        assertThat(bench().cgroups().stream()
                        .map(mount -> read(mount.resolve("c1/pids.max")))
                        .filter(text -> !text.isEmpty()))
                .containsExactly("33\n");
    }

    @Test
    @DisplayName("S29 a weight of block I/O holds, after an update too, and is refused where the kernel has none")
    default void theWeightOfBlockIoHolds() throws IOException {
        bench().create(limited("c0", Map.of("pids", Map.of("limit", 20)), "sleep", "1000"));
        boolean kernelHasWeights = !weights("c0").isEmpty();
        RuntimeTask weighted =
                limited("c1", Map.of("blockIO", Map.of("weight", 300), "pids", Map.of("limit", 21)), "sleep", "1000");
        if (!kernelHasWeights) {
            assertThatThrownBy(() -> bench().create(weighted)).isInstanceOf(FeluccaException.class);
            return;
        }

        bench().create(weighted);
        assertThat(weights("c1")).singleElement().asString().matches("(?:default )?300\n");
        bench().driver().start("c1");

        bench().driver().update("c1", Map.of("blockIO", Map.of("weight", 400), "pids", Map.of("limit", 22)));

        assertThat(weights("c1")).singleElement().asString().matches("(?:default )?400\n");
        assertThat(bench().cgroups().stream()
                        .map(mount -> read(mount.resolve("c1/pids.max")))
                        .filter(text -> !text.isEmpty()))
                .containsExactly("22\n");
    }

    private List<String> weights(String id) throws IOException {
        return bench().cgroups().stream()
                .flatMap(mount -> Stream.of("blkio.weight", "blkio.bfq.weight", "io.bfq.weight", "io.weight")
                        .map(name -> read(mount.resolve(id).resolve(name))))
                .filter(text -> !text.isEmpty())
                .toList();
    }

    @Test
    @DisplayName("S29 each limit that the kernel refuses fails the start, and leaves no cgroup in any hierarchy")
    default void refusedLimitsLeaveNothing() throws IOException {
        Map<String, Object> refused = new LinkedHashMap<>();
        refused.put("weight", Map.of("blockIO", Map.of("weight", 5000)));
        refused.put(
                "throttle",
                Map.of(
                        "blockIO",
                        Map.of(
                                "throttleReadBpsDevice",
                                List.of(Map.of("major", 4000, "minor", 99, "rate", 1_000_000)))));
        refused.put("quota", Map.of("cpu", Map.of("period", 1, "quota", 1)));
        refused.put("cpus", Map.of("cpu", Map.of("cpus", "90000")));
        refused.put("nodes", Map.of("cpu", Map.of("mems", "900")));
        refused.put("memory", Map.of("memory", Map.of("limit", 64 << 20, "swap", 32 << 20)));
        refused.put("pids", Map.of("pids", Map.of("limit", 1L << 60)));
        refused.put("pages", Map.of("hugepageLimits", List.of(Map.of("pageSize", "3MB", "limit", 4096))));
        refused.put(
                "priority",
                Map.of("network", Map.of("priorities", List.of(Map.of("name", "no-such-link", "priority", 5)))));
        SoftAssertions softly = new SoftAssertions();
        for (Map.Entry<String, Object> entry : refused.entrySet()) {
            String id = "refused-" + entry.getKey();
            RuntimeTask task = limited(id, entry.getValue(), "sleep", "1000");
            softly.assertThatThrownBy(() -> bench().create(task)).as(id).isInstanceOf(FeluccaException.class);
            for (Path mount : bench().cgroups()) {
                softly.assertThat(mount.resolve(id)).doesNotExist();
            }
            bench().driver().delete(id, true);
        }
        softly.assertAll();
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    private RuntimeTask limited(String id, Object resources, String... args) throws IOException {
        Map<String, Object> spec = bench().spec(id, args);
        Map<String, Object> linux = new LinkedHashMap<>();
        ((Map<?, ?>) spec.get("linux")).forEach((key, value) -> linux.put((String) key, value));
        linux.put("resources", resources);
        spec.put("linux", linux);
        return bench().bundle().task(id, spec);
    }

    @Test
    default void killedForMemoryIsTold() throws IOException {
        RuntimeTask task = limited(
                "c1",
                Map.of("memory", Map.of("limit", 16 << 20, "swap", 16 << 20)),
                "sh",
                "-c",
                "a=x; while :; do a=$a$a; done");
        bench().create(task);
        bench().driver().start("c1");

        assertThat(exitCode(task)).isNotZero();
        assertThat(task.exitDirectory().resolve("oom")).exists();
    }
}
