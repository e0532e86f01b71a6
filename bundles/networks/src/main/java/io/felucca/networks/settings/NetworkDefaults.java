package io.felucca.networks.settings;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import io.felucca.networks.address.DefaultPools;
import java.util.List;

/**
 * What is configured, checked.
 *
 * @param bridge the device of the network bridge, {@code none} for no such network
 * @param bip empty for a default pool; so {@code fixedCidrV6}
 * @param firstPort of the host's ports that are chosen when none is asked for; {@code lastPort} is one of them
 * @param portMappers in the order of preference
 */
public record NetworkDefaults(
        String bridge,
        String bip,
        boolean ipv6,
        String fixedCidrV6,
        boolean icc,
        DefaultPools pools,
        List<String> dns,
        List<String> dnsSearch,
        List<String> dnsOptions,
        String hostGateway,
        int firstPort,
        int lastPort,
        List<String> portMappers) {

    public static final String NO_BRIDGE = "none";

    /** @throws FeluccaException INVALID, naming the setting */
    public static NetworkDefaults of(NetworksConfig config, String engineId) {
        for (String cidr : List.of(config.bip(), config.fixed_cidr_v6())) {
            if (!cidr.isEmpty()) {
                Cidr.parse(cidr);
            }
        }
        List<String> dns = List.of(config.dns());
        dns.forEach(Cidr::parseAddress);
        if (!config.host_gateway().isEmpty()) {
            Cidr.parseAddress(config.host_gateway());
        }
        String[] ports = config.published_ports().split("-", 2);
        try {
            int first = Integer.parseInt(ports[0]);
            int last = Integer.parseInt(ports[ports.length - 1]);
            if (first < 1 || last > 65535 || last < first) {
                throw new NumberFormatException("out of range");
            }
            return new NetworkDefaults(
                    config.bridge().isEmpty() ? "felucca0" : config.bridge(),
                    config.bip(),
                    config.ipv6(),
                    config.fixed_cidr_v6(),
                    config.icc(),
                    DefaultPools.of(List.of(config.default_address_pools()), engineId),
                    dns,
                    List.of(config.dns_search()),
                    List.of(config.dns_options()),
                    config.host_gateway(),
                    first,
                    last,
                    List.of(config.port_mappers()));
        } catch (NumberFormatException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID,
                    "published ports '" + config.published_ports() + "' are no range: write it as 49000-49900",
                    e);
        }
    }
}
