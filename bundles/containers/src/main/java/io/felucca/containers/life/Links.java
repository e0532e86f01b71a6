package io.felucca.containers.life;

import io.felucca.FeluccaException;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.LinkDriver;
import io.felucca.network.spi.LinkDriver.HostsEntry;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.network.spi.Protocol;
import io.felucca.networks.Sandbox;
import io.felucca.networks.Sandbox.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links of containers in the network bridge ({@code --link name:alias}). On record is the other's id and the alias, so
 * that a link follows a rename; what it brings is computed anew whenever one of the two starts (S154). In users' networks
 * a link is a name for the name service and nothing else.
 */
final class Links {

    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    private static final String BRIDGE = "bridge";

    private final Core core;

    Links(Core core) {
        this.core = core;
    }

    /** One link of a container that runs. */
    record Made(String sourceId, String alias, LinkDriver.Link link) {}

    /** @param word {@code name}, {@code name:alias}, or {@code /name:/own/alias} as inspect shows it */
    String resolve(String word) {
        int colon = word.indexOf(':');
        String name = colon < 0 ? word : word.substring(0, colon);
        String alias = colon < 0 ? word : word.substring(colon + 1);
        if (name.isEmpty() || alias.isEmpty() || alias.indexOf(':') >= 0) {
            throw FeluccaException.invalid("bad format for links: " + word);
        }
        alias = alias.substring(alias.lastIndexOf('/') + 1);
        Entry other;
        try {
            other = core.entries().get(name.startsWith("/") ? name.substring(1) : name);
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

    static String source(String kept) {
        return kept.substring(0, kept.indexOf(':'));
    }

    static String alias(String kept) {
        return kept.substring(kept.indexOf(':') + 1);
    }

    /** As inspect shows them. */
    List<String> shown(ContainerRecord record) {
        List<String> shown = new ArrayList<>();
        for (String kept : record.host().links()) {
            core.entries()
                    .ofId(source(kept))
                    .ifPresent(
                            other -> shown.add("/" + other.record().name() + ":/" + record.name() + "/" + alias(kept)));
        }
        return shown;
    }

    /** What containers are called by others that link to them (S151), by id; those nobody links to are not in it. */
    Map<String, List<String>> names() {
        Map<String, List<String>> names = new HashMap<>();
        for (Entry other : core.entries().all()) {
            for (String kept : other.record().host().links()) {
                names.computeIfAbsent(source(kept), id -> new ArrayList<>())
                        .add(other.record().name() + "/" + alias(kept));
            }
        }
        return names;
    }

    /**
     * Makes the links of a container that starts.
     *
     * @throws FeluccaException CONFLICT when one that is linked to does not run
     */
    List<LinkDriver.Link> make(Entry entry, Sandbox sandbox) {
        List<Made> made = new ArrayList<>();
        entry.links(made);
        if (inBridge(sandbox).isPresent()) {
            for (String kept : entry.record().host().links()) {
                Optional<Entry> source = core.entries().ofId(source(kept));
                if (source.isEmpty()) {
                    continue;
                }
                if (!source.get().life().running()) {
                    throw FeluccaException.conflict("Cannot link to a non running container: /"
                            + source.get().record().name() + " AS /"
                            + entry.record().name() + "/" + alias(kept));
                }
                Sandbox other = source.get().life().sandbox();
                if (inBridge(other).isEmpty()) {
                    throw FeluccaException.conflict("Cannot link to /"
                            + source.get().record().name() + ", as it does not belong to the default network");
                }
                made.add(link(entry, sandbox, source.get(), other, alias(kept)));
            }
        }
        entry.links(List.copyOf(made));
        return made.stream().map(Made::link).toList();
    }

    /** Of two that are both in the bridge. */
    private Made link(Entry recipient, Sandbox sandbox, Entry source, Sandbox sourceSandbox, String alias) {
        ContainerRecord record = source.record();
        LinkDriver.Link link = core.sandboxes()
                .link(
                        sandbox,
                        new LinkDriver.Recipient(recipient.record().name(), addresses(sandbox)),
                        sourceSandbox,
                        new LinkDriver.Source(
                                alias,
                                record.name(),
                                record.config().hostname(),
                                addresses(sourceSandbox),
                                record.config().exposedPorts().stream()
                                        .map(Links::port)
                                        .toList(),
                                record.config().env()));
        return new Made(source.id, alias, link);
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
     * After a start of the engine: what is open stays so, and is known, to be taken back at the end.
     *
     * @throws FeluccaException UNAVAILABLE for want of a driver
     */
    void resume(Entry entry) {
        synchronized (entry.linking) {
            Sandbox sandbox = entry.life().sandbox();
            if (inBridge(sandbox).isEmpty()) {
                return;
            }
            List<Made> made = new ArrayList<>();
            for (String kept : entry.record().host().links()) {
                core.entries()
                        .ofId(source(kept))
                        .filter(source -> inBridge(source.life().sandbox()).isPresent())
                        .ifPresent(source -> made.add(
                                link(entry, sandbox, source, source.life().sandbox(), alias(kept))));
            }
            entry.links(List.copyOf(made));
        }
    }

    /** One that others link to has started: they are told its address (S154). */
    void follow(Entry source, NetworkFiles files) {
        for (Entry other : core.entries().all()) {
            for (String kept : other.record().host().links()) {
                if (source(kept).equals(source.id) && other.life().running() && other != source) {
                    try {
                        renew(other, source, alias(kept), files);
                    } catch (FeluccaException e) {
                        LOG.warn("link {} of container {}: {}", alias(kept), other.id, e.getMessage());
                    }
                }
            }
        }
    }

    private void renew(Entry recipient, Entry source, String alias, NetworkFiles files) {
        synchronized (recipient.linking) {
            Sandbox sandbox = recipient.life().sandbox();
            Sandbox other = source.life().sandbox();
            boolean possible = inBridge(sandbox).isPresent() && inBridge(other).isPresent();
            replace(
                    recipient,
                    made -> made.sourceId().equals(source.id) && made.alias().equals(alias),
                    possible ? List.of(link(recipient, sandbox, source, other, alias)) : List.of(),
                    files);
        }
    }

    /** Takes back what a link brought a container that runs; its variables stay. */
    void drop(Entry recipient, String alias, NetworkFiles files) {
        synchronized (recipient.linking) {
            replace(recipient, made -> made.alias().equals(alias), List.of(), files);
        }
    }

    private void replace(Entry recipient, Predicate<Made> goes, List<Made> now, NetworkFiles files) {
        List<Made> gone = recipient.links().stream().filter(goes).toList();
        List<Made> after = new ArrayList<>(recipient.links());
        after.removeAll(gone);
        after.addAll(now);
        recipient.links(List.copyOf(after));
        for (Made made : gone) {
            core.sandboxes().unlink(recipient.life().sandbox(), without(made.link(), after));
        }
        List<HostsEntry> old =
                gone.stream().flatMap(made -> made.link().hosts().stream()).toList();
        List<HostsEntry> hosts =
                now.stream().flatMap(made -> made.link().hosts().stream()).toList();
        if (!old.equals(hosts)) {
            files.relink(recipient.record(), old, hosts);
        }
    }

    /** The link with those openings that no other one has: a source with two aliases, or of the same address again. */
    private static LinkDriver.Link without(LinkDriver.Link link, List<Made> others) {
        List<NetworkDriver.Opening> openings = new ArrayList<>(link.openings());
        others.forEach(other -> openings.removeAll(other.link().openings()));
        return new LinkDriver.Link(link.hosts(), link.env(), openings);
    }

    /** What the links of a container that runs bring to the variables of its processes. */
    static List<String> env(Entry entry) {
        return entry.links().stream()
                .flatMap(made -> made.link().env().stream())
                .toList();
    }

    void leave(Entry entry, Sandbox sandbox) {
        synchronized (entry.linking) {
            for (Made made : entry.links()) {
                try {
                    core.sandboxes().unlink(sandbox, made.link());
                } catch (FeluccaException e) {
                    LOG.warn("link of container {}: {}", entry.id, e.getMessage());
                }
            }
            entry.links(List.of());
        }
    }
}
