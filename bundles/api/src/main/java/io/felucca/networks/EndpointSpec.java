package io.felucca.networks;

import java.util.List;
import java.util.Map;

/**
 * What is asked for of a container's place in a network: {@code EndpointSettings} of Docker's API 1.51, as far as a caller
 * may give it. Empty means not asked for.
 *
 * @param ipv4Address such as {@code 172.30.0.9}
 * @param links {@code container:alias}, names that only this container resolves
 * @param aliases further names by which others of the network reach it
 * @param macAddress six bytes in hexadecimal, with colons
 */
public record EndpointSpec(
        String ipv4Address,
        String ipv6Address,
        List<String> links,
        List<String> aliases,
        String macAddress,
        Map<String, String> driverOpts) {

    public static final EndpointSpec NONE = new EndpointSpec(null, null, null, null, null, null);

    public EndpointSpec {
        ipv4Address = ipv4Address == null ? "" : ipv4Address;
        ipv6Address = ipv6Address == null ? "" : ipv6Address;
        links = links == null ? List.of() : List.copyOf(links);
        aliases = aliases == null ? List.of() : List.copyOf(aliases);
        macAddress = macAddress == null ? "" : macAddress;
        driverOpts = driverOpts == null ? Map.of() : Map.copyOf(driverOpts);
    }

    /** Whether an address was asked for. */
    public boolean hasAddress() {
        return !ipv4Address.isEmpty() || !ipv6Address.isEmpty();
    }

    public EndpointSpec withMacAddress(String address) {
        return new EndpointSpec(ipv4Address, ipv6Address, links, aliases, address, driverOpts);
    }

    public EndpointSpec withLinks(List<String> all) {
        return new EndpointSpec(ipv4Address, ipv6Address, all, aliases, macAddress, driverOpts);
    }

    public EndpointSpec withAliases(List<String> all) {
        return new EndpointSpec(ipv4Address, ipv6Address, links, all, macAddress, driverOpts);
    }
}
