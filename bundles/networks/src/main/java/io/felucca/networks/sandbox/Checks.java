package io.felucca.networks.sandbox;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandboxes.Member;
import io.felucca.networks.state.Net;
import io.felucca.networks.state.Predefined;
import java.util.Collection;
import java.util.regex.Pattern;

/** What a container may ask of a network, with dockerd's texts. */
public final class Checks {

    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private Checks() {}

    /** At create: how it is written. What its networks make of it is told at start, as dockerd does. */
    public static void form(Member member) {
        member.endpoints().values().forEach(Checks::form);
    }

    /** Of a container that is in other networks, or will be when it starts. */
    public static void connect(Net net, EndpointSpec spec, Collection<Net> others) {
        disconnect(net);
        boolean alone = net.name().equals(Predefined.NONE)
                || others.stream().anyMatch(other -> other.name().equals(Predefined.NONE));
        if (alone && !others.isEmpty() && !others.contains(net)) {
            throw FeluccaException.invalid(
                    "container cannot be connected to multiple networks with one of the networks in private (none) mode");
        }
        endpoint(net, spec);
        form(spec);
    }

    static void disconnect(Net net) {
        if (net.name().equals(Predefined.HOST)) {
            throw FeluccaException.invalid(
                    "container cannot be disconnected from host network or connected to host network");
        }
    }

    public static void endpoint(Net net, EndpointSpec spec) {
        if (!net.isUsers() && spec.hasAddress()) {
            throw FeluccaException.invalid("user specified IP address is supported on user defined networks only");
        }
        if (!net.isUsers() && !spec.aliases().isEmpty()) {
            throw FeluccaException.invalid(
                    "network-scoped alias is supported only for containers in user defined networks");
        }
        boolean ipv4 = spec.ipv4Address().isEmpty() || net.record().hasAskedSubnet(false);
        boolean ipv6 = spec.ipv6Address().isEmpty()
                || net.record().ipv6() && net.record().hasAskedSubnet(true);
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
