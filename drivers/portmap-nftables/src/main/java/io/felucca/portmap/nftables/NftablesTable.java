package io.felucca.portmap.nftables;

import static io.felucca.linux.net.NftRule.Field.INPUT_INTERFACE;
import static io.felucca.linux.net.NftRule.Field.IPV4_DESTINATION;
import static io.felucca.linux.net.NftRule.Field.IPV4_SOURCE;
import static io.felucca.linux.net.NftRule.Field.IPV6_DESTINATION;
import static io.felucca.linux.net.NftRule.Field.OUTPUT_INTERFACE;
import static io.felucca.linux.net.NftRule.Field.PORT_DESTINATION;
import static io.felucca.linux.net.NftRule.Field.PROTOCOL;

import io.felucca.linux.net.NftChange;
import io.felucca.linux.net.NftChange.AddChain;
import io.felucca.linux.net.NftChange.AddRule;
import io.felucca.linux.net.NftChange.FlushChain;
import io.felucca.linux.net.NftChange.Hook;
import io.felucca.linux.net.NftChange.Point;
import io.felucca.linux.net.NftRule;
import io.felucca.linux.net.NftRule.Field;
import io.felucca.linux.net.NftSet;
import io.felucca.linux.net.NftTable.Family;
import io.felucca.linux.net.NftType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The table's maps from address, protocol and port to where they lead, and a few rules over the maps, so that a packet's
 * cost does not grow with the ports.
 */
final class NftablesTable {

    /** The bridges that containers with published ports are on. */
    static final NftSet INTERFACES = NftSet.of("interfaces", NftType.INTERFACE);

    private static final String PUBLISH = "publish";
    private static final String RELAY = "relay";
    private static final String GUARD = "guard";
    private static final String PREROUTING = "prerouting";
    private static final String OUTPUT = "output";
    private static final String POSTROUTING = "postrouting";
    private static final byte LOOPBACK_NETWORK = 127;
    private static final byte[] LOOPBACK_IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private static final Map<String, NftSet> MAPS = maps();

    private NftablesTable() {}

    private static Map<String, NftSet> maps() {
        Map<String, NftSet> maps = new LinkedHashMap<>();
        for (NftType family : List.of(NftType.IPV4, NftType.IPV6)) {
            for (String ports : List.of("", "range")) {
                boolean range = !ports.isEmpty();
                for (boolean any : List.of(false, true)) {
                    List<NftType> key = any
                            ? List.of(NftType.PROTOCOL, NftType.PORT)
                            : List.of(family, NftType.PROTOCOL, NftType.PORT);
                    String name = name(any, range, family == NftType.IPV6);
                    put(maps, new NftSet(name, key, range ? List.of(family) : List.of(family, NftType.PORT), range));
                    put(maps, new NftSet(RELAY + name, key, List.of(NftType.PORT), range));
                }
            }
        }
        return maps;
    }

    private static void put(Map<String, NftSet> maps, NftSet map) {
        maps.put(map.name(), map);
    }

    private static String name(boolean any, boolean range, boolean ipv6) {
        return (any ? "any" : "one") + (range ? "range" : "") + (ipv6 ? '6' : '4');
    }

    /** @param any whether a port is published on all addresses */
    static NftSet map(boolean any, boolean range, boolean ipv6) {
        return MAPS.get(name(any, range, ipv6));
    }

    static NftSet relayMap(boolean any, boolean range, boolean ipv6) {
        return MAPS.get(RELAY + name(any, range, ipv6));
    }

    static List<NftChange> emptied() {
        List<NftChange> changes = new ArrayList<>();
        MAPS.values().forEach(map -> changes.add(new NftChange.FlushSet(map)));
        changes.add(new NftChange.FlushSet(INTERFACES));
        return changes;
    }

    /** Table, maps and rules as they should be, whatever is there; written with a change of the maps in one transaction. */
    static List<NftChange> base() {
        List<NftChange> changes = new ArrayList<>();
        changes.add(new NftChange.AddTable());
        changes.add(new NftChange.AddSet(INTERFACES));
        MAPS.values().forEach(map -> changes.add(new NftChange.AddSet(map)));
        chain(changes, PUBLISH, null);
        chain(changes, RELAY, null);
        chain(changes, GUARD, new Hook("filter", Point.PREROUTING, -300));
        chain(changes, PREROUTING, new Hook("nat", Point.PREROUTING, -100));
        chain(changes, OUTPUT, new Hook("nat", Point.OUTPUT, -100));
        chain(changes, POSTROUTING, new Hook("nat", Point.POSTROUTING, 100));
        publishRules(changes);
        relayRules(changes);
        changes.add(new AddRule(
                GUARD,
                rule().is(IPV4_DESTINATION, LOOPBACK_NETWORK)
                        .in(INTERFACES, INPUT_INTERFACE)
                        .drop()));
        changes.add(new AddRule(
                PREROUTING, rule().is(IPV4_DESTINATION, LOOPBACK_NETWORK).goBack()));
        changes.add(new AddRule(PREROUTING, rule().toThisHost().jump(PUBLISH)));
        changes.add(new AddRule(PREROUTING, rule().toThisHost().jump(RELAY)));
        changes.add(new AddRule(OUTPUT, rule().toThisHost().jump(RELAY)));
        changes.add(
                new AddRule(OUTPUT, rule().is(IPV6_DESTINATION, LOOPBACK_IPV6).goBack()));
        changes.add(new AddRule(OUTPUT, rule().toThisHost().jump(PUBLISH)));
        changes.add(new AddRule(
                POSTROUTING,
                rule().in(INTERFACES, OUTPUT_INTERFACE)
                        .is(IPV4_SOURCE, LOOPBACK_NETWORK)
                        .redirected()
                        .masquerade()));
        return changes;
    }

    private static void chain(List<NftChange> changes, String name, Hook hook) {
        changes.add(new AddChain(name, Optional.ofNullable(hook)));
        changes.add(new FlushChain(name));
    }

    /** An element of one address goes before one of all, and a single port before a range. */
    private static void publishRules(List<NftChange> changes) {
        for (boolean ipv6 : List.of(false, true)) {
            for (boolean range : List.of(false, true)) {
                for (boolean any : List.of(false, true)) {
                    changes.add(new AddRule(PUBLISH, rule().toMapped(map(any, range, ipv6), key(any, ipv6))));
                }
            }
        }
    }

    private static void relayRules(List<NftChange> changes) {
        for (boolean ipv6 : List.of(false, true)) {
            for (boolean range : List.of(false, true)) {
                for (boolean any : List.of(false, true)) {
                    changes.add(new AddRule(
                            RELAY, rule().ofFamily(ipv6).toMappedPort(relayMap(any, range, ipv6), key(any, ipv6))));
                }
            }
        }
    }

    private static NftRule rule() {
        return new NftRule(Family.INET);
    }

    private static Field[] key(boolean any, boolean ipv6) {
        Field address = ipv6 ? IPV6_DESTINATION : IPV4_DESTINATION;
        return any ? new Field[] {PROTOCOL, PORT_DESTINATION} : new Field[] {address, PROTOCOL, PORT_DESTINATION};
    }
}
