package io.felucca.networks.state;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.network.spi.NetworkDriver.Attachment;
import io.felucca.network.spi.NetworkDriver.Opening;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandbox.Endpoint;
import io.felucca.networks.Sandbox.Link;
import io.felucca.networks.Sandboxes.Member;
import io.felucca.networks.address.Addresses;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Takes places in networks for containers: addresses first, then interfaces, then what links open between them. */
public final class Endpoints {

    private final NetworkController controller;

    public Endpoints(NetworkController controller) {
        this.controller = controller;
    }

    /** Takes addresses; nothing is taken when it fails. */
    public Endpoint take(Member member, NetworkState net, EndpointSpec spec, List<Endpoint> others) {
        if (!net.hasSegments()) {
            Endpoint plain = new Endpoint(net.name(), net.id(), Ids.next(), "", "", "", "", "", "", "", false, spec);
            net.places.put(
                    member.containerId(),
                    new NetworkState.Place(member.containerId(), member.name(), member.hostname(), plain));
            // There is nothing to join: who has its place is in it.
            controller.events().tell("connect", net, member.containerId());
            return plain;
        }
        if (net.record().removing()) {
            throw FeluccaException.notFound("network " + net.name() + " not found");
        }
        Optional<Cidr> ipv4 = Optional.empty();
        Optional<Cidr> ipv6 = Optional.empty();
        try {
            ipv4 = address(net, spec.ipv4Address(), false);
            ipv6 = address(net, spec.ipv6Address(), true);
            Endpoint endpoint = new Endpoint(
                    net.name(),
                    net.id(),
                    Ids.next(),
                    interfaceName(others),
                    "",
                    mac(spec, ipv4),
                    ipv4.map(Cidr::toString).orElse(""),
                    ipv6.map(Cidr::toString).orElse(""),
                    net.record().internal() ? "" : net.gateway(false),
                    net.record().internal() ? "" : net.gateway(true),
                    false,
                    spec);
            net.turn.lock();
            try {
                if (net.removed) {
                    throw FeluccaException.notFound("network " + net.name() + " not found");
                }
                net.places.put(
                        member.containerId(),
                        new NetworkState.Place(member.containerId(), member.name(), member.hostname(), endpoint));
            } finally {
                net.turn.unlock();
            }
            return endpoint;
        } catch (RuntimeException e) {
            ipv4.ifPresent(address -> controller.ipam().free(net.id(), address.address()));
            ipv6.ifPresent(address -> controller.ipam().free(net.id(), address.address()));
            throw e;
        }
    }

    /** The one that was asked for, else any; empty when the network has none of the family. */
    private Optional<Cidr> address(NetworkState net, String asked, boolean ipv6) {
        return asked.isEmpty()
                ? controller.ipam().take(net.id(), ipv6, net.name())
                : Optional.of(controller.ipam().take(net.id(), Cidr.parseAddress(asked)));
    }

    private static String mac(EndpointSpec spec, Optional<Cidr> ipv4) {
        if (!spec.macAddress().isEmpty()) {
            return spec.macAddress();
        }
        return ipv4.map(address -> Addresses.mac(address.address())).orElseGet(Ids::mac);
    }

    private static String interfaceName(List<Endpoint> others) {
        int number = 0;
        while (isTaken("eth" + number, others)) {
            number++;
        }
        return "eth" + number;
    }

    private static boolean isTaken(String name, List<Endpoint> others) {
        return others.stream().anyMatch(other -> other.interfaceName().equals(name));
    }

    /**
     * Gives the default route to the endpoint that Docker gives it to: of those whose networks lead out the first that
     * does so for both families, and of these the first by name.
     */
    public List<Endpoint> routed(List<Endpoint> endpoints) {
        Optional<String> outer = endpoints.stream()
                .filter(endpoint ->
                        !endpoint.gateway().isEmpty() || !endpoint.ipv6Gateway().isEmpty())
                .min(Comparator.comparing(
                                (Endpoint endpoint) -> endpoint.gateway().isEmpty()
                                        || endpoint.ipv6Gateway().isEmpty())
                        .thenComparing(Endpoint::network))
                .map(Endpoint::id);
        return endpoints.stream()
                .map(endpoint -> endpoint.withDefaultRoute(endpoint.id().equals(outer.orElse(""))))
                .toList();
    }

    /** Makes the interface, where its network has any, and opens what links want there. */
    public Endpoint join(Member member, Endpoint endpoint, List<Link> links, Path namespace) {
        if (endpoint.interfaceName().isEmpty()) {
            return endpoint;
        }
        NetworkState net = controller.table().get(endpoint.networkId());
        controller.ensureMade(net);
        Attachment made = makeInterface(net, DriverEndpoint.of(member.containerId(), endpoint), namespace);
        net.hostDevice = made.hostDevice();
        Endpoint joined = endpoint.joined(made.hostDevice(), made.mac());
        // Else the other end, if it leaves now, would close what is opened only then.
        net.turn.lock();
        try {
            enter(net, member, joined, links);
            open(net, net.openings(member.containerId()));
        } finally {
            net.turn.unlock();
        }
        controller.events().tell("connect", net, member.containerId());
        return joined;
    }

    /** Somebody may have taken the network from the host since it was made. */
    private Attachment makeInterface(NetworkState net, NetworkDriver.Endpoint endpoint, Path namespace) {
        try {
            return controller.ask(net, driver -> driver.join(net.segment(), endpoint, namespace));
        } catch (FeluccaException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
            controller.makeAgain(net);
            return controller.ask(net, driver -> driver.join(net.segment(), endpoint, namespace));
        }
    }

    private static void enter(NetworkState net, Member member, Endpoint endpoint, List<Link> links) {
        net.places.put(
                member.containerId(),
                new NetworkState.Place(member.containerId(), member.name(), member.hostname(), endpoint));
        net.links(member.containerId(), links);
    }

    private void open(NetworkState net, List<Opening> openings) {
        if (!openings.isEmpty()) {
            controller.call(net, driver -> driver.open(net.segment(), openings));
        }
    }

    private void close(NetworkState net, List<Opening> openings) {
        if (!openings.isEmpty()) {
            controller.call(net, driver -> driver.close(net.segment(), openings));
        }
    }

    /** Opens what these links want and those before did not, and closes what only those did. */
    public void relink(String containerId, Endpoint endpoint, List<Link> links) {
        NetworkState net = controller.table().get(endpoint.networkId());
        net.turn.lock();
        try {
            List<Opening> before = net.openedBy(containerId, net.links(containerId));
            List<Opening> now = net.openedBy(containerId, links);
            close(net, without(before, now));
            open(net, without(now, before));
            net.links(containerId, links);
        } finally {
            net.turn.unlock();
        }
    }

    private static List<Opening> without(List<Opening> openings, List<Opening> others) {
        return openings.stream().filter(opening -> !others.contains(opening)).toList();
    }

    public void route(Member member, Endpoint endpoint, Path namespace) {
        NetworkState net = controller.table().get(endpoint.networkId());
        controller.call(
                net,
                driver -> driver.route(net.segment(), DriverEndpoint.of(member.containerId(), endpoint), namespace));
    }

    /** Takes the interface away, then frees the addresses. @param ended whether its namespace goes too */
    public void leave(Member member, Endpoint endpoint, boolean ended) {
        Optional<NetworkState> found = controller.table().find(endpoint.networkId());
        if (found.isEmpty()) {
            return;
        }
        NetworkState net = found.get();
        if (!endpoint.interfaceName().isEmpty()) {
            controller.call(
                    net,
                    driver -> driver.leave(net.segment(), DriverEndpoint.of(member.containerId(), endpoint), ended));
        }
        boolean joined =
                !endpoint.hostDevice().isEmpty() || endpoint.interfaceName().isEmpty();
        NetworkState.Place place = net.places.get(member.containerId());
        if (place != null && place.endpoint().id().equals(endpoint.id())) {
            vacate(net, member.containerId());
            DriverEndpoint.addresses(endpoint)
                    .forEach(address -> controller.ipam().free(net.id(), address.address()));
            if (joined) {
                controller.events().tell("disconnect", net, member.containerId());
            }
        }
    }

    /** What is open from and to its addresses is closed before they may be another's. */
    private void vacate(NetworkState net, String containerId) {
        net.turn.lock();
        try {
            close(net, net.openings(containerId));
            net.links(containerId, List.of());
            net.places.remove(containerId);
        } finally {
            net.turn.unlock();
        }
    }

    /**
     * Takes on an endpoint that an engine before gave, or this one: the containers' bundle may come back while the
     * networks' stays.
     *
     * @throws FeluccaException FORBIDDEN when another container has one of its addresses
     */
    public void adopt(Member member, Endpoint endpoint, List<Link> links) {
        controller.table().find(endpoint.networkId()).ifPresent(net -> {
            NetworkState.Place held = net.places.get(member.containerId());
            if (held == null || !held.endpoint().id().equals(endpoint.id())) {
                DriverEndpoint.addresses(endpoint)
                        .forEach(address -> controller.ipam().take(net.id(), address.address()));
            }
            net.turn.lock();
            try {
                enter(net, member, endpoint, links);
            } finally {
                net.turn.unlock();
            }
            net.known = true;
            if (!endpoint.hostDevice().isEmpty()) {
                net.hostDevice = endpoint.hostDevice();
            }
        });
    }
}
