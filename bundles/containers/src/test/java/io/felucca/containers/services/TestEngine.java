package io.felucca.containers.services;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.containers.ContainerArchives;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.Containers;
import io.felucca.containers.HostConfig;
import io.felucca.containers.record.Folders;
import io.felucca.containers.settings.ContainersConfig;
import io.felucca.containers.spec.Specs;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.events.Events;
import io.felucca.images.FolderArchives;
import io.felucca.images.Image;
import io.felucca.images.ImageConfig;
import io.felucca.images.Images;
import io.felucca.images.Layers;
import io.felucca.linux.kernel.KernelHost;
import io.felucca.linux.kernel.LibSeccomp;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.linux.kernel.net.KernelNamespaces;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.linux.kernel.socket.KernelSockets;
import io.felucca.log.spi.LogDriver;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.networks.NetworkUsers;
import io.felucca.networks.Networks;
import io.felucca.networks.PortBinding;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandboxes;
import io.felucca.runtime.oci.OciRuntimeDriver;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.runtime.spi.RuntimeDriver.HeldTask;
import io.felucca.testkit.runtime.RuntimeBundle;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.BundleContext;

/**
 * The core of containers on real containers: the real runtime driver and kernel, a storage of plain folders, one image,
 * no framework. {@link #crashAt} has a step of a driver never return, as if the engine were killed there.
 */
final class TestEngine implements AutoCloseable {

    /** Passes every catch of the engine, as a kill does. */
    static final class Killed extends Error {
        Killed(String step) {
            super("killed at " + step, null, false, false);
        }
    }

    static final Digest IMAGE = Digest.ofHex("ab".repeat(32));
    private static final ImageConfig IMAGE_CONFIG = new ImageConfig(
            "",
            Set.of(),
            List.of("FROM_IMAGE=1"),
            null,
            List.of("sh"),
            Set.of(),
            "",
            Map.of(),
            "",
            List.of(),
            null,
            null);

    final Path directory;
    final FolderStorage storage;
    final FolderVolumes volumes;
    /** What leads to containers' ports: it outlives the engine. */
    final Map<String, Map<String, List<PortBinding>>> published = new ConcurrentHashMap<>();

    /** What a container takes of networks when it starts. */
    volatile Sandbox prepared = Sandbox.NONE;
    /** Containers that have something of networks. */
    final Set<String> joined = ConcurrentHashMap.newKeySet();

    final ReusableNumbers processes = new ReusableNumbers();
    final Set<String> away = ConcurrentHashMap.newKeySet();
    /** How often ports could not be published for want of a driver. */
    final AtomicInteger refused = new AtomicInteger();

    final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> killed = ConcurrentHashMap.newKeySet();
    /** What the image store does with layers. */
    volatile Answer layers = (method, arguments) -> {
        throw new IllegalStateException(method);
    };

    /** As an administrator configures it; empty for the engine's own. */
    volatile String cgroupParent = "";
    /** {@code --default-ulimit} of an engine that begins. */
    volatile String[] defaultUlimits = {};

    /** What happens at a step of a driver, beside the step itself. */
    final Map<String, Runnable> hooks = new ConcurrentHashMap<>();

    private volatile ContainerArchives archives;
    private volatile NetworkUsers networkUsers;
    private final AtomicReference<String> crash = new AtomicReference<>("");
    private final AtomicReference<String> failure = new AtomicReference<>("");
    /** Those that a thread holds. */
    private final ThreadLocal<Integer> leases = ThreadLocal.withInitial(() -> 0);

    private final OciRuntimeDriver runtime;
    private final Path root;
    private ContainerCore core;

    TestEngine() throws IOException {
        directory = Files.createTempDirectory("fc");
        RuntimeBundle bundle = new RuntimeBundle(directory.resolve("image"));
        root = directory.resolve("r");
        Files.createDirectories(root);
        storage = new FolderStorage(bundle.rootfs(), root.resolve("layers"), this::storageStep);
        volumes = new FolderVolumes(root.resolve("volumes"));
        runtime = new OciRuntimeDriver(
                new io.felucca.runtime.oci.RuntimeSettings("", "", directory.resolve("o")),
                new KernelProcesses(),
                new KernelSockets(),
                new LibSeccomp());
        begin();
    }

    /** An engine on the same root, after {@link #end} or a crash. */
    void begin() {
        crash.set("");
        Layers layerStore = (Layers) proxy(Layers.class, (method, arguments) -> layers.to(method, arguments));
        FolderArchives folderArchives = (FolderArchives) proxy(FolderArchives.class, (method, arguments) -> null);
        core = new ContainerCore(
                config(),
                engineRoot(),
                drivers(),
                storage,
                images(),
                new KernelDirectories(),
                processes,
                new KernelSockets(),
                (Networks) proxy(Networks.class, (method, arguments) -> {
                    throw FeluccaException.notFound("network " + arguments[0] + " not found");
                }),
                (Sandboxes) proxy(Sandboxes.class, (method, arguments) -> switch (method) {
                    case "defaultMode" -> "none";
                    case "namespaceMode" -> NetworkDriver.NamespaceMode.PRIVATE;
                    case "prepare" -> prepare((Sandboxes.Member) arguments[0]);
                    case "leave" -> joined.remove(((Sandboxes.Member) arguments[0]).containerId());
                    case "join" -> arguments[1];
                    case "portHolders" -> List.of();
                    case "hasNames" -> false;
                    case "dns" -> new Sandboxes.Dns(List.of(), List.of(), List.of());
                    case "resolverFile" -> Path.of("/etc/resolv.conf");
                    case "publish" -> publish((Sandboxes.Member) arguments[0], (Sandbox) arguments[1]);
                    default -> null;
                }),
                new KernelNamespaces(),
                new KernelHost(),
                (Events) proxy(Events.class, (method, arguments) -> events.add(arguments[1] + " " + arguments[2])),
                new KernelMounts(),
                volumes,
                volumes);
        archives = new Archives(
                core, layerStore, storage, volumes, new KernelMounts(), new KernelDirectories(), folderArchives);
        ContainerCore begun = core;
        BundleContext context = (BundleContext) proxy(BundleContext.class, (method, arguments) -> begun);
        volumes.users = new VolumeUses(context, null);
        networkUsers = new NetworkUses(context, null);
    }

    /** What the networks tell of. */
    NetworkUsers networkUsers() {
        return networkUsers;
    }

    private Sandbox prepare(Sandboxes.Member member) {
        if (!prepared.endpoints().isEmpty() && !joined.add(member.containerId())) {
            throw new IllegalStateException("networks are left before they are taken again");
        }
        return prepared;
    }

    private Sandbox publish(Sandboxes.Member member, Sandbox sandbox) {
        if (away.contains("PortMapper")) {
            refused.incrementAndGet();
            throw FeluccaException.unavailable("no port mapper");
        }
        step("before publish");
        published.put(member.containerId(), member.ports());
        step("after publish");
        return sandbox.with(member.ports());
    }

    /** The engine ends; nothing is written at an end, so it may as well have been killed. */
    void end() {
        core.deactivate();
    }

    Containers containers() {
        return core;
    }

    ContainerArchives archives() {
        return archives;
    }

    ContainerCore core() {
        return core;
    }

    Path folder(String id) {
        return root.resolve("containers").resolve(id);
    }

    Path dataRoot() {
        return root;
    }

    void crashAt(String step) {
        crash.set(step);
    }

    /** Has the next such step fail, once. */
    void failAt(String step) {
        failure.set(step);
    }

    /** Whether the engine was killed at that step. */
    boolean reached(String step) {
        return killed.contains(step);
    }

    private void storageStep(String step) {
        if (leases.get() > 0) {
            throw new AssertionError("the storage is called while another driver is leased: " + step);
        }
        step(step);
    }

    private void step(String step) {
        hooks.getOrDefault(step, () -> {}).run();
        String failing = failure.get();
        if (failing.equals(step) && failure.compareAndSet(failing, "")) {
            throw FeluccaException.system(step + " fails");
        }
        if (crash.get().equals(step)) {
            crash.set("");
            killed.add(step);
            throw new Killed(step);
        }
    }

    private ContainersConfig config() {
        return (ContainersConfig) proxy(ContainersConfig.class, (method, arguments) -> switch (method) {
            case "runtime" -> "oci";
            case "log_driver" -> "json-file";
            case "log_opts" -> new String[0];
            case "cgroup_parent" -> cgroupParent;
            case "default_ulimits" -> defaultUlimits;
            default -> "";
        });
    }

    private EngineRoot engineRoot() {
        return new EngineRoot() {
            @Override
            public String id() {
                return "fc" + ProcessHandle.current().pid();
            }

            @Override
            public Path dataRoot() {
                return root;
            }

            @Override
            public Path execRoot() {
                return directory.resolve("e");
            }
        };
    }

    private Images images() {
        Image image = new Image(
                IMAGE,
                List.of("busybox:latest"),
                List.of(),
                "",
                "",
                Instant.EPOCH,
                "",
                "amd64",
                "",
                "linux",
                1,
                List.of(IMAGE),
                IMAGE_CONFIG,
                List.of());
        return (Images) proxy(Images.class, (method, arguments) -> switch (method) {
            case "get" -> {
                if (!arguments[0].equals("busybox")) {
                    throw FeluccaException.notFound("No such image: " + arguments[0] + ":latest");
                }
                yield image;
            }
            case "unpack" -> "cd".repeat(32);
            case "list" -> List.of(image);
            default -> throw new IllegalStateException(method);
        });
    }

    /** Steps are named after the driver's methods and those of what it has begun. */
    private <T> T stepping(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                TestEngine.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    step("before " + method.getName());
                    try {
                        Object result = method.invoke(target, arguments);
                        step("after " + method.getName());
                        return result instanceof HeldTask held ? stepping(HeldTask.class, held) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private Drivers drivers() {
        LogDriver log = options -> {
            if (options.containsKey("bad")) {
                throw FeluccaException.invalid("unknown log opt 'bad' for json-file log driver");
            }
            long bytes = Long.parseLong(options.getOrDefault("max-size", "20000000"));
            int files = Integer.parseInt(options.getOrDefault("max-file", "3"));
            return new LogDriver.Retention(true, bytes, files, false);
        };
        RuntimeDriver steps = stepping(RuntimeDriver.class, runtime);
        Map<String, Object> all = Map.of("LogDriver/json-file", log, "RuntimeDriver/oci", steps);
        return new Drivers() {
            @Override
            public <D> Lease<D> lease(Class<D> kind, String name) {
                String key = kind.getSimpleName() + "/" + name;
                if (away.contains(key)) {
                    throw FeluccaException.unavailable(key + " is away");
                }
                Object driver = all.get(key);
                if (driver == null) {
                    throw FeluccaException.notFound("no driver " + key);
                }
                leases.set(leases.get() + 1);
                return new Lease<>() {
                    @Override
                    public D driver() {
                        return kind.cast(driver);
                    }

                    @Override
                    public boolean lost() {
                        return false;
                    }

                    @Override
                    public void close() {
                        leases.set(leases.get() - 1);
                    }
                };
            }

            @Override
            public Watch watch(Class<?> kind, Runnable came) {
                throw new IllegalStateException(kind.getName());
            }

            @Override
            public List<String> names(Class<?> kind) {
                return all.keySet().stream()
                        .filter(key -> key.startsWith(kind.getSimpleName() + "/"))
                        .map(key -> key.substring(key.indexOf('/') + 1))
                        .toList();
            }
        };
    }

    interface Answer {
        Object to(String method, Object[] arguments);
    }

    private static Object proxy(Class<?> type, Answer answer) {
        return Proxy.newProxyInstance(
                TestEngine.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> switch (method.getName()) {
                    case "toString" -> type.getSimpleName();
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    default -> answer.to(method.getName(), arguments);
                });
    }

    static ContainerSpec spec(String name, boolean autoRemove, String... cmd) {
        return spec(name, autoRemove, false, false, cmd);
    }

    static ContainerSpec spec(String name, boolean autoRemove, boolean stdin, boolean tty, String... cmd) {
        ContainerConfig config = new ContainerConfig(
                "",
                "",
                "",
                stdin,
                true,
                true,
                null,
                tty,
                stdin,
                stdin,
                null,
                Arrays.asList(cmd),
                null,
                "busybox",
                null,
                "",
                null,
                null,
                "",
                null);
        return new ContainerSpec(name, "", config, host(autoRemove));
    }

    static HostConfig host(boolean autoRemove) {
        return Specs.host(Map.of("networkMode", "none", "autoRemove", autoRemove));
    }

    /** The same with these components of HostConfig and of its resources, and all others at their defaults. */
    static ContainerSpec with(ContainerSpec spec, Map<String, Object> host) {
        Map<String, Object> all = new HashMap<>(host);
        all.putIfAbsent("networkMode", "none");
        return new ContainerSpec(spec.name(), spec.platform(), spec.config(), Specs.host(all));
    }

    /** Creates and starts. */
    String run(String name, String... cmd) {
        String id = core.create(spec(name, false, cmd)).id();
        core.start(id);
        return id;
    }

    @Override
    public void close() throws IOException {
        away.clear();
        core.list(true, Map.of()).forEach(container -> core.remove(container.id(), true, false));
        end();
        runtime.close();
        String parent = "felucca-fc" + ProcessHandle.current().pid();
        for (String controller : Path.of("/sys/fs/cgroup").toFile().list()) {
            Path cgroup = Path.of("/sys/fs/cgroup", controller, parent);
            if (Files.isDirectory(cgroup)) {
                Files.delete(cgroup);
            }
        }
        Folders.remove(directory);
    }
}
