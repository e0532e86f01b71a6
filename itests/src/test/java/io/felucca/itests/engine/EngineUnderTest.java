package io.felucca.itests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.testkit.LoopDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An engine of the built distribution on roots and a socket of its own under a short folder of /tmp. As an extension
 * of a test class it starts before the first test, loses its containers after each, and after the last one is stopped:
 * then nothing of it may be left on the machine.
 */
public final class EngineUnderTest implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final List<String> options = new ArrayList<>();
    private List<String> prefix = List.of();
    private boolean withBusybox;
    private Path folder;

    private EngineUnderTest() {}

    /** An engine with the image {@code busybox} in its store. */
    public static EngineUnderTest withBusybox(String... options) {
        EngineUnderTest engine = new EngineUnderTest();
        engine.options.addAll(List.of(options));
        engine.withBusybox = true;
        return engine;
    }

    public static EngineUnderTest empty(String... options) {
        EngineUnderTest engine = withBusybox(options);
        engine.withBusybox = false;
        return engine;
    }

    /**
     * An engine whose containers have ids of their own, from 500000 on ({@code --userns-remap}). It runs in a mount namespace
     * of its own, in which /etc/subuid and /etc/subgid name the ids: this machine's stay as they are.
     */
    public static EngineUnderTest remapped() {
        return withBusybox("--userns-remap", "felucca-remap", "--bridge", "none")
                .startedBy(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-ec",
                        "mount -t tmpfs tmpfs /mnt; echo felucca-remap:500000:65536 >/mnt/ids;"
                                + " for f in subuid subgid; do mount --bind /mnt/ids /etc/$f; done; umount -l /mnt;"
                                + " exec \"$@\"",
                        "sh");
    }

    /** The engine is started by these words, which its own follow. */
    public EngineUnderTest startedBy(String... words) {
        prefix = List.of(words);
        return this;
    }

    /** Where the unpacked distribution is. */
    public static Path home() {
        return Path.of(System.getProperty("felucca.home", "../distribution/target/felucca"))
                .toAbsolutePath()
                .normalize();
    }

    public static String program() {
        return home().resolve("bin/felucca").toString();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        assertThat(Files.isExecutable(Path.of(program())))
                .as("the distribution is built (mvn package): " + program())
                .isTrue();
        try {
            folder = Files.createTempDirectory(Path.of("/tmp"), "fl");
            // As /var/lib and /run: a container's root in a user namespace passes through.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
        if (withBusybox) {
            felucca("import", Rootfs.busybox().toString(), "busybox").ok();
        }
    }

    /** Starts it in a folder of the test's own, which the test stops and removes itself. */
    public void beginIn(Path ownFolder) {
        folder = ownFolder;
        start();
    }

    /** Ends an engine that has begun on this disk, and the disk. Nothing of it may be left on the machine then. */
    public void endWith(LoopDisk disk) {
        try {
            if (isRunning()) {
                removeContainers();
                stop();
            }
            MachineState.requireNothingOf(disk.folder());
        } finally {
            disk.close();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!isRunning()) {
            start();
        }
        removeContainers();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (folder == null) {
            return;
        }
        if (isRunning()) {
            removeContainers();
            stop();
        }
        try {
            MachineState.requireNothingOf(folder);
        } finally {
            Rootfs.delete(folder);
        }
    }

    public void removeContainers() {
        List<String> all =
                felucca("ps", "-a", "-q", "--no-trunc").run().requireOk().lines();
        if (!all.isEmpty()) {
            List<String> words = new ArrayList<>(List.of("rm", "-f"));
            words.addAll(all);
            felucca(words.toArray(String[]::new)).run().requireOk();
        }
    }

    /** Starts it with its options and waits until it answers. */
    public void start() {
        start(List.of());
    }

    public void start(List<String> more) {
        startCommand(more).run(120).requireOk();
    }

    /** The words of the command that starts it. */
    public List<String> startWords() {
        return startCommand(List.of()).words();
    }

    /** The command that starts it. */
    public Program startCommand(List<String> more) {
        List<String> words = new ArrayList<>(prefix);
        words.addAll(List.of(program(), "engine", "--detach"));
        words.addAll(rootOptions());
        words.addAll(options);
        if (!words.contains("unshare") && !options.contains("--bridge")) {
            // The machine's own network keeps neither bridge nor rules of a test.
            words.addAll(List.of("--bridge", "none"));
        }
        words.addAll(more);
        return new Program(words);
    }

    private List<String> rootOptions() {
        return List.of(
                "--data-root",
                dataRoot().toString(),
                "--exec-root",
                execRoot().toString(),
                "--host",
                host(),
                "--pidfile",
                pidFile().toString());
    }

    public void stop() {
        Program.of(program(), "engine", "--stop", "--pidfile", pidFile().toString())
                .run(90)
                .requireOk();
        assertThat(isRunning()).isFalse();
    }

    /** Ends it at once, as a crash does. */
    public void kill() {
        long pid = pid();
        Program.of("kill", "-9", Long.toString(pid)).run().requireOk();
        await().until(() -> !Files.exists(Path.of("/proc", Long.toString(pid), "exe")));
    }

    public boolean isRunning() {
        try {
            return Files.exists(pidFile())
                    && ProcessHandle.of(
                                    Long.parseLong(Files.readString(pidFile()).trim()))
                            .filter(ProcessHandle::isAlive)
                            .filter(process -> !isZombie(process.pid()))
                            .isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it has ended, but was not collected by its parent (proc_pid_stat(5)); the JDK takes it for alive. */
    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException e) {
            return true;
        }
    }

    public long pid() {
        try {
            return Long.parseLong(Files.readString(pidFile()).trim());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many threads of that name it has; each connection that it serves is one {@code felucca-http}. */
    public int threads(String name) {
        return (int) entries("task")
                .filter(thread -> name.isEmpty() || comm(thread).equals(name))
                .count();
    }

    public int descriptors() {
        return (int) entries("fd").count();
    }

    /** Memory that is pages of files (proc_pid_status(5), RssFile), in KiB. */
    public long residentFileKib() {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                    .filter(line -> line.startsWith("RssFile:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<Path> entries(String kind) {
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid()), kind))) {
            return all.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty for one that has ended meanwhile. */
    private static String comm(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).trim();
        } catch (IOException e) {
            return "";
        }
    }

    public Path folder() {
        return folder;
    }

    public Path dataRoot() {
        return folder.resolve("d");
    }

    public Path execRoot() {
        return folder.resolve("x");
    }

    public Path socket() {
        return folder.resolve("s");
    }

    public String host() {
        return "unix://" + socket();
    }

    public Path pidFile() {
        return folder.resolve("p");
    }

    public String log() {
        try {
            return Files.readString(dataRoot().resolve("engine.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A {@code felucca} command on this engine. */
    public Program felucca(String... words) {
        List<String> all = new ArrayList<>(List.of(program()));
        all.addAll(List.of(words));
        return new Program(all).env("FELUCCA_HOST", host());
    }

    /** The same in a terminal of its own. */
    public Program terminal(String... words) {
        return felucca(words).inTerminal();
    }

    /** A {@code docker} command on this engine. @param apiVersion empty for the newest that both speak */
    public Program docker(String apiVersion, String... words) {
        return client("docker", apiVersion, words);
    }

    /** The same by another program than the one on the path. */
    public Program client(String program, String apiVersion, String... words) {
        List<String> all = new ArrayList<>(List.of(program));
        all.addAll(List.of(words));
        Program docker = new Program(all).env("DOCKER_HOST", host());
        return apiVersion.isEmpty() ? docker : docker.env("DOCKER_API_VERSION", apiVersion);
    }

    /** Standard output of a command that must succeed. */
    public String ok(String... words) {
        return felucca(words).ok();
    }

    /** What a command says that must fail with this code. */
    public String fails(int code, String... words) {
        return felucca(words).run().requireExit(code).err();
    }

    /** {@code run -d} with the network none. @return the container's id */
    public String runDetached(String... words) {
        List<String> all = new ArrayList<>(List.of("run", "-d", "--network", "none"));
        all.addAll(List.of(words));
        return ok(all.toArray(String[]::new));
    }

    /** {@code run --rm} with the network none. */
    public Program runOnce(String... words) {
        List<String> all = new ArrayList<>(List.of("run", "--rm", "--network", "none"));
        all.addAll(List.of(words));
        return felucca(all.toArray(String[]::new));
    }

    /** The first element of {@code inspect}. */
    public JsonNode inspect(String name) {
        return json(ok("inspect", name)).get(0);
    }

    public static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    public String status(String name) {
        return inspect(name).path("State").path("Status").textValue();
    }

    public static ConditionFactory await() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50));
    }
}
