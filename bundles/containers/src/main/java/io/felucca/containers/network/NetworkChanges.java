package io.felucca.containers.network;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import io.felucca.containers.HostConfig.PortBinding;
import io.felucca.containers.process.ProcessFiles;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.KeptLink;
import io.felucca.containers.record.Life;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.state.Entries;
import io.felucca.containers.state.Entry;
import io.felucca.linux.Processes;
import io.felucca.linux.net.Namespaces;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Networks;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandboxes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Changes of a container's networks, ports and links, whether it runs or not. The caller holds its turn. */
public final class NetworkChanges {

    private final RecordStore store;
    private final Entries entries;
    private final Networks networks;
    private final Sandboxes sandboxes;
    private final Namespaces namespaces;
    private final Processes processes;
    private final Links links;
    private final NetworkFiles files;
    private final NetworkViews views;

    public NetworkChanges(
            RecordStore store,
            Entries entries,
            Networks networks,
            Sandboxes sandboxes,
            Namespaces namespaces,
            Processes processes,
            Links links,
            NetworkFiles files,
            NetworkViews views) {
        this.store = store;
        this.entries = entries;
        this.networks = networks;
        this.sandboxes = sandboxes;
        this.namespaces = namespaces;
        this.processes = processes;
        this.links = links;
        this.files = files;
        this.views = views;
    }

    public void connect(Entry entry, String network, EndpointSpec spec) {
        ContainerRecord record = entry.record();
        if (record.networkOf().isPresent()) {
            throw FeluccaException.forbidden("container sharing network namespace with another container or host"
                    + " cannot be connected to any other network");
        }
        String name = networks.get(network).name();
        Map<String, EndpointSpec> endpoints = new LinkedHashMap<>(record.endpoints());
        endpoints.put(name, spec);
        ContainerRecord changed = record.withEndpoints(endpoints);
        sandboxes.checkConnect(network, spec, NetworkViews.wanted(record).keySet());
        if (entry.life().running()) {
            Sandbox before = entry.life().sandbox();
            Sandbox after = inNamespace(
                    entry,
                    namespace -> sandboxes.connect(Networking.member(changed), before, network, spec, namespace));
            change(entry, changed, after);
        }
        keep(entry, changed);
    }

    private Sandbox inNamespace(Entry entry, Function<Path, Sandbox> change) {
        return entry.life()
                .processId()
                .flatMap(process -> ProcessFiles.inNetwork(namespaces, processes, process, change))
                .orElseThrow(entry::notRunning);
    }

    /** @param force whether a network that is gone is forgotten too */
    public void disconnect(Entry entry, String network, boolean force) {
        ContainerRecord record = entry.record();
        String id = force ? views.idOf(network) : networks.get(network).id();
        String name = id.isEmpty() ? network : networks.get(id).name();
        Map<String, EndpointSpec> endpoints = new LinkedHashMap<>(record.endpoints());
        boolean there = endpoints.keySet().removeIf(each -> isSame(each, name, id));
        boolean mode = isSame(record.network(), name, id);
        ContainerRecord changed = record.withEndpoints(endpoints);
        if (entry.life().running() && !id.isEmpty()) {
            Sandbox before = entry.life().sandbox();
            Sandbox after = inNamespace(
                    entry, namespace -> sandboxes.disconnect(Networking.member(changed), before, id, namespace));
            change(entry, changed, after);
        } else if (!there && !mode) {
            throw FeluccaException.forbidden("container " + entry.id + " is not connected to the network " + name);
        }
        // Docker's too: the mode stays what it was called, the container is in none of its networks.
        keep(entry, mode ? changed.withoutNetwork() : changed);
    }

    /** Whether a container's word for a network means the one of that name and id, which is empty when it is gone. */
    private boolean isSame(String word, String name, String id) {
        return word.equals(name) || !id.isEmpty() && id.equals(views.idOf(word));
    }

    public void publish(Entry entry, Map<String, List<PortBinding>> ports) {
        ContainerRecord record = entry.record();
        HostConfig host = record.host();
        ContainerRecord changed = record.withHost(host.withNetwork(host.networkMode(), ports, host.links()));
        NetworkChecks.published(changed.host());
        sandboxes.check(Networking.member(changed));
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
    void carryOut(Entry entry) {
        Sandbox before = entry.life().sandbox();
        Sandbox after = sandboxes.publish(Networking.member(entry.record()), before);
        if (!after.equals(before)) {
            change(entry, entry.record(), after);
        }
    }

    /**
     * Who calls another by that name.
     *
     * @throws FeluccaException NOT_FOUND, CONFLICT for a container's own name
     */
    public Entry linkedBy(String name) {
        entries.get(name);
        int slash = name.lastIndexOf('/');
        if (slash < 1) {
            throw FeluccaException.conflict("Conflict, cannot remove the default link name of the container");
        }
        return entries.get(name.substring(0, slash));
    }

    /** Takes back a link by which a container calls another; the caller holds its turn. */
    public void unlink(Entry entry, String name) {
        String alias = name.substring(name.lastIndexOf('/') + 1);
        ContainerRecord record = entry.record();
        HostConfig host = record.host();
        List<String> rest = new ArrayList<>(host.links());
        if (!rest.removeIf(kept -> KeptLink.alias(kept).equals(alias))) {
            throw FeluccaException.notFound("No such container: " + name);
        }
        keep(entry, record.withHost(host.withNetwork(host.networkMode(), host.portBindings(), rest)));
        if (entry.life().running()) {
            links.drop(entry, alias, files);
        }
    }

    private void change(Entry entry, ContainerRecord record, Sandbox after) {
        Sandbox before = entry.life().sandbox();
        Life changed = entry.life().withSandbox(after);
        entry.life(changed);
        store.write(entry.id, changed);
        files.change(record, before, after);
    }

    void keep(Entry entry, ContainerRecord changed) {
        store.rewrite(changed);
        entry.record(changed);
    }
}
