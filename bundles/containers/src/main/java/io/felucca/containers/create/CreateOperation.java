package io.felucca.containers.create;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.Containers.Created;
import io.felucca.containers.HostConfig;
import io.felucca.containers.adopt.Adoption;
import io.felucca.containers.check.HostConfigCheck;
import io.felucca.containers.check.HostDefaults;
import io.felucca.containers.check.StorageOptions;
import io.felucca.containers.health.HealthCheck;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.mounts.ContainerVolumes;
import io.felucca.containers.mounts.PlannedMount;
import io.felucca.containers.network.ContainerNetworks;
import io.felucca.containers.network.NetworkChecks;
import io.felucca.containers.output.LogSelection;
import io.felucca.containers.process.Runtimes;
import io.felucca.containers.process.SignalNames;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ConfigMerge;
import io.felucca.containers.record.ContainerFiles;
import io.felucca.containers.record.ContainerMount;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.record.Folders;
import io.felucca.containers.record.LogSettings;
import io.felucca.containers.record.NameWords;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.restart.RestartRule;
import io.felucca.containers.rootfs.WorkingDirectory;
import io.felucca.containers.settings.ContainerDefaults;
import io.felucca.containers.state.ContainerEvents;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.images.Image;
import io.felucca.images.ImageUsers.Use;
import io.felucca.images.Images;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.storage.Storage;
import io.felucca.volumes.VolumeUsers;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes containers. config.json is the intent; state.json, written last, says that it was carried out: what an engine
 * that was killed in between leaves is removed by {@link Adoption}.
 */
public final class CreateOperation {

    private static final Logger LOG = LoggerFactory.getLogger(CreateOperation.class);

    private static final String CONTAINER = "container:";

    private final RecordStore store;
    private final ContainerFiles files;
    private final ContainerRegistry registry;
    private final Images images;
    private final Storage storage;
    private final ContainerVolumes containerVolumes;
    private final LogSelection logs;
    private final Runtimes runtimes;
    private final Directories directories;
    private final WorkerThreads workers;
    private final HostFacts facts;
    private final ContainerDefaults defaults;
    private final ContainerEvents events;
    private final ContainerNetworks networks;
    private final SecureRandom random = new SecureRandom();
    private final EarlyMounts early;
    private final Map<String, Digest> underWay = new ConcurrentHashMap<>();
    private final Map<String, List<PlannedMount>> volumesUnderWay = new ConcurrentHashMap<>();

    public CreateOperation(
            RecordStore store,
            ContainerFiles files,
            ContainerRegistry registry,
            Images images,
            Storage storage,
            ContainerVolumes containerVolumes,
            Runtimes runtimes,
            Directories directories,
            WorkerThreads workers,
            HostFacts facts,
            ContainerDefaults defaults,
            ContainerEvents events,
            ContainerNetworks networks,
            EarlyMounts early,
            LogSelection logs) {
        this.store = store;
        this.files = files;
        this.registry = registry;
        this.images = images;
        this.storage = storage;
        this.containerVolumes = containerVolumes;
        this.runtimes = runtimes;
        this.directories = directories;
        this.workers = workers;
        this.facts = facts;
        this.defaults = defaults;
        this.events = events;
        this.early = early;
        this.networks = networks;
        this.logs = logs;
    }

    public Created create(ContainerSpec spec) {
        HostConfig host = spec.hostConfig();
        if (spec.config().image().isEmpty()) {
            throw FeluccaException.invalid("Config cannot be empty in order to create a container");
        }
        IdMap idMap = "host".equals(host.usernsMode()) ? IdMap.NONE : defaults.idMap();
        // As dockerd: what cannot be is refused before an image is looked for, which clients would pull.
        Platforms.requireKnown(spec.platform());
        List<String> warnings = new ArrayList<>(HostConfigCheck.check(spec.config(), host, idMap, facts));
        checkRest(spec.config(), host);
        checkNamed(spec.config(), host);
        warnings.addAll(NetworkChecks.check(spec));
        Image image = images.get(spec.config().image());
        if (spec.platform() != null && !spec.platform().isEmpty()) {
            Platforms.check(image, spec.config().image(), spec.platform());
        }
        ContainerConfig config = ConfigMerge.merge(spec.config(), image.config());
        HostConfigCheck.checkImages(config);
        checkRest(config, host);
        String network = networks.mode(host);
        String runtime = runtime(host);
        // Most are started at once.
        runtimes.expect(runtime);
        LogSettings log = logs.of(host);
        StorageOptions options = StorageOptions.of(host.storageOpt());
        String driver = options.driver().isEmpty() ? storage.defaultDriver() : options.driver();
        String id = newId();
        String name = spec.name() == null || spec.name().isEmpty()
                ? registry.names().takeAutomatic(id, NameWords::any)
                : registry.names().take(spec.name(), id);
        underWay.put(id, image.id());
        List<String> madeVolumes = new ArrayList<>();
        try {
            List<PlannedMount> mounts = containerVolumes.plan(config, host, this::mountsOf);
            volumesUnderWay.put(id, mounts);
            ContainerRecord record = new ContainerRecord(
                    id,
                    name,
                    Instant.now(),
                    image.id(),
                    image.os(),
                    withHostname(config, host, network, id),
                    HostDefaults.fill(named(host, network), facts, log.driver()),
                    driver,
                    images.unpack(image.id(), driver),
                    idMap,
                    runtime,
                    network,
                    log,
                    mounts.stream().map(PlannedMount::mount).toList(),
                    spec.endpoints());
            networks.check(record);
            make(record, mounts, madeVolumes);
        } catch (RuntimeException e) {
            registry.names().free(name, id);
            registry.names().forget(id);
            volumesUnderWay.remove(id);
            containerVolumes.undo(madeVolumes, e);
            throw e;
        } finally {
            underWay.remove(id);
            volumesUnderWay.remove(id);
        }
        return new Created(id, List.copyOf(warnings));
    }

    /** The engine stops: layers of containers that did not start at once are unmounted. */
    public void letGo() {
        early.close();
    }

    /** Images of containers that are being made, which no entry names yet. */
    public List<Use> usesUnderWay(Digest image) {
        return underWay.entrySet().stream()
                .filter(entry -> entry.getValue().equals(image))
                .map(entry -> new Use(entry.getKey(), entry.getKey().substring(0, 12), true))
                .toList();
    }

    /** As {@link #usesUnderWay(Digest)}, of a volume. */
    public List<VolumeUsers.Use> usesUnderWay(String volume) {
        return volumesUnderWay.entrySet().stream()
                .filter(entry -> entry.getValue().stream()
                        .anyMatch(planned -> planned.mount().name().equals(volume)))
                .map(entry -> new VolumeUsers.Use(entry.getKey(), false))
                .toList();
    }

    private List<ContainerMount> mountsOf(String container) {
        return registry.find(container)
                .orElseThrow(() -> FeluccaException.invalid("No such container: " + container))
                .record()
                .mounts();
    }

    private void make(ContainerRecord record, List<PlannedMount> mounts, List<String> madeVolumes) {
        String id = record.id();
        try {
            store.makeFolder(files.folder(id));
            store.write(record);
            containerVolumes.make(mounts, madeVolumes);
            if (!madeVolumes.isEmpty()) {
                workers.executor().execute(() -> beginSync(record));
            }
            long limit = StorageOptions.of(record.host().storageOpt()).sizeBytes();
            storage.prepareContainer(record.storageDriver(), id, record.chainId(), record.idMap(), limit);
            // Beside the rest: a container whose layer is not known after a loss of power is lost.
            CompletableFuture<Void> layer = record.host().autoRemove()
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.runAsync(() -> storage.sync(record.storageDriver(), id), workers.executor());
            makeWorkingDirectory(record);
            containerVolumes.fill(mounts, record.idMap(), () -> early.mount(record));
            store.write(id, ContainerState.CREATED);
            if (!record.host().autoRemove()) {
                // One that removes itself is worth no disk's time: after a crash of the machine it would be gone too.
                // Its volumes are on the disk when it starts.
                store.syncNew(id);
                containerVolumes.sync(record.mounts());
                WorkerThreads.join(layer);
            }
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.UNAVAILABLE) {
                // The driver was waited for already: its own wait for the layer's removal is not the caller's.
                workers.executor().execute(() -> undo(record, e));
            } else {
                undo(record, e);
            }
            throw e;
        } catch (RuntimeException e) {
            undo(record, e);
            throw e;
        }
        registry.add(new ManagedContainer(record, ContainerState.CREATED));
        events.tell("create", record);
    }

    /** As dockerd, before volumes are filled, which may lie below or above it; what cannot be is told at once. */
    private void makeWorkingDirectory(ContainerRecord record) {
        String path = record.config().workingDir();
        if (path == null || path.isEmpty() || path.equals("/")) {
            return;
        }
        try (Directory root = directories.open(early.mount(record))) {
            WorkingDirectory.prepare(root, path, record.idMap());
        }
    }

    /** Beside the rest of a create; who needs it done waits for it, or does it again. */
    private void beginSync(ContainerRecord record) {
        try {
            containerVolumes.sync(record.mounts());
        } catch (FeluccaException e) {
            LOG.debug("volumes of {}: {}", record.id(), e.getMessage());
        }
    }

    private void undo(ContainerRecord record, RuntimeException cause) {
        try {
            storage.remove(record.storageDriver(), record.id());
        } catch (FeluccaException e) {
            LOG.debug("the layer of {} is left to the next start of the engine: {}", record.id(), e.getMessage());
            cause.addSuppressed(e);
            return;
        }
        Folders.remove(files.folder(record.id()));
    }

    private String newId() {
        byte[] bytes = new byte[32];
        while (true) {
            random.nextBytes(bytes);
            String id = HexFormat.of().formatHex(bytes);
            if (!id.substring(0, 12).matches("[0-9]+")) {
                return id;
            }
        }
    }

    /** Variables have names, and containers that are named are there. */
    private void checkNamed(ContainerConfig config, HostConfig host) {
        for (String variable : config.env() == null ? List.<String>of() : config.env()) {
            if (variable.isEmpty() || variable.startsWith("=")) {
                throw FeluccaException.invalid("invalid environment variable: " + variable);
            }
        }
        for (String mode : Arrays.asList(host.pidMode(), host.ipcMode())) {
            if (mode != null && mode.startsWith(CONTAINER)) {
                String name = mode.substring(CONTAINER.length());
                if (!name.isEmpty() && registry.find(name).isEmpty()) {
                    throw FeluccaException.invalid("No such container: " + name);
                }
            }
        }
    }

    private void checkRest(ContainerConfig config, HostConfig host) {
        RestartRule.check(host);
        HealthCheck.check(config.healthcheck());
        if (config.stopSignal() != null && !config.stopSignal().isEmpty()) {
            SignalNames.parse(config.stopSignal());
        }
    }

    /** Another container is named by its id, and so is what is linked to. Ports that are published are exposed. */
    private HostConfig named(HostConfig host, String network) {
        String mode = host.networkMode().startsWith("container:") ? network : host.networkMode();
        return host.withNetwork(mode, host.portBindings(), networks.resolveLinks(host.links()))
                .withNamespaces(byId(host.ipcMode()), byId(host.pidMode()));
    }

    /** A mode that names another container, which may be renamed, by its id; any other as it is. */
    private String byId(String mode) {
        return mode == null || !mode.startsWith(CONTAINER)
                ? mode
                : registry.find(mode.substring(CONTAINER.length()))
                        .map(other -> CONTAINER + other.id)
                        .orElse(mode);
    }

    private String runtime(HostConfig host) {
        String name = host.runtime();
        if (name == null || name.isEmpty()) {
            return defaults.runtime();
        }
        if (!runtimes.has(name)) {
            throw FeluccaException.invalid("Unknown runtime specified " + name);
        }
        return name;
    }

    private ContainerConfig withHostname(ContainerConfig config, HostConfig host, String network, String id) {
        if (config.hostname() != null && !config.hostname().isEmpty()) {
            return config;
        }
        if (network.startsWith("container:")) {
            String other = network.substring("container:".length());
            String name = registry.find(other)
                    .map(entry -> entry.record().config().hostname())
                    .orElse(id.substring(0, 12));
            return ConfigMerge.withHostname(config, name);
        }
        boolean hosts = "host".equals(host.networkMode()) || "host".equals(host.utsMode());
        return ConfigMerge.withHostname(config, hosts ? facts.hostname() : id.substring(0, 12));
    }
}
