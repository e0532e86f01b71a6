package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.HostConfig;
import io.felucca.containers.HostConfig.PortBinding;
import io.felucca.containers.NetworkSettings;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.Life;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandboxes.Member;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A container's networks: taken at its start, changed while it runs, left at its end. The caller holds its turn. */
final class Networking {

    private static final Logger LOG = LoggerFactory.getLogger(Networking.class);
    private static final String CONTAINER = "container:";

    private final Core core;
    private final Links links;
    private final NetworkFiles files;
    /** Ids of running containers that an engine before left and that have not all they should have yet. */
    private final Set<String> unfinished = ConcurrentHashMap.newKeySet();

    Networking(Core core) {
        this.core = core;
        links = new Links(core);
        files = new NetworkFiles(core);
    }

    Links links() {
        return links;
    }

    NetworkFiles files() {
        return files;
    }

    /**
     * The network mode that a container gets: nobody's is the engine's, and another container is named by its id. One that
     * is not there is told at start, as dockerd does.
     */
    String mode(HostConfig host) {
        String mode = host.networkMode();
        if (mode.equals("default")) {
            return core.settings().network().isEmpty()
                    ? core.sandboxes().defaultMode()
                    : core.settings().network();
        }
        if (!mode.startsWith(CONTAINER)) {
            return mode;
        }
        String other = mode.substring(CONTAINER.length());
        return CONTAINER + core.entries().find(other).map(entry -> entry.id).orElse(other);
    }

    void check(ContainerRecord record) {
        if (record.networkOf().isEmpty()) {
            core.sandboxes().check(member(record));
        }
    }

    static Member member(ContainerRecord record) {
        return new Member(
                record.id(),
                record.name(),
                record.network(),
                record.endpoints(),
                record.host().portBindings(),
                record.host().publishAllPorts(),
                record.config().exposedPorts(),
                record.host().dns());
    }

    /** Takes addresses and ports; nothing for one that shares another's network. */
    Sandbox prepare(ContainerRecord record) {
        return record.networkOf().isPresent() ? Sandbox.NONE : core.sandboxes().prepare(member(record));
    }

    /** What another container's network is reached by. @param containerId or its name, where it was not there at create */
    Path namespaceOf(String containerId) {
        Life life = core.entries().get(containerId).life();
        if (!life.running()) {
            throw FeluccaException.conflict("cannot join network of a non running container: " + containerId);
        }
        return namespace(life);
    }

    static Path namespace(Life life) {
        int pid = life.processId().orElseThrow().pid();
        return Path.of("/proc/" + pid + "/ns/net");
    }

    Sandbox join(ContainerRecord record, Sandbox prepared, Path namespace) {
        return core.sandboxes().join(member(record), prepared, namespace);
    }

    /** @return what is left, nothing when all went well; whoever finds it tries again */
    Sandbox leave(Entry entry, Sandbox sandbox) {
        links.leave(entry, sandbox);
        if (sandbox.endpoints().isEmpty()) {
            return Sandbox.NONE;
        }
        try {
            core.sandboxes().leave(member(entry.record()), sandbox);
            return Sandbox.NONE;
        } catch (FeluccaException e) {
            LOG.warn(
                    "container {} leaves its networks, at the latest when it starts or is removed: {}",
                    entry.id,
                    e.getMessage());
            return sandbox;
        }
    }

    /** What an earlier end could not. */
    void leaveLast(Entry entry) {
        Life life = entry.life();
        if (!life.sandbox().endpoints().isEmpty() && !life.running()) {
            core.sandboxes().leave(member(entry.record()), life.sandbox());
            entry.life(life.withSandbox(Sandbox.NONE));
        }
    }

    /** After a start of the engine, before any container starts. */
    void adopt(Entry entry) {
        if (!entry.life().sandbox().endpoints().isEmpty()) {
            core.sandboxes().adopt(member(entry.record()), entry.life().sandbox());
        }
    }

    /** One that runs is served again, without what a driver is missing for: {@link #driverCame} finishes it. */
    void resume(Entry entry) {
        links.resume(entry);
        unfinished.add(entry.id);
        finish(entry);
    }

    /** What waited for a driver is tried again. Takes the turns of those that wait. */
    void driverCame() {
        for (String id : unfinished) {
            core.entries().ofId(id).ifPresentOrElse(this::finishInTurn, () -> unfinished.remove(id));
        }
    }

    private void finishInTurn(Entry entry) {
        entry.turn.lock();
        try {
            finish(entry);
        } catch (FeluccaException e) {
            LOG.warn("networks of container {}: {}", entry.id, e.getMessage());
        } finally {
            entry.turn.unlock();
        }
    }

    private void finish(Entry entry) {
        Life life = entry.life();
        if (life.running() && unfinished.contains(entry.id)) {
            try {
                core.sandboxes().resume(member(entry.record()), life.sandbox(), namespace(life));
                finishPublishing(entry);
            } catch (FeluccaException e) {
                if (e.kind() != Kind.UNAVAILABLE) {
                    throw e;
                }
                LOG.warn("container {} waits for a driver: {}", entry.id, e.getMessage());
                return;
            }
        }
        unfinished.remove(entry.id);
    }

    void connect(Entry entry, String network, EndpointSpec spec) {
        ContainerRecord record = entry.record();
        if (record.networkOf().isPresent()) {
            throw FeluccaException.forbidden("container sharing network namespace with another container or host"
                    + " cannot be connected to any other network");
        }
        String name = core.networks().get(network).name();
        Map<String, EndpointSpec> endpoints = new LinkedHashMap<>(record.endpoints());
        endpoints.put(name, spec);
        ContainerRecord changed = record.withEndpoints(endpoints);
        core.sandboxes().checkConnect(network, spec, wanted(record).keySet());
        if (entry.life().running()) {
            Sandbox after = core.sandboxes()
                    .connect(member(changed), entry.life().sandbox(), network, spec, namespace(entry.life()));
            change(entry, changed, after);
        }
        keep(entry, changed);
    }

    private String idOf(String network) {
        try {
            return core.networks().get(network).id();
        } catch (FeluccaException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
            return "";
        }
    }

    /** @param force whether a network that is gone is forgotten too */
    void disconnect(Entry entry, String network, boolean force) {
        ContainerRecord record = entry.record();
        String id = force ? idOf(network) : core.networks().get(network).id();
        String name = id.isEmpty() ? network : core.networks().get(id).name();
        Map<String, EndpointSpec> endpoints = new LinkedHashMap<>(record.endpoints());
        boolean there = endpoints.keySet().removeIf(each -> isSame(each, name, id));
        boolean mode = isSame(record.network(), name, id);
        ContainerRecord changed = record.withEndpoints(endpoints);
        if (entry.life().running() && !id.isEmpty()) {
            Sandbox after =
                    core.sandboxes().disconnect(member(changed), entry.life().sandbox(), id, namespace(entry.life()));
            change(entry, changed, after);
        } else if (!there && !mode) {
            throw FeluccaException.forbidden("container " + entry.id + " is not connected to the network " + name);
        }
        // Docker's too: the mode stays what it was called, the container is in none of its networks.
        keep(entry, mode ? changed.withoutNetwork() : changed);
    }

    /** Whether a container's word for a network means the one of that name and id, which is empty when it is gone. */
    private boolean isSame(String word, String name, String id) {
        return word.equals(name) || !id.isEmpty() && id.equals(idOf(word));
    }

    void publish(Entry entry, Map<String, List<PortBinding>> ports) {
        ContainerRecord record = entry.record();
        HostConfig host = record.host();
        ContainerRecord changed = record.withHost(host.withNetwork(host.networkMode(), ports, host.links()));
        NetworkChecks.published(changed.host());
        core.sandboxes().check(member(changed));
        // First the intent: an engine that starts after a kill finishes what was begun.
        keep(entry, changed);
        if (entry.life().running()) {
            try {
                carryOut(entry);
            } catch (RuntimeException e) {
                keep(entry, record);
                throw e;
            }
        }
    }

    /** Has published what is on record for a container that runs; nothing for one whose ports are so already. */
    private void carryOut(Entry entry) {
        Sandbox before = entry.life().sandbox();
        Sandbox after = core.sandboxes().publish(member(entry.record()), before);
        if (!after.equals(before)) {
            change(entry, entry.record(), after);
        }
    }

    /** After a start of the engine: what was promised to nobody and cannot be had any more is taken back. */
    private void finishPublishing(Entry entry) {
        HostConfig host = entry.record().host();
        Map<String, List<PortBinding>> published = entry.life().sandbox().ports();
        if (host.portBindings().isEmpty() && published.isEmpty()) {
            return;
        }
        try {
            carryOut(entry);
        } catch (FeluccaException e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw e;
            }
            LOG.warn("ports of container {} stay as they were: {}", entry.id, e.getMessage());
            keep(entry, entry.record().withHost(host.withNetwork(host.networkMode(), published, host.links())));
        }
    }

    /**
     * Who calls another by that name.
     *
     * @throws FeluccaException NOT_FOUND, CONFLICT for a container's own name
     */
    Entry linkedBy(String name) {
        core.entries().get(name);
        int slash = name.lastIndexOf('/');
        if (slash < 1) {
            throw FeluccaException.conflict("Conflict, cannot remove the default link name of the container");
        }
        return core.entries().get(name.substring(0, slash));
    }

    /** Takes back a link by which a container calls another; the caller holds its turn (S149). */
    void unlink(Entry entry, String name) {
        String alias = name.substring(name.lastIndexOf('/') + 1);
        ContainerRecord record = entry.record();
        HostConfig host = record.host();
        List<String> rest = new ArrayList<>(host.links());
        if (!rest.removeIf(kept -> Links.alias(kept).equals(alias))) {
            throw FeluccaException.notFound("No such container: " + name);
        }
        keep(entry, record.withHost(host.withNetwork(host.networkMode(), host.portBindings(), rest)));
        links.drop(entry, alias, files);
    }

    /** A container that others link to has another name or address: they are told (S154). */
    void tellLinked(Entry entry) {
        links.follow(entry, files);
    }

    private void change(Entry entry, ContainerRecord record, Sandbox after) {
        Sandbox before = entry.life().sandbox();
        Life changed = entry.life().withSandbox(after);
        entry.life(changed);
        core.store().write(entry.id, changed);
        files.change(record, before, after);
    }

    private void keep(Entry entry, ContainerRecord changed) {
        core.store().rewrite(changed);
        entry.record(changed);
    }

    /** What a container is to have in which network, that of its mode included. */
    static Map<String, EndpointSpec> wanted(ContainerRecord record) {
        Map<String, EndpointSpec> wanted = new TreeMap<>();
        if (record.networkOf().isPresent()) {
            return wanted;
        }
        if (!record.network().isEmpty()) {
            wanted.put(record.network(), EndpointSpec.NONE);
        }
        record.endpoints().forEach((name, spec) -> wanted.put(name.equals("default") ? record.network() : name, spec));
        return wanted;
    }

    /** What the views of one list share, so that a list's cost does not grow with the square of its length. */
    final class Common {
        private final Map<String, String> ids = new HashMap<>();
        private final Map<String, List<String>> linked = links.names();

        private String idOf(String network) {
            return ids.computeIfAbsent(network, Networking.this::idOf);
        }
    }

    Common common() {
        return new Common();
    }

    NetworkSettings settings(Entry entry, Common common) {
        Life life = entry.life();
        Map<String, EndpointSpec> wanted = wanted(entry.record());
        Map<String, String> ids = new TreeMap<>();
        wanted.keySet().forEach(name -> {
            String id = common.idOf(name);
            if (!id.isEmpty()) {
                ids.put(name, id);
            }
        });
        return new NetworkSettings(
                life.running() ? life.sandbox() : Sandbox.NONE,
                life.running()
                                && entry.record().networkOf().isEmpty()
                                && !life.process().isEmpty()
                        ? namespace(life).toString()
                        : "",
                wanted,
                ids,
                common.linked.getOrDefault(entry.id, List.of()));
    }

    /** Names and ids of all networks that containers name. */
    Set<String> inUse() {
        Set<String> names = new HashSet<>();
        for (Entry entry : core.entries().all()) {
            names.addAll(wanted(entry.record()).keySet());
        }
        return names;
    }

    /** Links as they are kept: the other's id and the alias. */
    List<String> resolveLinks(List<String> asked) {
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
