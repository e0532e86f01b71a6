package io.felucca.containers.network;

import io.felucca.FeluccaException;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.ContainerState;
import io.felucca.containers.record.KeptLink;
import io.felucca.containers.record.RecordStore;
import io.felucca.containers.state.ContainerRegistry;
import io.felucca.containers.state.ManagedContainer;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.LinkDriver;
import io.felucca.network.spi.LinkDriver.HostsEntry;
import io.felucca.network.spi.Protocol;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandbox.Endpoint;
import io.felucca.networks.Sandbox.Link;
import io.felucca.networks.Sandboxes;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Links of containers in the network bridge ({@code --link name:alias}). On record is the other's id and the alias, so
 * that a link follows a rename; what it brings is computed anew whenever one of the two starts, and is on record with
 * the recipient's sandbox. In users' networks a link is a name for the name service and nothing else.
 */
public final class Links {

    private static final String BRIDGE = "bridge";

    private final RecordStore store;
    private final ContainerRegistry registry;
    private final Sandboxes sandboxes;

    public Links(RecordStore store, ContainerRegistry registry, Sandboxes sandboxes) {
        this.store = store;
        this.registry = registry;
        this.sandboxes = sandboxes;
    }

    /** @param word {@code name}, {@code name:alias}, or {@code /name:/own/alias} as inspect shows it */
    String resolve(String word) {
        int colon = word.indexOf(':');
        String name = colon < 0 ? word : word.substring(0, colon);
        String alias = colon < 0 ? word : word.substring(colon + 1);
        if (name.isEmpty() || alias.isEmpty() || alias.indexOf(':') >= 0) {
            throw FeluccaException.invalid("bad format for links: " + word);
        }
        alias = alias.substring(alias.lastIndexOf('/') + 1);
        ManagedContainer other;
        try {
            other = registry.get(name.startsWith("/") ? name.substring(1) : name);
        } catch (FeluccaException e) {
            // Not NOT_FOUND: it is not what was asked for that is missing.
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "could not get container for " + name + ": " + e.getMessage(), e);
        }
        if (other.record().network().equals("host")) {
            throw NetworkChecks.conflict(
                    "host type networking can't be used with links. This would result in undefined behavior");
        }
        return other.id + ":" + alias;
    }

    /** As inspect shows them. */
    public List<String> shown(ContainerRecord record) {
        List<String> shown = new ArrayList<>();
        for (String kept : record.host().links()) {
            registry.ofId(KeptLink.source(kept))
                    .ifPresent(other ->
                            shown.add("/" + other.record().name() + ":/" + record.name() + "/" + KeptLink.alias(kept)));
        }
        return shown;
    }

    /** What containers are called by others that link to them, by id; those nobody links to are not in it. */
    Map<String, List<String>> names() {
        Map<String, List<String>> names = new HashMap<>();
        for (ManagedContainer other : registry.all()) {
            for (String kept : other.record().host().links()) {
                names.computeIfAbsent(KeptLink.source(kept), id -> new ArrayList<>())
                        .add(other.record().name() + "/" + KeptLink.alias(kept));
            }
        }
        return names;
    }

    /** Containers that link to another, and run or are being started. */
    List<ManagedContainer> recipients(ManagedContainer source) {
        return registry.all().stream()
                .filter(other -> other != source && (other.state().running() || other.isStarting()))
                .filter(other -> other.record().host().links().stream()
                        .anyMatch(kept -> KeptLink.source(kept).equals(source.id)))
                .toList();
    }

    /**
     * The links of a container that starts.
     *
     * @throws FeluccaException CONFLICT when one that is linked to does not run; UNAVAILABLE for want of a driver
     */
    List<Link> make(ContainerRecord record, Sandbox sandbox) {
        List<Link> made = new ArrayList<>();
        if (inBridge(sandbox).isPresent()) {
            for (String kept : record.host().links()) {
                Optional<ManagedContainer> source = registry.ofId(KeptLink.source(kept));
                if (source.isEmpty()) {
                    continue;
                }
                if (!source.get().state().running()) {
                    throw FeluccaException.conflict("Cannot link to a non running container: /"
                            + source.get().record().name() + " AS /" + record.name() + "/" + KeptLink.alias(kept));
                }
                if (inBridge(source.get().state().sandbox()).isEmpty()) {
                    throw FeluccaException.conflict("Cannot link to /"
                            + source.get().record().name() + ", as it does not belong to the default network");
                }
                made.add(link(record, sandbox, source.get(), KeptLink.alias(kept)));
            }
        }
        return made;
    }

    /** Of two that are both in the bridge. */
    private Link link(ContainerRecord recipient, Sandbox sandbox, ManagedContainer source, String alias) {
        ContainerRecord record = source.record();
        LinkDriver.Link link = sandboxes.link(
                new LinkDriver.Recipient(recipient.name(), addresses(sandbox)),
                new LinkDriver.Source(
                        alias,
                        record.name(),
                        record.config().hostname(),
                        addresses(source.state().sandbox()),
                        record.config().exposedPorts().stream().map(Links::port).toList(),
                        record.config().env()));
        return new Link(source.id, alias, link);
    }

    private static LinkDriver.Port port(String exposed) {
        int slash = exposed.indexOf('/');
        return new LinkDriver.Port(
                Protocol.of(slash < 0 ? "tcp" : exposed.substring(slash + 1)),
                Integer.parseInt(slash < 0 ? exposed : exposed.substring(0, slash)));
    }

    private static Optional<Endpoint> inBridge(Sandbox sandbox) {
        return sandbox.endpoints().stream()
                .filter(endpoint -> endpoint.network().equals(BRIDGE))
                .findFirst();
    }

    private static List<InetAddress> addresses(Sandbox sandbox) {
        Endpoint endpoint = inBridge(sandbox).orElseThrow();
        List<InetAddress> addresses = new ArrayList<>();
        for (String address : List.of(endpoint.ipv4Address(), endpoint.ipv6Address())) {
            if (!address.isEmpty()) {
                addresses.add(Cidr.parseAddress(address));
            }
        }
        return addresses;
    }

    /**
     * Makes the links of a container that runs what they should be now, its hosts entries with them; the caller holds its
     * turn. What is right is not touched.
     *
     * @throws FeluccaException UNAVAILABLE for want of a driver: all stays as it was
     */
    void renew(ManagedContainer container, NetworkFiles files) {
        change(container, renewed(container.record(), container.state().sandbox()), files);
    }

    /** Takes back what a link brought a container that runs; the caller holds its lock. Needs no link driver. */
    void drop(ManagedContainer container, String alias, NetworkFiles files) {
        List<Link> rest = container.state().sandbox().links().stream()
                .filter(link -> !link.alias().equals(alias))
                .toList();
        change(container, rest, files);
    }

    private void change(ManagedContainer container, List<Link> now, NetworkFiles files) {
        ContainerRecord record = container.record();
        Sandbox before = container.state().sandbox();
        if (now.equals(before.links())) {
            return;
        }
        List<HostsEntry> old = hosts(before);
        List<HostsEntry> hosts = hosts(before.withLinks(now));
        if (!old.equals(hosts)) {
            files.relink(record, old, hosts);
        }
        ContainerState changed =
                container.state().withSandbox(sandboxes.relink(ContainerNetworks.member(record), before, now));
        container.state(changed);
        store.write(container.id, changed);
    }

    /** A link to one that does not run now stays what it was until that starts again. */
    private List<Link> renewed(ContainerRecord record, Sandbox sandbox) {
        List<Link> now = new ArrayList<>();
        if (inBridge(sandbox).isPresent()) {
            for (String kept : record.host().links()) {
                Optional<ManagedContainer> source = registry.ofId(KeptLink.source(kept))
                        .filter(other -> other.state().running());
                if (source.isEmpty()) {
                    sandbox.links().stream()
                            .filter(link -> link.sourceId().equals(KeptLink.source(kept))
                                    && link.alias().equals(KeptLink.alias(kept)))
                            .forEach(now::add);
                } else if (inBridge(source.get().state().sandbox()).isPresent()) {
                    now.add(link(record, sandbox, source.get(), KeptLink.alias(kept)));
                }
            }
        }
        return now;
    }

    static List<HostsEntry> hosts(Sandbox sandbox) {
        return sandbox.links().stream()
                .flatMap(link -> link.brings().hosts().stream())
                .toList();
    }

    /** What links bring to the variables of a container's processes. */
    public static List<String> env(Sandbox sandbox) {
        return sandbox.links().stream()
                .flatMap(link -> link.brings().env().stream())
                .toList();
    }
}
