package io.felucca.network.bridge;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.files.Fd;
import io.felucca.linux.net.Namespaces;
import io.felucca.linux.net.NetworkChange;
import io.felucca.linux.net.NetworkChange.AddAddress;
import io.felucca.linux.net.NetworkChange.AddPort;
import io.felucca.linux.net.NetworkChange.AddProxy;
import io.felucca.linux.net.NetworkChange.AddVeth;
import io.felucca.linux.net.NetworkChange.Configure;
import io.felucca.linux.net.NetworkChange.RemoveDefaultRoute;
import io.felucca.linux.net.NetworkChange.RemoveDevice;
import io.felucca.linux.net.NetworkChange.RemoveProxy;
import io.felucca.linux.net.NetworkChange.RetirePort;
import io.felucca.linux.net.NetworkChange.SetDefaultRoute;
import io.felucca.linux.net.NetworkChange.SetNeighbour;
import io.felucca.linux.net.Rtnetlink;
import io.felucca.linux.net.Rtnetlink.Connection;
import io.felucca.linux.net.Rtnetlink.Device;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver.Attachment;
import io.felucca.network.spi.NetworkDriver.Endpoint;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The interfaces of containers. The host's end of a veth pair is named after the endpoint, so that it is found without a
 * memory of it, and its alias says whose it is.
 */
final class Interfaces {

    private static final String HOST_PREFIX = "veth";
    private static final int ID_DIGITS = 11;

    private final Rtnetlink rtnetlink;
    private final Namespaces namespaces;
    private final HostSettings settings;
    private final String engineId;

    Interfaces(Rtnetlink rtnetlink, Namespaces namespaces, HostSettings settings, String engineId) {
        this.rtnetlink = rtnetlink;
        this.namespaces = namespaces;
        this.settings = settings;
        this.engineId = engineId;
    }

    Attachment join(BridgeOptions bridge, Endpoint endpoint, Path namespace) {
        try (Connection host = rtnetlink.open()) {
            makePair(host, bridge, endpoint, namespace);
            try (Connection container = enter(endpoint, namespace)) {
                Device device = device(container, endpoint);
                container.apply(settings(endpoint, device.index()));
                tellNeighbours(host, bridge, endpoint, device.mac());
                return new Attachment(bridge.name(), device.mac());
            } catch (FeluccaException e) {
                remove(host, endpoint);
                throw e;
            }
        }
    }

    private void makePair(Connection host, BridgeOptions bridge, Endpoint endpoint, Path namespace) {
        try (Fd target = namespaces.open(namespace)) {
            List<NetworkChange> changes = List.of(
                    new AddVeth(
                            hostName(endpoint),
                            bridge.name(),
                            bridge.mtu(),
                            target,
                            endpoint.interfaceName(),
                            endpoint.mac()),
                    port(bridge, endpoint));
            try {
                host.apply(changes);
            } catch (FeluccaException e) {
                if (e.kind() != Kind.CONFLICT || host.find(hostName(endpoint)).isEmpty()) {
                    throw e;
                }
                // A crash left it half-made.
                remove(host, endpoint);
                host.apply(changes);
            }
        }
    }

    private Configure port(BridgeOptions bridge, Endpoint endpoint) {
        return new Configure(
                hostName(endpoint),
                Optional.of("felucca " + engineId + " endpoint " + endpoint.id() + " of " + endpoint.containerId()),
                Optional.empty(),
                true,
                settings.filtersBridgedFrames(),
                !bridge.talking(),
                true);
    }

    /** A bridge that goes leaves its ports behind, which belong to none then. */
    void rejoin(BridgeOptions bridge, List<Endpoint> endpoints) {
        try (Connection host = rtnetlink.open()) {
            int index = bridge(host, bridge);
            Map<String, Device> devices = host.devices().stream()
                    .collect(Collectors.toMap(Device::name, device -> device, (one, again) -> again));
            for (Endpoint endpoint : endpoints) {
                Device port = devices.get(hostName(endpoint));
                if (port != null && port.master() == 0) {
                    putBack(host, bridge, index, endpoint);
                }
            }
        }
    }

    private void putBack(Connection host, BridgeOptions bridge, int index, Endpoint endpoint) {
        try {
            host.apply(new AddPort(hostName(endpoint), index), port(bridge, endpoint));
            tellNeighbours(host, bridge, endpoint, endpoint.mac());
        } catch (FeluccaException e) {
            // A container that has just ended, or left.
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    private static int bridge(Connection host, BridgeOptions bridge) {
        return host.find(bridge.name())
                .orElseThrow(() -> FeluccaException.notFound("there is no bridge " + bridge.name()))
                .index();
    }

    /** A connection for the namespace, whose interface gets its settings by the same entry. */
    private Connection enter(Endpoint endpoint, Path namespace) {
        boolean ipv6 = endpoint.addresses().stream().anyMatch(Cidr::isIpv6);
        return namespaces.call(namespace, () -> {
            settings.prepareInterface(endpoint.interfaceName(), ipv6);
            return rtnetlink.open();
        });
    }

    private static List<NetworkChange> settings(Endpoint endpoint, int device) {
        List<NetworkChange> changes = new ArrayList<>();
        changes.add(Configure.up(endpoint.interfaceName()));
        for (Cidr address : endpoint.addresses()) {
            changes.add(new AddAddress(device, address.address(), address.prefixLength()));
        }
        for (InetAddress gateway : endpoint.gateways()) {
            changes.add(new SetDefaultRoute(device, gateway));
        }
        return changes;
    }

    /** The host may know another interface by that address still. */
    private static void tellNeighbours(Connection host, BridgeOptions bridge, Endpoint endpoint, String mac) {
        int index = bridge(host, bridge);
        List<NetworkChange> changes = new ArrayList<>();
        for (Cidr address : endpoint.addresses()) {
            if (!mac.isEmpty()) {
                changes.add(new SetNeighbour(index, address.address(), mac));
            }
            if (address.isIpv6() && !bridge.talking()) {
                // For IPv4 the bridge's proxy_arp_pvlan does.
                changes.add(new AddProxy(index, address.address()));
            }
        }
        host.apply(changes);
    }

    void route(Endpoint endpoint, Path namespace) {
        try (Connection container = rtnetlink.open(namespace)) {
            int device = device(container, endpoint).index();
            List<NetworkChange> changes = new ArrayList<>();
            container.routes().stream()
                    .filter(route -> route.device() == device && route.prefixLength() == 0)
                    .flatMap(route -> route.gateway().stream())
                    .filter(gateway -> !endpoint.gateways().contains(gateway))
                    .forEach(gateway -> changes.add(new RemoveDefaultRoute(device, gateway)));
            endpoint.gateways().forEach(gateway -> changes.add(new SetDefaultRoute(device, gateway)));
            container.apply(changes);
        }
    }

    void leave(BridgeOptions bridge, Endpoint endpoint, boolean ended) {
        try (Connection host = rtnetlink.open()) {
            if (!bridge.talking()) {
                host.find(bridge.name())
                        .ifPresent(device -> endpoint.addresses().stream()
                                .filter(Cidr::isIpv6)
                                .forEach(address -> ifThere(host, new RemoveProxy(device.index(), address.address()))));
            }
            if (!ended) {
                remove(host, endpoint);
            } else if (host.find(hostName(endpoint))
                    .filter(device -> device.master() != 0)
                    .isPresent()) {
                ifThere(host, new RetirePort(hostName(endpoint)));
            }
        }
    }

    private static void remove(Connection host, Endpoint endpoint) {
        ifThere(host, new RemoveDevice(hostName(endpoint)));
    }

    private static void ifThere(Connection host, NetworkChange change) {
        try {
            host.apply(change);
        } catch (FeluccaException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    private static Device device(Connection container, Endpoint endpoint) {
        return container
                .find(endpoint.interfaceName())
                .orElseThrow(() -> FeluccaException.notFound("endpoint " + endpoint.id() + " of container "
                        + endpoint.containerId() + " has no interface " + endpoint.interfaceName()));
    }

    static String hostName(Endpoint endpoint) {
        return HOST_PREFIX + endpoint.id().substring(0, ID_DIGITS);
    }
}
