package io.felucca.networks.sandbox;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandboxes.Member;
import io.felucca.networks.state.NetworkState;
import io.felucca.networks.state.Predefined;
import java.util.Collection;
import java.util.regex.Pattern;

/** What a container may ask of a network, with dockerd's texts. */
public final class EndpointChecks {

    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private EndpointChecks() {}

    /** At create: how it is written. What its networks make of it is told at start, as dockerd does. */
    public static void form(Member member) {
        member.endpoints().values().forEach(EndpointChecks::form);
    }

    /** Of a container that is in other networks, or will be when it starts. */
    public static void connect(NetworkState network, EndpointSpec spec, Collection<NetworkState> others) {
        disconnect(network);
        boolean alone = network.name().equals(Predefined.NONE)
                || others.stream().anyMatch(other -> other.name().equals(Predefined.NONE));
        if (alone && !others.isEmpty() && !others.contains(network)) {
            throw FeluccaException.invalid(
                    "container cannot be connected to multiple networks with one of the networks in private (none) mode");
        }
        endpoint(network, spec);
        form(spec);
    }

    static void disconnect(NetworkState network) {
        if (network.name().equals(Predefined.HOST)) {
            throw FeluccaException.invalid(
                    "container cannot be disconnected from host network or connected to host network");
        }
    }

    public static void endpoint(NetworkState network, EndpointSpec spec) {
        if (!network.isUsers() && spec.hasAddress()) {
            throw FeluccaException.invalid("user specified IP address is supported on user defined networks only");
        }
        if (!network.isUsers() && !spec.aliases().isEmpty()) {
            throw FeluccaException.invalid(
                    "network-scoped alias is supported only for containers in user defined networks");
        }
        boolean ipv4 = spec.ipv4Address().isEmpty() || network.record().hasAskedSubnet(false);
        boolean ipv6 = spec.ipv6Address().isEmpty()
                || network.record().ipv6() && network.record().hasAskedSubnet(true);
        if (!ipv4 || !ipv6) {
            throw FeluccaException.invalid(
                    "user specified IP address is supported only when connecting to networks with"
                            + " user configured subnets");
        }
    }

    private static void form(EndpointSpec spec) {
        address("IPv4", spec.ipv4Address(), IPV4_BYTES);
        address("IPv6", spec.ipv6Address(), IPV6_BYTES);
        if (!spec.macAddress().isEmpty() && !MAC.matcher(spec.macAddress()).matches()) {
            throw FeluccaException.invalid("invalid MAC address: " + spec.macAddress());
        }
    }

    private static void address(String family, String text, int bytes) {
        try {
            if (text.isEmpty() || Cidr.parseAddress(text).getAddress().length == bytes) {
                return;
            }
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "invalid " + family + " address: " + text, e);
        }
        throw FeluccaException.invalid("invalid " + family + " address: " + text);
    }
}
