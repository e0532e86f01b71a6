package io.felucca.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.linux.Fd;
import io.felucca.linux.kernel.KernelPortClaims;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import io.felucca.runtime.spi.RuntimeDriver.TaskSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every runtime driver must do, as tests on real containers of the machine's busybox. A driver's test is this class
 * and {@link #driver}. Needs root; afterwards no process, mount or cgroup is left.
 */
public abstract class RuntimeDriverContract {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final List<String> ids = new ArrayList<>();
    private RuntimeBundle bundle;
    private RuntimeDriver driver;
    private String cgroup;

    /** A new driver object that keeps its own files below a folder. */
    protected abstract RuntimeDriver driver(Path directory);

    @BeforeEach
    void makeBundle() throws IOException {
        Path directory = Files.createTempDirectory("rt");
        bundle = new RuntimeBundle(directory.resolve("b"));
        driver = driver(directory.resolve("d"));
        cgroup = "/felucca-contract-" + ProcessHandle.current().pid();
        assertThat(driver.probe()).as("the driver works on this machine").isEmpty();
    }

    @AfterEach
    void removeAll() throws IOException {
        ids.forEach(id -> driver.delete(id, true));
        for (Path mount : cgroups()) {
            Files.deleteIfExists(mount);
        }
        Path directory = bundle.directory().getParent();
        await().atMost(SOON).ignoreExceptions().until(() -> {
            ProcessHandle.allProcesses()
                    .filter(process -> process.info().commandLine().orElse("").contains(directory + "/"))
                    .forEach(ProcessHandle::destroy);
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
            return true;
        });
    }

    private List<Path> cgroups() throws IOException {
        try (Stream<Path> mounts = Files.list(Path.of("/sys/fs/cgroup"))) {
            return Stream.concat(Stream.of(Path.of("/sys/fs/cgroup")), mounts)
                    .map(mount -> Path.of(mount + cgroup))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    protected final RuntimeBundle bundle() {
        return bundle;
    }

    /** Parent of the containers' cgroups, removed afterwards. */
    protected final String cgroup() {
        return cgroup;
    }

    private TaskSpec container(String id, String... args) throws IOException {
        return bundle.task(id, spec(id, args));
    }

    private Map<String, Object> spec(String id, String... args) {
        ids.add(id);
        return bundle.spec(cgroup + "/" + id, List.of(args), false);
    }

    private static int exitCode(TaskSpec task) {
        Path file = task.exitDirectory().resolve("exit");
        await().atMost(SOON).until(() -> Files.exists(file));
        return Integer.parseInt(read(file));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isRunning(int pid) {
        String stat = read(Path.of("/proc/" + pid + "/status"));
        return !stat.isEmpty() && !stat.contains("State:\tZ");
    }

    @Test
    void createWaitsUntilStartAndTheExitCodeIsOnDisk() throws IOException {
        TaskSpec task = container("c1", "sh", "-c", "echo out; echo err >&2; exit 7");

        Task made = driver.create(task);

        assertThat(isRunning(made.pid())).isTrue();
        assertThat(isRunning(made.monitorPid())).isTrue();
        assertThat(read(task.log().orElseThrow())).isEmpty();

        driver.start("c1");

        assertThat(exitCode(task)).isEqualTo(7);
        assertThat(read(task.log().orElseThrow())).contains(" stdout F out\n").contains(" stderr F err\n");
        await().atMost(SOON).until(() -> !isRunning(made.monitorPid()));
        assertThat(task.exitDirectory().resolve("oom")).doesNotExist();
    }

    @Test
    void deleteRemovesWhatIsKeptAndMayBeRepeated() throws IOException {
        TaskSpec task = container("c1", "true");
        driver.create(task);
        driver.start("c1");
        exitCode(task);

        driver.delete("c1", false);
        driver.delete("c1", false);
        driver.delete("never-made", true);

        assertNoCgroups("c1");
        assertThatThrownBy(() -> driver.pause("c1")).isInstanceOf(FeluccaException.class);
    }

    @Test
    void deleteEndsARunningContainerOnlyByForce() throws IOException {
        TaskSpec task = container("c1", "sleep", "1000");
        Task made = driver.create(task);
        driver.start("c1");

        assertThatThrownBy(() -> driver.delete("c1", false)).isInstanceOf(FeluccaException.class);
        assertThat(isRunning(made.pid())).isTrue();

        driver.delete("c1", true);

        await().atMost(SOON).until(() -> !isRunning(made.pid()));
        assertThat(exitCode(task)).isEqualTo(137);
        assertNoCgroups("c1");
    }

    @Test
    void deleteByForceEndsAPausedContainerToo() throws IOException {
        Task made = driver.create(container("c1", "sleep", "1000"));
        driver.start("c1");
        driver.pause("c1");

        driver.delete("c1", true);

        await().atMost(SOON).until(() -> !isRunning(made.pid()) && !isRunning(made.monitorPid()));
        assertNoCgroups("c1");
    }

    private void assertNoCgroups(String id) throws IOException {
        for (Path mount : cgroups()) {
            assertThat(mount.resolve(id)).doesNotExist();
        }
    }

    @Test
    void aCreatedContainerThatNeverStartedIsDeletedByForce() throws IOException {
        Task made = driver.create(container("c1", "true"));

        driver.delete("c1", true);

        await().atMost(SOON).until(() -> !isRunning(made.pid()) && !isRunning(made.monitorPid()));
    }

    @Test
    @DisplayName("a program that is not there, in Docker's words")
    void missingProgramIsInvalid() throws IOException {
        assertFails(container("c1", "nope"), "exec: \"nope\": executable file not found in $PATH: unknown");
        assertFails(container("c2", "/nope"), "exec: \"/nope\": stat /nope: no such file or directory: unknown");
        assertFails(container("c3", ""), "exec: \"\": executable file not found in $PATH: unknown");
    }

    @Test
    @DisplayName("a program that cannot be run, in Docker's words")
    void programWithoutPermissionIsInvalid() throws IOException {
        assertFails(container("c1", "/notexec"), "exec: \"/notexec\": permission denied: unknown");
        assertFails(container("c2", "/etc"), "exec: \"/etc\": permission denied: unknown");
    }

    private void assertFails(TaskSpec task, String end) {
        assertThatThrownBy(() -> driver.create(task))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .message()
                .startsWith("failed to create shim task: OCI runtime create failed: ")
                .endsWith(" create failed: unable to start container process: " + end);
        driver.delete(task.id(), false);
    }

    @Test
    void execRunsInTheContainerAndKeepsItsOwnExitCode() throws IOException {
        driver.create(container("c1", "sleep", "1000"));
        driver.start("c1");
        TaskSpec exec = bundle.task("e1", bundle.process(List.of("sh", "-c", "hostname; exit 5"), false));
        AtomicReference<AttachClient> client = new AtomicReference<>();

        Task made = driver.exec(
                "c1", exec, () -> client.set(new AttachClient(exec.directory().resolve("attach"))));

        assertThat(made.pid()).isPositive();
        assertThat(exitCode(exec)).isEqualTo(5);
        await().atMost(SOON).until(() -> client.get().end().isDone());
        assertThat(client.get().output()).isEqualTo("contract\n");
        client.get().close();
    }

    @Test
    void execOfAMissingProgramIsInvalid() throws IOException {
        driver.create(container("c1", "sleep", "1000"));
        driver.start("c1");
        TaskSpec exec = bundle.task("e1", bundle.process(List.of("nope"), false));

        assertThatThrownBy(() -> driver.exec("c1", exec, () -> {}))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessage("OCI runtime exec failed: exec failed: unable to start container process:"
                        + " exec: \"nope\": executable file not found in $PATH: unknown");
    }

    @Test
    void execWhoseClientCannotAttachNeverRuns() throws IOException {
        driver.create(container("c1", "sleep", "1000"));
        driver.start("c1");
        TaskSpec exec = bundle.task("e1", bundle.process(List.of("touch", "/tmp/ran"), false));

        assertThatThrownBy(() -> driver.exec("c1", exec, () -> {
                    throw new IllegalStateException("no client");
                }))
                .hasMessage("no client");

        await().during(Duration.ofMillis(500))
                .atMost(SOON)
                .until(() -> !Files.exists(bundle.rootfs().resolve("tmp/ran")));
    }

    @Test
    void pauseFreezesAndResumeGoesOn() throws IOException {
        driver.create(container("c1", "sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done"));
        driver.start("c1");
        Path log = bundle.directory().resolve("c1/log");
        await().atMost(SOON).until(() -> read(log).contains(" 3\n"));

        driver.pause("c1");
        int frozen = read(log).length();
        await().during(Duration.ofMillis(400))
                .atMost(SOON)
                .until(() -> read(log).length() - frozen < 120);

        driver.resume("c1");
        await().atMost(SOON).until(() -> read(log).length() > frozen + 200);
    }

    @Test
    void processesAreTheHostsNumbersOfAllInTheContainer() throws IOException {
        Task made = driver.create(container("c1", "sh", "-c", "sleep 1000 & sleep 1001 & wait"));
        driver.start("c1");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(driver.processes("c1"))
                        .hasSize(3)
                        .contains(made.pid())
                        .allSatisfy(pid -> assertThat(isRunning(pid)).isTrue()));
    }

    @Test
    void updateChangesTheLimitsOfARunningContainer() throws IOException {
        driver.create(container("c1", "sleep", "1000"));
        driver.start("c1");

        driver.update("c1", Map.of("pids", Map.of("limit", 33)));

        assertThat(cgroups().stream()
                        .map(mount -> read(mount.resolve("c1/pids.max")))
                        .filter(text -> !text.isEmpty()))
                .containsExactly("33\n");
    }

    @Test
    void inputGoesInByTheAttachSocketAndItsEndEndsIt() throws IOException {
        TaskSpec task = bundle.task("c1", spec("c1", "sh", "-c", "cat; echo end >&2"), false, true, true);
        driver.create(task);
        try (AttachClient client = new AttachClient(task.directory().resolve("attach"))) {
            driver.start("c1");
            client.send("hello\n");
            await().atMost(SOON).until(() -> client.output().contains("hello\n"));

            client.closeInput();

            await().atMost(SOON).until(() -> client.output().endsWith("end\n"));
        }
        assertThat(exitCode(task)).isZero();
    }

    @Test
    void inputStaysOpenWhenAClientLeavesUnlessItWasForOnce() throws IOException {
        TaskSpec task = bundle.task("c1", spec("c1", "cat"), false, true, false);
        Task made = driver.create(task);
        driver.start("c1");
        try (AttachClient first = new AttachClient(task.directory().resolve("attach"))) {
            first.send("one\n");
            await().atMost(SOON).until(() -> first.output().contains("one\n"));
        }
        try (AttachClient second = new AttachClient(task.directory().resolve("attach"))) {
            second.send("two\n");
            await().atMost(SOON).until(() -> second.output().contains("two\n"));
        }
        assertThat(isRunning(made.pid())).isTrue();
    }

    @Test
    void aTerminalHasTheSizeThatIsWrittenToTheFifo() throws IOException {
        ids.add("c1");
        Map<String, Object> spec =
                bundle.spec(cgroup + "/c1", List.of("sh", "-c", "while read line; do stty size; done"), true);
        TaskSpec task = bundle.task("c1", spec, true, true, false);
        driver.create(task);
        try (AttachClient client = new AttachClient(task.directory().resolve("attach"))) {
            driver.start("c1");
            Files.writeString(task.directory().resolve("ctl"), "1 33 99\n");
            // the fifo has no answer: ask until it shows
            await().atMost(SOON).until(() -> {
                client.send("go\n");
                return client.output().contains("33 99");
            });
        }
    }

    @Test
    @DisplayName("T16 T23 no other user reads a container's environment or reaches its streams")
    void filesAreForTheOwnerAlone() throws IOException {
        TaskSpec task = container("c1", "sleep", "1000");
        driver.create(task);
        driver.start("c1");
        TaskSpec exec = bundle.task("e1", bundle.process(List.of("sleep", "1000"), false));
        driver.exec("c1", exec, () -> {});

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
    void containerHasACleanListOfDescriptors() throws IOException {
        TaskSpec task = container("c1", "ls", "-1", "/proc/self/fd");
        driver.create(task);
        driver.start("c1");
        exitCode(task);

        assertThat(read(task.log().orElseThrow()).lines().map(line -> line.replaceAll(".* F ", "")))
                .as("three, and the one by which ls reads the folder")
                .containsExactly("0", "1", "2", "3");
    }

    @Test
    @DisplayName("T2 a monitor holds no descriptor of the engine")
    void monitorInheritsNothing() throws IOException {
        Path held = Files.createTempFile("held-by-engine", ".txt");
        try (var open = Files.newInputStream(held)) {
            Task made = driver.create(container("c1", "sleep", "1000"));
            try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + made.monitorPid() + "/fd"))) {
                assertThat(descriptors.map(RuntimeDriverContract::target))
                        .noneMatch(target -> target.contains("held-by-engine") || target.contains(".jar"));
            }
            assertThat(open).isNotNull();
        } finally {
            Files.delete(held);
        }
    }

    @Test
    @DisplayName("T2 a monitor keeps what it is given to hold as long as it lives, and its container never sees it")
    void monitorHoldsWhatItIsGiven() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
            port = free.getLocalPort();
        }
        KernelPortClaims claims = new KernelPortClaims();
        List<Fd> claimed = List.of(claims.claim(6, loopback, port).orElseThrow());
        TaskSpec task = container("c1", "sh", "-c", "ls /proc/self/fd; exec sleep 1000")
                .withHeld(claimed.stream().map(Fd::number).toList());
        driver.create(task);
        claimed.forEach(Fd::close);
        driver.start("c1");

        assertThatThrownBy(() -> claims.claim(6, loopback, port)).hasMessageContaining("EADDRINUSE");
        await().atMost(SOON).until(() -> read(task.log().orElseThrow()).lines().count() == 4);
        driver.delete("c1", true);
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
    void nothingPilesUp() throws IOException {
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
        assertThat(cgroups()).allSatisfy(mount -> {
            try (Stream<Path> below = Files.list(mount)) {
                assertThat(below.filter(Files::isDirectory)).isEmpty();
            }
        });
    }

    private void liveOnce(int round) throws IOException {
        TaskSpec task = container("c" + round, "sh", "-c", "read x");
        Map<String, Object> spec = task.spec();
        task = bundle.task("c" + round, spec, false, true, true);
        driver.create(task);
        driver.start(task.id());
        TaskSpec good = bundle.task("e" + round, bundle.process(List.of("true"), false));
        driver.exec(task.id(), good, () -> {});
        TaskSpec bad = bundle.task("b" + round, bundle.process(List.of("nope"), false));
        assertThatThrownBy(() -> driver.exec("c" + round, bad, () -> {})).isInstanceOf(FeluccaException.class);
        exitCode(good);
        driver.delete(task.id(), true);
        exitCode(task);
        TaskSpec failing = container("f" + round, "nope");
        assertThatThrownBy(() -> driver.create(failing)).isInstanceOf(FeluccaException.class);
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
    void monitorLeavesTheEnginesCgroups() throws IOException {
        try (OwnCgroup own =
                OwnCgroup.enter("felucca-engine-" + ProcessHandle.current().pid())) {
            Task made = driver.create(container("c1", "sleep", "1000"));
            driver.start("c1");
            TaskSpec exec = bundle.task("e1", bundle.process(List.of("sleep", "1000"), false));
            Task inside = driver.exec("c1", exec, () -> {});

            assertThat(own.otherProcesses()).isEmpty();
            for (int pid : List.of(made.monitorPid(), inside.monitorPid(), made.pid(), inside.pid())) {
                assertThat(read(Path.of("/proc/" + pid + "/cgroup")))
                        .isNotEmpty()
                        .doesNotContain("felucca-engine-");
            }
        }
    }

    @Test
    void killedForMemoryIsTold() throws IOException {
        Map<String, Object> spec = spec("c1", "sh", "-c", "a=x; while :; do a=$a$a; done");
        Map<String, Object> linux = new LinkedHashMap<>();
        ((Map<?, ?>) spec.get("linux")).forEach((key, value) -> linux.put((String) key, value));
        linux.put("resources", Map.of("memory", Map.of("limit", 16 << 20, "swap", 16 << 20)));
        spec.put("linux", linux);
        TaskSpec task = bundle.task("c1", spec);
        driver.create(task);
        driver.start("c1");

        assertThat(exitCode(task)).isNotZero();
        assertThat(task.exitDirectory().resolve("oom")).exists();
    }
}
