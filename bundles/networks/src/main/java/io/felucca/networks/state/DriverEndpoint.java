package io.felucca.networks.state;

import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.networks.Sandbox.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** A container's place in a network, as the network's driver is told of it. */
final class DriverEndpoint {

    private DriverEndpoint() {}

    static NetworkDriver.Endpoint of(String containerId, Endpoint endpoint) {
        List<InetAddress> gateways = new ArrayList<>();
        if (endpoint.defaultRoute()) {
            for (String gateway : List.of(endpoint.gateway(), endpoint.ipv6Gateway())) {
                if (!gateway.isEmpty()) {
                    gateways.add(Cidr.parseAddress(gateway));
                }
            }
        }
        return new NetworkDriver.Endpoint(
                endpoint.id(), containerId, endpoint.interfaceName(), endpoint.mac(), addresses(endpoint), gateways);
    }

    static List<Cidr> addresses(Endpoint endpoint) {
        List<Cidr> addresses = new ArrayList<>();
        if (!endpoint.ipv4().isEmpty()) {
            addresses.add(Cidr.parse(endpoint.ipv4()));
        }
        if (!endpoint.ipv6().isEmpty()) {
            addresses.add(Cidr.parse(endpoint.ipv6()));
        }
        return addresses;
    }
}
