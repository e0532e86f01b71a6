package io.felucca.networks.record;

import io.felucca.networks.Network;
import java.time.Instant;
import java.util.Map;

/**
 * What a network is: {@code network.json}.
 *
 * @param created RFC 3339
 * @param removing intent: whoever finds it removes the network
 */
public record NetworkRecord(
        String id,
        String name,
        String created,
        String driver,
        boolean ipv6,
        Network.Ipam ipam,
        boolean internal,
        boolean attachable,
        Map<String, String> options,
        Map<String, String> labels,
        boolean removing) {

    public NetworkRecord {
        options = options == null ? Map.of() : Map.copyOf(options);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
    }

    public Network network(Map<String, Network.Member> members) {
        return new Network(
                id, name, Instant.parse(created), driver, ipv6, ipam, internal, attachable, options, labels, members);
    }

    public NetworkRecord toRemove() {
        return new NetworkRecord(id, name, created, driver, ipv6, ipam, internal, attachable, options, labels, true);
    }
}
