package io.felucca.containers.network;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.HostConfig;
import io.felucca.containers.process.ProcessFiles;
import io.felucca.containers.process.WorkerThreads;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.settings.ContainerDefaults;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.linux.Processes;
import io.felucca.linux.net.Namespaces;
import io.felucca.networks.PortBinding;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandboxes;
import io.felucca.networks.Sandboxes.Member;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A container's networks: taken at its start, taken over by the next engine, left at its end. The caller holds its lock. */
public final class ContainerNetworks {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerNetworks.class);
    private static final String CONTAINER = "container:";

    private final ContainerRegistry registry;
    private final Sandboxes sandboxes;
    private final ContainerDefaults defaults;
    private final Namespaces namespaces;
    private final Processes processes;
    private final WorkerThreads workers;
    private final Links links;
    private final NetworkFiles files;
    private final NetworkChanges changes;
    private final NetworkMapper networkMapper;
    /** Ids of running containers that an engine before left and that have not all they should have yet. */
    private final Set<String> unfinished = ConcurrentHashMap.newKeySet();
    /** Ids of running containers whose links may not be what they should be. */
    private final Set<String> unlinked = ConcurrentHashMap.newKeySet();

    public ContainerNetworks(
            ContainerRegistry registry,
            Sandboxes sandboxes,
            ContainerDefaults defaults,
            Namespaces namespaces,
            Processes processes,
            WorkerThreads workers,
            Links links,
            NetworkFiles files,
            NetworkMapper networkMapper,
            NetworkChanges changes) {
        this.registry = registry;
        this.sandboxes = sandboxes;
        this.defaults = defaults;
        this.namespaces = namespaces;
        this.processes = processes;
        this.workers = workers;
        this.links = links;
        this.files = files;
        this.networkMapper = networkMapper;
        this.changes = changes;
    }

    public Links links() {
        return links;
    }

    public NetworkFiles files() {
        return files;
    }

    public NetworkChanges changes() {
        return changes;
    }

    public NetworkMapper views() {
        return networkMapper;
    }

    /**
     * The network mode that a container gets: nobody's is the engine's, and another container is named by its id. One that
     * is not there is told at start, as dockerd does.
     */
    public String mode(HostConfig host) {
        String mode = host.networkMode();
        if (mode.equals("default")) {
            return defaults.network().isEmpty() ? sandboxes.defaultMode() : defaults.network();
        }
        if (!mode.startsWith(CONTAINER)) {
            return mode;
        }
        String other = mode.substring(CONTAINER.length());
        return CONTAINER + registry.find(other).map(container -> container.id).orElse(other);
    }

    public void check(ContainerRecord record) {
        if (record.networkOf().isEmpty()) {
            sandboxes.check(member(record));
        }
    }

    static Member member(ContainerRecord record) {
        return new Member(
                record.id(),
                record.name(),
                record.config().hostname(),
                record.network(),
                record.endpoints(),
                record.host().portBindings(),
                record.host().publishAllPorts(),
                record.config().exposedPorts(),
                record.host().dns());
    }

    /** Takes addresses and ports, and has its links made; nothing for one that shares another's network. */
    public Sandbox prepare(ContainerRecord record) {
        if (record.networkOf().isPresent()) {
            return Sandbox.NONE;
        }
        Sandbox prepared = sandboxes.prepare(member(record));
        try {
            return prepared.withLinks(links.make(record, prepared));
        } catch (RuntimeException e) {
            sandboxes.leave(member(record), prepared);
            throw e;
        }
    }

    /** What another container's network is reached by. @param containerId or its name, where it was not there at create */
    Path namespaceOf(String containerId, ProcessFiles files) {
        ContainerState state = registry.get(containerId).state();
        return Optional.of(state)
                .filter(ContainerState::running)
                .flatMap(ContainerState::processId)
                .flatMap(process -> files.namespace(process, "net"))
                .orElseThrow(() ->
                        FeluccaException.conflict("cannot join network of a non running container: " + containerId));
    }

    /** Where the namespace of a container that runs is shown; by the time it is looked at, it may be another's. */
    static Path namespace(ContainerState state) {
        int pid = state.processId().orElseThrow().pid();
        return Path.of("/proc/" + pid + "/ns/net");
    }

    /** The way of one start into the networks for which it has prepared. */
    public NetworkSetup joining(ContainerRecord record, Sandbox prepared) {
        return new NetworkSetup(sandboxes, namespaces, processes, workers, this, record, prepared);
    }

    /** What holds the published ports of a container, for its monitor. */
    public List<Integer> portHolders(String containerId) {
        return sandboxes.portHolders(containerId);
    }

    Sandbox join(ContainerRecord record, Sandbox prepared, Path namespace) {
        return sandboxes.join(member(record), prepared, namespace);
    }

    /** @return what is left, nothing when all went well; whoever finds it tries again */
    public Sandbox leave(ManagedContainer container, Sandbox sandbox) {
        if (sandbox.endpoints().isEmpty()) {
            return Sandbox.NONE;
        }
        try {
            sandboxes.leave(member(container.record()), sandbox);
            return Sandbox.NONE;
        } catch (FeluccaException e) {
            LOG.warn(
                    "container {} leaves its networks, at the latest when it starts or is removed: {}",
                    container.id,
                    e.getMessage());
            return sandbox;
        }
    }

    /** What an earlier end could not. */
    public void leaveLast(ManagedContainer container) {
        ContainerState state = container.state();
        if (!state.sandbox().endpoints().isEmpty() && !state.running()) {
            sandboxes.leave(member(container.record()), state.sandbox());
            container.state(state.withSandbox(Sandbox.NONE));
        }
    }

    /** After a start of the engine, before any container starts. */
    public void adopt(ManagedContainer container) {
        if (!container.state().sandbox().endpoints().isEmpty()) {
            sandboxes.adopt(member(container.record()), container.state().sandbox());
        }
    }

    /** One that runs is served again, without what a driver is missing for: {@link #driverCame} finishes it. */
    public void resume(ManagedContainer container) {
        unfinished.add(container.id);
        unlinked.add(container.id);
        finish(container);
    }

    /**
     * One that others link to has another name or address: they follow, those at once whose driver is there. Takes
     * their turns; that is no circle, since a container links to older ones only.
     */
    public void tellLinked(ManagedContainer source) {
        for (ManagedContainer other : links.recipients(source)) {
            unlinked.add(other.id);
            finishUnderLock(other);
        }
    }

    /** What waited for a driver is tried again. Takes the turns of those that wait. */
    public void driverCame() {
        Set<String> waiting = new HashSet<>(unfinished);
        waiting.addAll(unlinked);
        for (String id : waiting) {
            registry.ofId(id).ifPresentOrElse(this::finishUnderLock, () -> finished(id));
        }
    }

    private void finished(String id) {
        unfinished.remove(id);
        unlinked.remove(id);
    }

    private void finishUnderLock(ManagedContainer container) {
        container.lock.lock();
        try {
            finish(container);
        } catch (FeluccaException e) {
            LOG.warn("networks of container {}: {}", container.id, e.getMessage());
        } finally {
            container.lock.unlock();
        }
    }

    private void finish(ManagedContainer container) {
        ContainerState state = container.state();
        if (!state.running()) {
            finished(container.id);
            return;
        }
        if (unlinked.contains(container.id) && relinked(container)) {
            unlinked.remove(container.id);
        }
        if (unfinished.contains(container.id) && waitsForNone(container, () -> serve(container))) {
            unfinished.remove(container.id);
        }
    }

    /** What else is wrong with links than a driver that is away keeps nothing from going on. */
    private boolean relinked(ManagedContainer container) {
        try {
            return waitsForNone(container, () -> links.renew(container, files));
        } catch (FeluccaException e) {
            LOG.warn("links of container {}: {}", container.id, e.getMessage());
            return true;
        }
    }

    private void serve(ManagedContainer container) {
        Sandbox sandbox = container.state().sandbox();
        container
                .state()
                .processId()
                .flatMap(process -> ProcessFiles.inNetwork(namespaces, processes, process, namespace -> {
                    sandboxes.resume(member(container.record()), sandbox, namespace);
                    return sandbox;
                }))
                .ifPresent(resumed -> finishPublishing(container));
    }

    /** @return false where a driver is away that the work needs */
    private static boolean waitsForNone(ManagedContainer container, Runnable work) {
        try {
            work.run();
            return true;
        } catch (FeluccaException e) {
            if (e.kind() != Kind.UNAVAILABLE) {
                throw e;
            }
            LOG.warn("container {} waits for a driver: {}", container.id, e.getMessage());
            return false;
        }
    }

    /** After a start of the engine: what was promised to nobody and cannot be had any more is taken back. */
    private void finishPublishing(ManagedContainer container) {
        HostConfig host = container.record().host();
        Map<String, List<PortBinding>> published = container.state().sandbox().ports();
        if (host.portBindings().isEmpty() && published.isEmpty()) {
            return;
        }
        try {
            changes.carryOut(container);
        } catch (FeluccaException e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw e;
            }
            LOG.warn("ports of container {} stay as they were: {}", container.id, e.getMessage());
            changes.keep(
                    container,
                    container.record().withHost(host.withNetwork(host.networkMode(), published, host.links())));
        }
    }

    /** Links as they are kept: the other's id and the alias. */
    public List<String> resolveLinks(List<String> asked) {
        List<String> kept = new ArrayList<>();
        for (String link : asked) {
            String resolved = links.resolve(link);
            if (!kept.contains(resolved)) {
                kept.add(resolved);
            }
        }
        return kept;
    }
}
