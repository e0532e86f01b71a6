package io.felucca.networks;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A network as {@code network inspect} shows it.
 *
 * @param id 64 hexadecimal digits
 * @param driver a network driver's name
 * @param attachable as asked for at create; without meaning on one machine
 * @param members containers that are in it now, by id; only running ones are
 */
public record Network(
        String id,
        String name,
        Instant created,
        String driver,
        boolean ipv6,
        Ipam ipam,
        boolean internal,
        boolean attachable,
        Map<String, String> options,
        Map<String, String> labels,
        Map<String, Member> members) {

    public Network {
        options = options == null ? Map.of() : Map.copyOf(options);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        members = members == null ? Map.of() : members;
    }

    /** @param options null when none were given, which is not the same to Docker's clients as an empty map */
    public record Ipam(String driver, Map<String, String> options, List<Pool> pools) {

        public static final Ipam DEFAULT = new Ipam("default", null, List.of());

        public Ipam {
            driver = driver == null || driver.isEmpty() ? "default" : driver;
            pools = pools == null ? List.of() : List.copyOf(pools);
        }
    }

    /**
     * Addresses as they were asked for.
     *
     * @param subnet {@code 172.30.0.0/16}; empty at create for one of the engine's choice
     * @param ipRange the part of the subnet that addresses are taken from, or empty for all of it
     * @param gateway the host's own address, or empty for the first one
     * @param auxAddresses addresses that no container gets, by a name
     */
    public record Pool(String subnet, String ipRange, String gateway, Map<String, String> auxAddresses) {

        public Pool {
            subnet = subnet == null ? "" : subnet;
            ipRange = ipRange == null ? "" : ipRange;
            gateway = gateway == null ? "" : gateway;
            auxAddresses = auxAddresses == null ? Map.of() : Map.copyOf(auxAddresses);
        }
    }

    /** @param ipv4Address with the prefix's length, or empty; so {@code ipv6Address} */
    public record Member(String name, String endpointId, String macAddress, String ipv4Address, String ipv6Address) {}
}
