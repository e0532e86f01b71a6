package io.felucca.containers.network;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import io.felucca.containers.process.ProcessFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.record.KeptLink;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.linux.Processes;
import io.felucca.linux.net.Namespaces;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Networks;
import io.felucca.networks.PortBinding;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandboxes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Changes of a container's networks, ports and links, whether it runs or not. The caller holds its lock. */
public final class NetworkChanges {

    private final RecordStore store;
    private final ContainerRegistry registry;
    private final Networks networks;
    private final Sandboxes sandboxes;
    private final Namespaces namespaces;
    private final Processes processes;
    private final Links links;
    private final NetworkFiles files;
    private final NetworkMapper networkMapper;

    public NetworkChanges(
            RecordStore store,
            ContainerRegistry registry,
            Networks networks,
            Sandboxes sandboxes,
            Namespaces namespaces,
            Processes processes,
            Links links,
            NetworkFiles files,
            NetworkMapper networkMapper) {
        this.store = store;
        this.registry = registry;
        this.networks = networks;
        this.sandboxes = sandboxes;
        this.namespaces = namespaces;
        this.processes = processes;
        this.links = links;
        this.files = files;
        this.networkMapper = networkMapper;
    }

    public void connect(ManagedContainer container, String network, EndpointSpec spec) {
        ContainerRecord record = container.record();
        if (record.networkOf().isPresent()) {
            throw FeluccaException.forbidden("container sharing network namespace with another container or host"
                    + " cannot be connected to any other network");
        }
        String name = networks.get(network).name();
        Map<String, EndpointSpec> endpoints = new LinkedHashMap<>(record.endpoints());
        endpoints.put(name, spec);
        ContainerRecord changed = record.withEndpoints(endpoints);
        sandboxes.checkConnect(network, spec, NetworkMapper.wanted(record).keySet());
        if (container.state().running()) {
            Sandbox before = container.state().sandbox();
            Sandbox after = inNamespace(
                    container,
                    namespace ->
                            sandboxes.connect(ContainerNetworks.member(changed), before, network, spec, namespace));
            change(container, changed, after);
        }
        keep(container, changed);
    }

    private Sandbox inNamespace(ManagedContainer container, Function<Path, Sandbox> change) {
        return container
                .state()
                .processId()
                .flatMap(process -> ProcessFiles.inNetwork(namespaces, processes, process, change))
                .orElseThrow(container::notRunning);
    }

    /** @param force whether a network that is gone is forgotten too */
    public void disconnect(ManagedContainer container, String network, boolean force) {
        ContainerRecord record = container.record();
        String id = force ? networkMapper.idOf(network) : networks.get(network).id();
        String name = id.isEmpty() ? network : networks.get(id).name();
        Map<String, EndpointSpec> endpoints = new LinkedHashMap<>(record.endpoints());
        boolean there = endpoints.keySet().removeIf(each -> isSame(each, name, id));
        boolean mode = isSame(record.network(), name, id);
        ContainerRecord changed = record.withEndpoints(endpoints);
        if (container.state().running() && !id.isEmpty()) {
            Sandbox before = container.state().sandbox();
            Sandbox after = inNamespace(
                    container,
                    namespace -> sandboxes.disconnect(ContainerNetworks.member(changed), before, id, namespace));
            change(container, changed, after);
        } else if (!there && !mode) {
            throw FeluccaException.forbidden("container " + container.id + " is not connected to the network " + name);
        }
        // Docker's too: the mode stays what it was called, the container is in none of its networks.
        keep(container, mode ? changed.withoutNetwork() : changed);
    }

    /** Whether a container's word for a network means the one of that name and id, which is empty when it is gone. */
    private boolean isSame(String word, String name, String id) {
        return word.equals(name) || !id.isEmpty() && id.equals(networkMapper.idOf(word));
    }

    public void publish(ManagedContainer container, Map<String, List<PortBinding>> ports) {
        ContainerRecord record = container.record();
        HostConfig host = record.host();
        ContainerRecord changed = record.withHost(host.withNetwork(host.networkMode(), ports, host.links()));
        NetworkChecks.published(changed.host());
        sandboxes.check(ContainerNetworks.member(changed));
        // First the intent: an engine that starts after a kill finishes what was begun.
        keep(container, changed);
        if (container.state().running()) {
            try {
                carryOut(container);
            } catch (RuntimeException e) {
                keep(container, record);
                throw e;
            }
        }
    }

    /** Has published what is on record for a container that runs; nothing for one whose ports are so already. */
    void carryOut(ManagedContainer container) {
        Sandbox before = container.state().sandbox();
        Sandbox after = sandboxes.publish(ContainerNetworks.member(container.record()), before);
        if (!after.equals(before)) {
            change(container, container.record(), after);
        }
    }

    /**
     * Who calls another by that name.
     *
     * @throws FeluccaException NOT_FOUND, CONFLICT for a container's own name
     */
    public ManagedContainer linkedBy(String name) {
        registry.get(name);
        int slash = name.lastIndexOf('/');
        if (slash < 1) {
            throw FeluccaException.conflict("Conflict, cannot remove the default link name of the container");
        }
        return registry.get(name.substring(0, slash));
    }

    /** Takes back a link by which a container calls another; the caller holds its lock. */
    public void unlink(ManagedContainer container, String name) {
        String alias = name.substring(name.lastIndexOf('/') + 1);
        ContainerRecord record = container.record();
        HostConfig host = record.host();
        List<String> rest = new ArrayList<>(host.links());
        if (!rest.removeIf(kept -> KeptLink.alias(kept).equals(alias))) {
            throw FeluccaException.notFound("No such container: " + name);
        }
        keep(container, record.withHost(host.withNetwork(host.networkMode(), host.portBindings(), rest)));
        if (container.state().running()) {
            links.drop(container, alias, files);
        }
    }

    private void change(ManagedContainer container, ContainerRecord record, Sandbox after) {
        Sandbox before = container.state().sandbox();
        ContainerState changed = container.state().withSandbox(after);
        container.state(changed);
        store.write(container.id, changed);
        files.change(record, before, after);
    }

    void keep(ManagedContainer container, ContainerRecord changed) {
        store.rewrite(changed);
        container.record(changed);
    }
}
