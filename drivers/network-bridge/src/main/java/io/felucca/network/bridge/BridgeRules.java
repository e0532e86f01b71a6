package io.felucca.network.bridge;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.net.Nftables;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver.Opening;
import io.felucca.network.spi.NetworkDriver.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of all bridges of one engine: one table of its own, sets that say what each bridge is, and a few rules over
 * the sets, so that a packet's cost does not grow with the networks. What neither comes from nor goes to a bridge of this
 * engine passes untouched. Packets of connections, which are nearly all, meet one rule: whatever a connection may do was
 * told at its first packet.
 */
final class BridgeRules {

    /** {@code T} stands for the table. Sets first; then chains, which are written anew with the same transaction. */
    private static final String BASE = """
            add table T
            add set T bridges { type ifname; }
            add set T internal { type ifname; }
            add set T talking { type ifname . ifname; }
            add set T masquerade4 { type ipv4_addr; flags interval; }
            add set T masquerade6 { type ipv6_addr; flags interval; }
            add set T subnets4 { type ifname . ipv4_addr; flags interval; }
            add set T subnets6 { type ifname . ipv6_addr; flags interval; }
            add set T openings4 { type ipv4_addr . ipv4_addr . inet_proto . inet_service; }
            add set T openings6 { type ipv6_addr . ipv6_addr . inet_proto . inet_service; }
            add chain T forward { type filter hook forward priority filter; policy accept; }
            add chain T postrouting { type nat hook postrouting priority srcnat; policy accept; }
            flush chain T forward
            flush chain T postrouting
            add rule T forward ct state established,related accept
            add rule T forward oifname != @bridges iifname != @internal accept
            add rule T forward iifname . oifname @talking accept
            add rule T forward iifname @internal oifname != @bridges drop
            add rule T forward iifname != @internal ct status dnat accept
            add rule T forward iifname @bridges oifname @bridges ip saddr . ip daddr . meta l4proto . th dport @openings4 accept
            add rule T forward iifname @bridges oifname @bridges ip6 saddr . ip6 daddr . meta l4proto . th dport @openings6 accept
            add rule T forward drop
            add rule T postrouting oifname . ip saddr @subnets4 ct status dnat masquerade
            add rule T postrouting oifname . ip6 saddr @subnets6 ct status dnat masquerade
            add rule T postrouting oifname != @bridges ip saddr @masquerade4 masquerade
            add rule T postrouting oifname != @bridges ip6 saddr @masquerade6 masquerade
            """;

    private final Nftables nftables;
    private final String table;

    BridgeRules(Nftables nftables, String engineId) {
        this.nftables = nftables;
        this.table = "inet " + Nftables.TABLE_PREFIX + engineId + "-bridge";
    }

    /** Writes all rules anew, in one transaction that no packet notices, and what belongs to the segment. */
    void ensure(Segment segment, BridgeOptions bridge, List<Opening> openings) {
        List<String> commands = new ArrayList<>();
        elements(segment, bridge).forEach(element -> commands.add("add element T " + element));
        openings.forEach(opening -> commands.add("add element T " + element(opening)));
        unwanted(bridge, segment).forEach(element -> {
            commands.add("add element T " + element);
            commands.add("delete element T " + element);
        });
        run(BASE + String.join("\n", commands));
    }

    /** Takes a segment out, and the table when it was the last. */
    void remove(Segment segment, BridgeOptions bridge) {
        try {
            List<String> commands = new ArrayList<>();
            // Added first: an element that is not there cannot be deleted.
            elements(segment, bridge).forEach(element -> commands.add("add element T " + element));
            elements(segment, bridge).forEach(element -> commands.add("delete element T " + element));
            run(String.join("\n", commands));
            if (!run("list set T bridges").contains("elements")) {
                run("delete table T");
            }
        } catch (FeluccaException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** Removes all tables of an engine that is gone: what they say of a bridge would hold for its next owner too. */
    void removeEngine(String engineId) {
        String prefix = Nftables.TABLE_PREFIX + engineId + "-";
        nftables.run("list tables")
                .lines()
                .filter(line -> line.substring(line.lastIndexOf(' ') + 1).startsWith(prefix))
                .forEach(line -> nftables.run("delete " + line));
    }

    void open(List<Opening> openings) {
        if (!openings.isEmpty()) {
            run(lines("add element T ", openings));
        }
    }

    void close(List<Opening> openings) {
        if (openings.isEmpty()) {
            return;
        }
        try {
            run(lines("add element T ", openings) + "\n" + lines("delete element T ", openings));
        } catch (FeluccaException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    private static String lines(String command, List<Opening> openings) {
        return String.join(
                "\n",
                openings.stream().map(opening -> command + element(opening)).toList());
    }

    private static List<String> elements(Segment segment, BridgeOptions bridge) {
        String name = '"' + bridge.name() + '"';
        List<String> elements = new ArrayList<>();
        elements.add("bridges { " + name + " }");
        if (segment.internal()) {
            elements.add("internal { " + name + " }");
        }
        if (bridge.talking()) {
            elements.add(talking(name));
        }
        for (Cidr gateway : segment.gateways()) {
            char family = gateway.isIpv6() ? '6' : '4';
            elements.add("subnets" + family + " { " + name + " . " + gateway.network() + " }");
            if (bridge.masquerade() && !segment.internal()) {
                elements.add("masquerade" + family + " { " + gateway.network() + " }");
            }
        }
        return elements;
    }

    /** What the same bridge may have been before. */
    private static List<String> unwanted(BridgeOptions bridge, Segment segment) {
        String name = '"' + bridge.name() + '"';
        List<String> elements = new ArrayList<>();
        if (!bridge.talking()) {
            elements.add(talking(name));
        }
        if (!segment.internal()) {
            elements.add("internal { " + name + " }");
        }
        return elements;
    }

    private static String talking(String name) {
        return "talking { " + name + " . " + name + " }";
    }

    private static String element(Opening opening) {
        boolean ipv6 = opening.to().getAddress().length == 16;
        return "openings" + (ipv6 ? '6' : '4') + " { " + opening.from().getHostAddress() + " . "
                + opening.to().getHostAddress() + " . " + opening.protocol().text() + " . " + opening.port() + " }";
    }

    private String run(String commands) {
        return nftables.run(commands.replace(" T ", " " + table + " ").replaceAll("(?m) T$", " " + table));
    }
}
