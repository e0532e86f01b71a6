package io.felucca.embedding.service;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.AttachQuery;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Exit;
import io.felucca.containers.HostConfig;
import io.felucca.containers.HostConfig.Resources;
import io.felucca.containers.HostConfig.RestartPolicy;
import io.felucca.containers.MountSpec;
import io.felucca.embedding.CommandResult;
import io.felucca.embedding.ContainerHandle;
import io.felucca.embedding.NewContainer;
import io.felucca.networks.PortBinding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Builds the spec of a container. */
final class ContainerRequest implements NewContainer {

    private static final double NANOS_PER_CPU = 1e9;

    private final EmbeddingContext context;
    private final String image;

    private final List<String> environment = new ArrayList<>();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final Map<String, List<PortBinding>> ports = new LinkedHashMap<>();
    private final List<MountSpec> mounts = new ArrayList<>();
    private final List<UnaryOperator<ContainerSpec>> changes = new ArrayList<>();
    private String name = "";
    private String hostname = "";
    private String user = "";
    private String workingDirectory = "";
    private String network = "";
    private List<String> command;
    private List<String> entrypoint;
    private RestartPolicy restart = new RestartPolicy("no", 0);
    private long memory;
    private long nanoCpus;
    private boolean readOnly;
    private boolean autoRemove;

    ContainerRequest(EmbeddingContext context, String image) {
        this.context = context;
        this.image = image;
    }

    @Override
    public NewContainer name(String text) {
        name = text;
        return this;
    }

    @Override
    public NewContainer command(String... words) {
        command = List.of(words);
        return this;
    }

    @Override
    public NewContainer entrypoint(String... words) {
        entrypoint = words.length == 0 ? List.of("") : List.of(words);
        return this;
    }

    @Override
    public NewContainer environment(String variable, String value) {
        environment.add(variable + "=" + value);
        return this;
    }

    @Override
    public NewContainer workingDirectory(String path) {
        workingDirectory = path;
        return this;
    }

    @Override
    public NewContainer user(String text) {
        user = text;
        return this;
    }

    @Override
    public NewContainer hostname(String text) {
        hostname = text;
        return this;
    }

    @Override
    public NewContainer label(String key, String value) {
        labels.put(key, value);
        return this;
    }

    @Override
    public NewContainer publish(int hostPort, int containerPort) {
        return publish("", hostPort, containerPort);
    }

    @Override
    public NewContainer publish(String hostAddress, int hostPort, int containerPort) {
        ports.computeIfAbsent(containerPort + "/tcp", port -> new ArrayList<>())
                .add(new PortBinding(hostAddress, hostPort == 0 ? "" : Integer.toString(hostPort)));
        return this;
    }

    @Override
    public NewContainer volume(String volume, String path) {
        return mount("volume", volume, path, false);
    }

    @Override
    public NewContainer bind(Path source, String path) {
        return mount("bind", source.toAbsolutePath().toString(), path, false);
    }

    @Override
    public NewContainer bindReadOnly(Path source, String path) {
        return mount("bind", source.toAbsolutePath().toString(), path, true);
    }

    @Override
    public NewContainer tmpfs(String path) {
        return mount("tmpfs", "", path, false);
    }

    private NewContainer mount(String type, String source, String target, boolean isReadOnly) {
        mounts.add(new MountSpec(type, source, target, isReadOnly, "", null, null, null));
        return this;
    }

    @Override
    public NewContainer network(String text) {
        network = text;
        return this;
    }

    @Override
    public NewContainer memory(long bytes) {
        memory = bytes;
        return this;
    }

    @Override
    public NewContainer cpus(double processors) {
        nanoCpus = Math.round(processors * NANOS_PER_CPU);
        return this;
    }

    @Override
    public NewContainer restart(String policy) {
        restart = new RestartPolicy(policy, 0);
        return this;
    }

    @Override
    public NewContainer readOnly() {
        readOnly = true;
        return this;
    }

    @Override
    public NewContainer autoRemove() {
        autoRemove = true;
        return this;
    }

    @Override
    public NewContainer adjust(UnaryOperator<ContainerSpec> change) {
        changes.add(change);
        return this;
    }

    @Override
    public ContainerSpec spec() {
        ContainerConfig config = new ContainerConfig(
                hostname,
                "",
                user,
                false,
                false,
                false,
                Set.copyOf(ports.keySet()),
                false,
                false,
                false,
                environment,
                command,
                null,
                image,
                Set.of(),
                workingDirectory,
                entrypoint,
                Map.copyOf(labels),
                "",
                null);
        ContainerSpec spec = new ContainerSpec(name, "", config, hostConfig());
        for (UnaryOperator<ContainerSpec> change : changes) {
            spec = change.apply(spec);
        }
        return spec;
    }

    private HostConfig hostConfig() {
        HostConfig none = HostConfig.DEFAULT;
        Map<String, List<PortBinding>> bindings = new LinkedHashMap<>();
        ports.forEach((port, all) -> bindings.put(port, List.copyOf(all)));
        return new HostConfig(
                network,
                restart,
                autoRemove,
                none.logConfig(),
                none.capAdd(),
                none.capDrop(),
                none.groupAdd(),
                none.dns(),
                none.dnsSearch(),
                none.dnsOptions(),
                none.extraHosts(),
                bindings,
                none.publishAllPorts(),
                none.links(),
                none.ipcMode(),
                none.pidMode(),
                none.utsMode(),
                none.usernsMode(),
                none.cgroupnsMode(),
                none.privileged(),
                readOnly,
                none.securityOpt(),
                none.tmpfs(),
                none.binds(),
                mounts,
                none.volumesFrom(),
                none.volumeDriver(),
                none.shmSize(),
                none.sysctls(),
                none.runtime(),
                none.storageOpt(),
                none.cgroupParent(),
                limits(),
                none.oomScoreAdj(),
                none.annotations(),
                none.init(),
                none.maskedPaths(),
                none.readonlyPaths(),
                none.consoleSize());
    }

    private Resources limits() {
        return new Resources(
                memory, 0, 0, null, null, nanoCpus, 0, 0, 0, 0, 0, "", "", null, null, List.of(), List.of(), List.of());
    }

    @Override
    public ContainerHandle create() {
        return new EmbeddedContainer(context.containers().create(spec()).id(), context);
    }

    @Override
    public ContainerHandle start() {
        ContainerHandle made = create();
        try {
            made.start();
        } catch (RuntimeException e) {
            undo(made, e);
            throw e;
        }
        return made;
    }

    private static void undo(ContainerHandle made, RuntimeException failure) {
        try {
            made.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public CompletableFuture<ContainerHandle> startAsync() {
        return context.async(this::start);
    }

    @Override
    public CommandResult run() {
        ContainerHandle made = create();
        CommandResult result;
        try {
            result = runToItsEnd(made.id());
        } catch (RuntimeException e) {
            undo(made, e);
            throw e;
        }
        try {
            made.close();
        } catch (FeluccaException e) {
            // One that removes itself is being removed.
            if (e.kind() != Kind.CONFLICT) {
                throw e;
            }
        }
        return result;
    }

    private CommandResult runToItsEnd(String id) {
        Containers containers = context.containers();
        CollectedOutput output = new CollectedOutput();
        String what = "the end of container " + id;
        try (Attachment attachment = containers.attach(id, new AttachQuery(false, true, true, false), output)) {
            CompletableFuture<Exit> exit = containers.await(id, Condition.NEXT_EXIT);
            containers.start(id);
            int code = EmbeddingContext.await(exit, what).code();
            EmbeddingContext.await(attachment.done(), what);
            return output.result(code);
        }
    }

    @Override
    public CompletableFuture<CommandResult> runAsync() {
        return context.async(this::run);
    }
}
