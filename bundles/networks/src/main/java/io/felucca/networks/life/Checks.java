package io.felucca.networks.life;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandboxes.Member;
import java.util.Map;
import java.util.regex.Pattern;

/** What a container may ask of a network, with dockerd's texts. */
final class Checks {

    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");

    private Checks() {}

    /** At create. A network that is not there is told at start, as dockerd does. */
    static void member(Member member, NetTable table) {
        for (Map.Entry<String, EndpointSpec> asked : member.endpoints().entrySet()) {
            String name = asked.getKey().equals(Predefined.DEFAULT) ? member.mode() : asked.getKey();
            boolean users = table.find(name).map(Net::isUsers).orElse(true);
            form(asked.getValue());
            if (!users) {
                users(asked.getValue());
            }
        }
    }

    static void connect(Member member, Net net, EndpointSpec spec) {
        disconnect(net);
        form(spec);
        if (!net.isUsers()) {
            users(spec);
        }
        if (member.mode().equals(Predefined.NONE)) {
            throw FeluccaException.forbidden(
                    "container cannot be connected to multiple networks with one of the networks in private (none) mode");
        }
    }

    static void disconnect(Net net) {
        if (net.name().equals(Predefined.HOST)) {
            throw FeluccaException.forbidden(
                    "container cannot be disconnected from host network or connected to host network");
        }
    }

    private static void form(EndpointSpec spec) {
        if (!spec.ipv4Address().isEmpty()
                && Cidr.parseAddress(spec.ipv4Address()).getAddress().length != 4) {
            throw FeluccaException.invalid("invalid IPv4 address: " + spec.ipv4Address());
        }
        if (!spec.ipv6Address().isEmpty()
                && Cidr.parseAddress(spec.ipv6Address()).getAddress().length != 16) {
            throw FeluccaException.invalid("invalid IPv6 address: " + spec.ipv6Address());
        }
        if (!spec.macAddress().isEmpty() && !MAC.matcher(spec.macAddress()).matches()) {
            throw FeluccaException.invalid("invalid MAC address: " + spec.macAddress());
        }
    }

    private static void users(EndpointSpec spec) {
        if (spec.hasAddress()) {
            throw FeluccaException.invalid("user specified IP address is supported on user defined networks only");
        }
        if (!spec.aliases().isEmpty()) {
            throw FeluccaException.invalid(
                    "network-scoped alias is supported only for containers in user defined networks");
        }
    }
}
