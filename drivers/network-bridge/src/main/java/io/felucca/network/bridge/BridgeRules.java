package io.felucca.network.bridge;

import static io.felucca.linux.net.NftRule.Field.INPUT_INTERFACE;
import static io.felucca.linux.net.NftRule.Field.IPV4_DESTINATION;
import static io.felucca.linux.net.NftRule.Field.IPV4_SOURCE;
import static io.felucca.linux.net.NftRule.Field.IPV6_DESTINATION;
import static io.felucca.linux.net.NftRule.Field.IPV6_SOURCE;
import static io.felucca.linux.net.NftRule.Field.OUTPUT_INTERFACE;
import static io.felucca.linux.net.NftRule.Field.PORT_DESTINATION;
import static io.felucca.linux.net.NftRule.Field.PROTOCOL;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.net.NftChange;
import io.felucca.linux.net.NftChange.Hook;
import io.felucca.linux.net.NftChange.Point;
import io.felucca.linux.net.NftRule;
import io.felucca.linux.net.NftSet;
import io.felucca.linux.net.NftTable;
import io.felucca.linux.net.NftTable.Family;
import io.felucca.linux.net.NftType;
import io.felucca.linux.net.Nftables;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver.Opening;
import io.felucca.network.spi.NetworkDriver.Segment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules of all bridges of one engine: one table of its own, sets that say what each bridge is, and a few rules over
 * the sets, so that a packet's cost does not grow with the networks. What neither comes from nor goes to a bridge of this
 * engine passes untouched. Packets of connections, which are nearly all, meet one rule: whatever a connection may do was
 * told at its first packet.
 */
final class BridgeRules {

    private static final NftSet BRIDGES = NftSet.of("bridges", NftType.INTERFACE);
    private static final NftSet INTERNAL = NftSet.of("internal", NftType.INTERFACE);
    private static final NftSet TALKING = NftSet.of("talking", NftType.INTERFACE, NftType.INTERFACE);
    private static final NftSet MASQUERADE4 = NftSet.ofRanges("masquerade4", NftType.IPV4);
    private static final NftSet MASQUERADE6 = NftSet.ofRanges("masquerade6", NftType.IPV6);
    private static final NftSet SUBNETS4 = NftSet.ofRanges("subnets4", NftType.INTERFACE, NftType.IPV4);
    private static final NftSet SUBNETS6 = NftSet.ofRanges("subnets6", NftType.INTERFACE, NftType.IPV6);
    private static final NftSet OPENINGS4 =
            NftSet.of("openings4", NftType.IPV4, NftType.IPV4, NftType.PROTOCOL, NftType.PORT);
    private static final NftSet OPENINGS6 =
            NftSet.of("openings6", NftType.IPV6, NftType.IPV6, NftType.PROTOCOL, NftType.PORT);
    private static final List<NftSet> SETS =
            List.of(BRIDGES, INTERNAL, TALKING, MASQUERADE4, MASQUERADE6, SUBNETS4, SUBNETS6, OPENINGS4, OPENINGS6);

    private static final String FORWARD = "forward";
    private static final String POSTROUTING = "postrouting";

    private final Nftables nftables;
    private final NftTable table;

    BridgeRules(Nftables nftables, String engineId) {
        this.nftables = nftables;
        this.table = NftTable.inet(Nftables.TABLE_PREFIX + engineId + "-bridge");
    }

    private record SetElement(NftSet set, NftSet.Element element) {

        NftChange added() {
            return new NftChange.AddElements(set, List.of(element));
        }

        NftChange deleted() {
            return new NftChange.DeleteElements(set, List.of(element));
        }
    }

    private static List<NftChange> base() {
        List<NftChange> changes = new ArrayList<>();
        changes.add(new NftChange.AddTable());
        SETS.forEach(set -> changes.add(new NftChange.AddSet(set)));
        changes.add(new NftChange.AddChain(FORWARD, Optional.of(new Hook("filter", Point.FORWARD, 0))));
        changes.add(new NftChange.AddChain(POSTROUTING, Optional.of(new Hook("nat", Point.POSTROUTING, 100))));
        changes.add(new NftChange.FlushChain(FORWARD));
        changes.add(new NftChange.FlushChain(POSTROUTING));
        for (NftRule rule : forwardRules()) {
            changes.add(new NftChange.AddRule(FORWARD, rule));
        }
        for (NftRule rule : postroutingRules()) {
            changes.add(new NftChange.AddRule(POSTROUTING, rule));
        }
        return changes;
    }

    private static List<NftRule> forwardRules() {
        return List.of(
                rule().ofConnection().accept(),
                rule().notIn(BRIDGES, OUTPUT_INTERFACE)
                        .notIn(INTERNAL, INPUT_INTERFACE)
                        .accept(),
                rule().in(TALKING, INPUT_INTERFACE, OUTPUT_INTERFACE).accept(),
                rule().in(INTERNAL, INPUT_INTERFACE)
                        .notIn(BRIDGES, OUTPUT_INTERFACE)
                        .drop(),
                rule().notIn(INTERNAL, INPUT_INTERFACE).redirected().accept(),
                between()
                        .in(OPENINGS4, IPV4_SOURCE, IPV4_DESTINATION, PROTOCOL, PORT_DESTINATION)
                        .accept(),
                between()
                        .in(OPENINGS6, IPV6_SOURCE, IPV6_DESTINATION, PROTOCOL, PORT_DESTINATION)
                        .accept(),
                rule().drop());
    }

    private static List<NftRule> postroutingRules() {
        return List.of(
                rule().in(SUBNETS4, OUTPUT_INTERFACE, IPV4_SOURCE).redirected().masquerade(),
                rule().in(SUBNETS6, OUTPUT_INTERFACE, IPV6_SOURCE).redirected().masquerade(),
                rule().notIn(BRIDGES, OUTPUT_INTERFACE)
                        .in(MASQUERADE4, IPV4_SOURCE)
                        .masquerade(),
                rule().notIn(BRIDGES, OUTPUT_INTERFACE)
                        .in(MASQUERADE6, IPV6_SOURCE)
                        .masquerade());
    }

    /** From a bridge of this engine to one. */
    private static NftRule between() {
        return rule().in(BRIDGES, INPUT_INTERFACE).in(BRIDGES, OUTPUT_INTERFACE);
    }

    private static NftRule rule() {
        return new NftRule(Family.INET);
    }

    /** Writes all rules anew, in one transaction that no packet notices, and what belongs to the segment. */
    void ensure(Segment segment, BridgeOptions bridge, List<Opening> openings) {
        List<NftChange> changes = base();
        elements(segment, bridge).forEach(element -> changes.add(element.added()));
        openings.forEach(opening -> changes.add(element(opening).added()));
        unwanted(bridge, segment).forEach(element -> {
            changes.add(element.added());
            changes.add(element.deleted());
        });
        nftables.apply(table, changes);
    }

    /** Takes a segment out, and the table when it was the last. */
    void remove(Segment segment, BridgeOptions bridge) {
        try {
            List<NftChange> changes = new ArrayList<>();
            // Added first: an element that is not there cannot be deleted.
            elements(segment, bridge).forEach(element -> changes.add(element.added()));
            elements(segment, bridge).forEach(element -> changes.add(element.deleted()));
            nftables.apply(table, changes);
            if (nftables.isEmpty(table, BRIDGES)) {
                nftables.apply(table, List.of(new NftChange.DeleteTable()));
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
        nftables.tables().stream()
                .filter(found -> found.name().startsWith(prefix))
                .forEach(found -> nftables.apply(found, List.of(new NftChange.DeleteTable())));
    }

    void open(List<Opening> openings) {
        nftables.apply(
                table,
                openings.stream().map(opening -> element(opening).added()).toList());
    }

    void close(List<Opening> openings) {
        List<NftChange> changes = new ArrayList<>();
        openings.forEach(opening -> changes.add(element(opening).added()));
        openings.forEach(opening -> changes.add(element(opening).deleted()));
        try {
            nftables.apply(table, changes);
        } catch (FeluccaException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    private static List<SetElement> elements(Segment segment, BridgeOptions bridge) {
        List<SetElement> elements = new ArrayList<>();
        elements.add(named(BRIDGES, bridge));
        if (segment.internal()) {
            elements.add(named(INTERNAL, bridge));
        }
        if (bridge.talking()) {
            elements.add(talking(bridge));
        }
        for (Cidr gateway : segment.gateways()) {
            boolean ipv6 = gateway.isIpv6();
            InetAddress first = gateway.network().address();
            InetAddress last = last(gateway);
            NftSet subnets = ipv6 ? SUBNETS6 : SUBNETS4;
            elements.add(new SetElement(
                    subnets, subnets.range(List.of(bridge.name(), first), List.of(bridge.name(), last))));
            if (bridge.masquerade() && !segment.internal()) {
                NftSet masquerade = ipv6 ? MASQUERADE6 : MASQUERADE4;
                elements.add(new SetElement(masquerade, masquerade.range(List.of(first), List.of(last))));
            }
        }
        return elements;
    }

    /** What the same bridge may have been before. */
    private static List<SetElement> unwanted(BridgeOptions bridge, Segment segment) {
        List<SetElement> elements = new ArrayList<>();
        if (!bridge.talking()) {
            elements.add(talking(bridge));
        }
        if (!segment.internal()) {
            elements.add(named(INTERNAL, bridge));
        }
        return elements;
    }

    private static SetElement named(NftSet set, BridgeOptions bridge) {
        return new SetElement(set, set.element(bridge.name()));
    }

    private static SetElement talking(BridgeOptions bridge) {
        return new SetElement(TALKING, TALKING.element(bridge.name(), bridge.name()));
    }

    private static SetElement element(Opening opening) {
        NftSet set = opening.to().getAddress().length == 16 ? OPENINGS6 : OPENINGS4;
        return new SetElement(
                set,
                set.element(opening.from(), opening.to(), opening.protocol().number(), opening.port()));
    }

    /** The last address of a network. */
    private static InetAddress last(Cidr network) {
        byte[] bytes = network.network().address().getAddress();
        for (int bit = network.prefixLength(); bit < 8 * bytes.length; bit++) {
            bytes[bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
