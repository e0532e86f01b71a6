package io.felucca.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** A driver, a bundle of busybox, and the containers that a test makes of it. */
public final class RuntimeBench {

    static final Duration SOON = Duration.ofSeconds(60);

    private final List<String> ids = new ArrayList<>();
    private final RuntimeBundle bundle;
    private final RuntimeDriver driver;
    private final String cgroup = "/felucca-contract-" + ProcessHandle.current().pid();

    /** @param driver makes one that keeps its own files below a folder */
    RuntimeBench(Function<Path, RuntimeDriver> driver) throws IOException {
        Path directory = Files.createTempDirectory("rt");
        bundle = new RuntimeBundle(directory.resolve("b"));
        this.driver = driver.apply(directory.resolve("d"));
        assertThat(this.driver.probe()).as("the driver works on this machine").isEmpty();
    }

    RuntimeDriver driver() {
        return driver;
    }

    Task create(RuntimeTask task) {
        return task.create(driver);
    }

    Task exec(String container, RuntimeTask task) {
        return exec(container, task, () -> {});
    }

    Task exec(String container, RuntimeTask task, Runnable attachable) {
        return task.exec(driver, container, attachable);
    }

    RuntimeBundle bundle() {
        return bundle;
    }

    /** Parent of the containers' cgroups, removed afterwards. */
    String cgroup() {
        return cgroup;
    }

    /** Its folders, in every hierarchy. */
    List<Path> cgroups() throws IOException {
        try (Stream<Path> mounts = Files.list(Path.of("/sys/fs/cgroup"))) {
            return Stream.concat(Stream.of(Path.of("/sys/fs/cgroup")), mounts)
                    .map(mount -> Path.of(mount + cgroup))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    RuntimeTask container(String id, String... args) throws IOException {
        return bundle.task(id, spec(id, args));
    }

    Map<String, Object> spec(String id, String... args) {
        return spec(id, false, args);
    }

    Map<String, Object> terminalSpec(String id, String... args) {
        return spec(id, true, args);
    }

    private Map<String, Object> spec(String id, boolean terminal, String... args) {
        ids.add(id);
        return bundle.spec(cgroup + "/" + id, List.of(args), terminal);
    }

    static int exitCode(RuntimeTask task) {
        Path file = task.exitDirectory().resolve("exit");
        await().atMost(SOON).until(() -> Files.exists(file));
        return Integer.parseInt(read(file));
    }

    static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static boolean isRunning(int pid) {
        String stat = read(Path.of("/proc/" + pid + "/status"));
        return !stat.isEmpty() && !stat.contains("State:\tZ");
    }

    /** Removes all that was made: afterwards no process, mount or cgroup is left. */
    void close() throws IOException {
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
}
