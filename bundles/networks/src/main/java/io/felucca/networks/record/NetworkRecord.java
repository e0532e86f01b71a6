package io.felucca.networks.record;

import io.felucca.networks.Network;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a network is: {@code network.json}.
 *
 * @param created RFC 3339
 * @param chosenSubnets those of {@code ipam} that the engine chose, since nobody asked for them: in these no container asks
 *     for an address
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
        Set<String> chosenSubnets,
        boolean removing) {

    public NetworkRecord {
        chosenSubnets = chosenSubnets == null ? Set.of() : Set.copyOf(chosenSubnets);
        options = options == null ? Map.of() : Map.copyOf(options);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
    }

    /** Whether all is there that a network needs; of a damaged file it may not be. */
    boolean isWhole() {
        try {
            return id != null
                    && name != null
                    && driver != null
                    && ipam != null
                    && ipam.pools() != null
                    && created != null
                    && Instant.parse(created) != null;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    public Network network(Map<String, Network.Member> members) {
        return new Network(
                id, name, Instant.parse(created), driver, ipv6, ipam, internal, attachable, options, labels, members);
    }

    public NetworkRecord toRemove() {
        return new NetworkRecord(
                id, name, created, driver, ipv6, ipam, internal, attachable, options, labels, chosenSubnets, true);
    }

    /** With the pools that it got, of which these subnets were the engine's choice, and what it chose before. */
    public NetworkRecord settled(Network.Ipam settled, Set<String> chosen) {
        Set<String> all = new HashSet<>(chosenSubnets);
        all.addAll(chosen);
        return new NetworkRecord(
                id, name, created, driver, ipv6, settled, internal, attachable, options, labels, all, removing);
    }

    /** Whether a subnet of that family was asked for. */
    public boolean hasAskedSubnet(boolean ofIpv6) {
        return ipam.pools().stream()
                .map(Network.Pool::subnet)
                .anyMatch(subnet -> subnet.contains(":") == ofIpv6 && !chosenSubnets.contains(subnet));
    }
}
