package io.felucca.networks;

import io.felucca.network.spi.LinkDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running container's network, as its record keeps it: what must be taken away when it ends.
 *
 * @param endpoints in the order in which the container got them
 * @param ports what is published now, by {@code 80/tcp} or {@link io.felucca.containers.PortRange}, with host ports chosen
 * @param links what its links bring it, which stays so while their driver is away
 */
public record Sandbox(List<Endpoint> endpoints, Map<String, List<PortBinding>> ports, List<Link> links) {

    public static final Sandbox NONE = new Sandbox(List.of(), Map.of(), List.of());

    public Sandbox {
        endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
        ports = ports == null ? Map.of() : Map.copyOf(ports);
        links = links == null ? List.of() : List.copyOf(links);
    }

    /**
     * A link to another container.
     *
     * @param sourceId the other's
     * @param brings for the addresses that both had when it was made
     */
    public record Link(String sourceId, String alias, LinkDriver.Link brings) {}

    /**
     * A container's place in a network.
     *
     * @param network the network's name
     * @param id made anew for each connection
     * @param interfaceName in the container, empty in a network without interfaces ({@code none}, {@code host})
     * @param hostDevice through which the host reaches it, empty before it has been joined
     * @param ipv4 with the prefix's length, or empty; so {@code ipv6}
     * @param gateway of the network, or empty; so {@code ipv6Gateway}
     * @param defaultRoute whether the container's default routes go there, and its ports are published from there
     */
    public record Endpoint(
            String network,
            String networkId,
            String id,
            String interfaceName,
            String hostDevice,
            String mac,
            String ipv4,
            String ipv6,
            String gateway,
            String ipv6Gateway,
            boolean defaultRoute,
            EndpointSpec spec) {

        /** The address alone, or empty. */
        public String ipv4Address() {
            return ipv4.isEmpty() ? "" : ipv4.substring(0, ipv4.indexOf('/'));
        }

        public String ipv6Address() {
            return ipv6.isEmpty() ? "" : ipv6.substring(0, ipv6.indexOf('/'));
        }

        public Endpoint joined(String device, String address) {
            return new Endpoint(
                    network,
                    networkId,
                    id,
                    interfaceName,
                    device,
                    address,
                    ipv4,
                    ipv6,
                    gateway,
                    ipv6Gateway,
                    defaultRoute,
                    spec);
        }

        public Endpoint withDefaultRoute(boolean now) {
            return new Endpoint(
                    network,
                    networkId,
                    id,
                    interfaceName,
                    hostDevice,
                    mac,
                    ipv4,
                    ipv6,
                    gateway,
                    ipv6Gateway,
                    now,
                    spec);
        }
    }

    /** The endpoint with the default route. */
    public Optional<Endpoint> outer() {
        return endpoints.stream().filter(Endpoint::defaultRoute).findFirst();
    }

    public Optional<Endpoint> in(String networkId) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.networkId().equals(networkId))
                .findFirst();
    }

    public Sandbox with(List<Endpoint> all) {
        return new Sandbox(all, ports, links);
    }

    public Sandbox with(Map<String, List<PortBinding>> published) {
        return new Sandbox(endpoints, published, links);
    }

    public Sandbox withLinks(List<Link> made) {
        return new Sandbox(endpoints, ports, made);
    }

    /** The same with one endpoint in the place of the one of that id. */
    public Sandbox replace(Endpoint endpoint) {
        List<Endpoint> all = new ArrayList<>(endpoints);
        all.replaceAll(old -> old.id().equals(endpoint.id()) ? endpoint : old);
        return with(all);
    }
}
