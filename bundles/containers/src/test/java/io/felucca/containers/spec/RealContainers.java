package io.felucca.containers.spec;

import static org.awaitility.Awaitility.await;

import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.rootfs.ResolvedUser;
import io.felucca.containers.rootfs.UserLookup;
import io.felucca.containers.security.AppArmor;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.KernelHost;
import io.felucca.linux.kernel.LibSeccomp;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.linux.kernel.socket.KernelSockets;
import io.felucca.network.spi.NetworkDriver.NamespaceMode;
import io.felucca.runtime.oci.OciRuntimeDriver;
import io.felucca.runtime.oci.RuntimeSettings;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.testkit.runtime.RuntimeBundle;
import io.felucca.testkit.runtime.RuntimeTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Runs containers with our full specs by the runtime driver alone, without an engine. */
final class RealContainers implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Path directory;
    private final RuntimeBundle bundle;
    private final OciRuntimeDriver driver;
    private final HostFacts facts = HostFacts.of(new KernelHost());
    private final OciSpec specs = new OciSpec(facts);
    private final String parent = "/felucca-spec-" + ProcessHandle.current().pid();
    private final Map<String, RuntimeTask> tasks = new ConcurrentHashMap<>();

    /** @param runtime a path, or empty for what the driver chooses */
    RealContainers(String runtime) throws IOException {
        directory = Files.createTempDirectory("sp");
        bundle = new RuntimeBundle(directory.resolve("b"));
        driver = new OciRuntimeDriver(
                new RuntimeSettings(runtime, "", directory.resolve("d")),
                new KernelProcesses(),
                new KernelSockets(),
                new LibSeccomp());
    }

    RuntimeBundle bundle() {
        return bundle;
    }

    RuntimeDriver driver() {
        return driver;
    }

    HostFacts facts() {
        return facts;
    }

    String parent() {
        return parent;
    }

    /** Starts one; its id. */
    String start(Map<String, Object> options, IdMap idMap, String user, Map<String, Object> configuration)
            throws IOException {
        String id = "c" + COUNT.incrementAndGet();
        ContainerConfig config = Specs.config(configuration);
        HostConfig host = Specs.host(options);
        try (Directory root = new KernelDirectories().open(bundle.rootfs())) {
            ResolvedUser resolved = UserLookup.resolve(root, user, host.groupAdd());
            SpecRequest request = new SpecRequest(
                    id,
                    config,
                    host,
                    resolved,
                    bundle.rootfs(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    parent + "/" + id,
                    idMap,
                    "host".equals(options.get("networkMode")) ? NamespaceMode.HOST : NamespaceMode.PRIVATE,
                    Map.of(),
                    List.of(),
                    "");
            new AppArmor(new KernelProcesses()).prepare(host, facts);
            RuntimeTask task = bundle.task(id, specs.create(request));
            tasks.put(id, task);
            task.create(driver);
        }
        driver.start(id);
        return id;
    }

    /** What a script says, standard error with it. */
    String run(String script) throws IOException {
        return run(Map.of(), script);
    }

    String run(Map<String, Object> options, String script) throws IOException {
        return run(options, IdMap.NONE, "", script);
    }

    String run(Map<String, Object> options, IdMap idMap, String user, String script) throws IOException {
        return output(start(options, idMap, user, Map.of("cmd", List.of("sh", "-c", "{ " + script + "\n} 2>&1"))));
    }

    /** Waits for the end; all it has said. */
    String output(String id) throws IOException {
        RuntimeTask task = tasks.get(id);
        await().atMost(SOON).until(() -> Files.exists(task.exitDirectory().resolve("exit")));
        return Files.readAllLines(task.log()).stream()
                .map(line -> line.replaceFirst("^\\S+ std(out|err) [FP] ", ""))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() throws IOException {
        new HashMap<>(tasks).keySet().forEach(id -> driver.delete(id, true));
        driver.close();
        try (var mounts = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path mount : mounts.filter(Files::isDirectory).toList()) {
                Files.deleteIfExists(Path.of(mount + parent));
            }
        }
        Files.deleteIfExists(Path.of("/sys/fs/cgroup" + parent));
        await().atMost(SOON).ignoreExceptions().until(() -> {
            try (var files = Files.walk(directory)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
            return true;
        });
    }
}
