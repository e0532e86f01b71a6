package io.felucca.networks.ports;

import io.felucca.FeluccaException;
import io.felucca.containers.PortRange;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.Protocol;
import io.felucca.networks.PortBinding;
import io.felucca.networks.Sandboxes.Member;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What of the host's ports is asked for, as it is written. */
public final class PortBindingParser {

    /** Every address of both families. */
    static final List<InetAddress> ANY = List.of(Cidr.parseAddress("0.0.0.0"), Cidr.parseAddress("::"));

    private PortBindingParser() {}

    /**
     * The addresses and host ports of which a port of the container is to get one.
     *
     * @param any whether none was named: then first and last are 0
     */
    record Choice(List<InetAddress> addresses, boolean any, int first, int last) {

        /** @throws FeluccaException INVALID with Docker's text */
        static Choice of(PortBinding asked) {
            List<InetAddress> addresses = asked.hostIp().isEmpty() ? ANY : List.of(address(asked.hostIp()));
            String ports = asked.hostPort();
            if (ports.isEmpty() || ports.equals("0")) {
                return new Choice(addresses, true, 0, 0);
            }
            if (ports.indexOf('/') >= 0) {
                throw FeluccaException.invalid("invalid port specification: \"" + ports + "\"");
            }
            PortRange range = PortRange.parse(ports);
            return new Choice(addresses, false, range.first(), range.first() + range.count() - 1);
        }

        /** What is asked for the port that comes so much later in a row. */
        Choice after(int ports) {
            return any || ports == 0 ? this : new Choice(addresses, false, first + ports, last + ports);
        }
    }

    static InetAddress address(String text) {
        return switch (text) {
            case "0.0.0.0" -> ANY.get(0);
            case "::" -> ANY.get(1);
            default -> Cidr.parseAddress(text);
        };
    }

    /** What is to be published, by the container's ports in their order: what was asked for, and with -P all that is exposed. */
    public static Map<PortRange, List<PortBinding>> wanted(Member member) {
        Map<String, List<PortBinding>> ports = member.ports();
        if (member.publishAll()) {
            Map<String, List<PortBinding>> each = new LinkedHashMap<>(PortRange.each(ports));
            for (String port : member.exposed()) {
                List<PortBinding> asked = each.get(port);
                if (asked == null || asked.isEmpty()) {
                    each.put(port, List.of(new PortBinding("", "")));
                }
            }
            ports = PortRange.joined(each);
        }
        Map<PortRange, List<PortBinding>> wanted = new LinkedHashMap<>();
        ports.entrySet().stream()
                .map(entry -> Map.entry(PortRange.parse(entry.getKey()), entry.getValue()))
                .sorted(Map.Entry.comparingByKey(
                        Comparator.comparingInt(PortRange::first).thenComparing(PortRange::protocol)))
                .forEach(entry -> wanted.put(entry.getKey(), entry.getValue()));
        return wanted;
    }

    /** @throws FeluccaException INVALID with Docker's text for a port, range or address that cannot be right */
    public static void check(Map<String, List<PortBinding>> ports) {
        ports.forEach((port, bindings) -> {
            Protocol.of(PortRange.parse(port).protocol());
            for (PortBinding binding : bindings == null ? List.<PortBinding>of() : bindings) {
                Choice.of(binding);
            }
        });
    }
}
