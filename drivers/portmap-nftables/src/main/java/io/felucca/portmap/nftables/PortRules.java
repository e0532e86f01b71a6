package io.felucca.portmap.nftables;

import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.PortMapper.Publication;
import io.felucca.network.spi.PortMapper.Relayed;
import io.felucca.network.spi.Protocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The words for nft: one table of the engine's own, maps from address, protocol and port to where they lead, and a few
 * rules over the maps. A single port is an element of a hash map; a range that keeps its numbers is one element of an
 * interval map, whatever its length; a shifted one is an element a port.
 */
final class PortRules {

    /** {@code T} stands for the table. Written with any change of the maps in one transaction, that no packet notices. */
    private static final String BASE = """
            add table T
            add set T interfaces { type ifname; }
            add map T any4 { type inet_proto . inet_service : ipv4_addr . inet_service; }
            add map T one4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
            add map T anyrange4 { type inet_proto . inet_service : ipv4_addr; flags interval; }
            add map T onerange4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr; flags interval; }
            add map T any6 { type inet_proto . inet_service : ipv6_addr . inet_service; }
            add map T one6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }
            add map T anyrange6 { type inet_proto . inet_service : ipv6_addr; flags interval; }
            add map T onerange6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr; flags interval; }
            add map T relayany4 { type inet_proto . inet_service : inet_service; }
            add map T relayone4 { type ipv4_addr . inet_proto . inet_service : inet_service; }
            add map T relayanyrange4 { type inet_proto . inet_service : inet_service; flags interval; }
            add map T relayonerange4 { type ipv4_addr . inet_proto . inet_service : inet_service; flags interval; }
            add map T relayany6 { type inet_proto . inet_service : inet_service; }
            add map T relayone6 { type ipv6_addr . inet_proto . inet_service : inet_service; }
            add map T relayanyrange6 { type inet_proto . inet_service : inet_service; flags interval; }
            add map T relayonerange6 { type ipv6_addr . inet_proto . inet_service : inet_service; flags interval; }
            add chain T publish
            add chain T relay
            add chain T guard { type filter hook prerouting priority raw; policy accept; }
            add chain T prerouting { type nat hook prerouting priority dstnat; policy accept; }
            add chain T output { type nat hook output priority -100; policy accept; }
            add chain T postrouting { type nat hook postrouting priority srcnat; policy accept; }
            flush chain T publish
            flush chain T relay
            flush chain T guard
            flush chain T prerouting
            flush chain T output
            flush chain T postrouting
            add rule T publish dnat ip to ip daddr . meta l4proto . th dport map @one4
            add rule T publish dnat ip to meta l4proto . th dport map @any4
            add rule T publish dnat ip to ip daddr . meta l4proto . th dport map @onerange4
            add rule T publish dnat ip to meta l4proto . th dport map @anyrange4
            add rule T publish dnat ip6 to ip6 daddr . meta l4proto . th dport map @one6
            add rule T publish dnat ip6 to meta l4proto . th dport map @any6
            add rule T publish dnat ip6 to ip6 daddr . meta l4proto . th dport map @onerange6
            add rule T publish dnat ip6 to meta l4proto . th dport map @anyrange6
            add rule T relay meta nfproto ipv4 meta l4proto { tcp, udp } redirect to :ip daddr . meta l4proto . th dport map @relayone4
            add rule T relay meta nfproto ipv4 meta l4proto { tcp, udp } redirect to :meta l4proto . th dport map @relayany4
            add rule T relay meta nfproto ipv4 meta l4proto { tcp, udp } redirect to :ip daddr . meta l4proto . th dport map @relayonerange4
            add rule T relay meta nfproto ipv4 meta l4proto { tcp, udp } redirect to :meta l4proto . th dport map @relayanyrange4
            add rule T relay meta nfproto ipv6 meta l4proto { tcp, udp } redirect to :ip6 daddr . meta l4proto . th dport map @relayone6
            add rule T relay meta nfproto ipv6 meta l4proto { tcp, udp } redirect to :meta l4proto . th dport map @relayany6
            add rule T relay meta nfproto ipv6 meta l4proto { tcp, udp } redirect to :ip6 daddr . meta l4proto . th dport map @relayonerange6
            add rule T relay meta nfproto ipv6 meta l4proto { tcp, udp } redirect to :meta l4proto . th dport map @relayanyrange6
            add rule T guard ip daddr 127.0.0.0/8 iifname @interfaces drop
            add rule T prerouting ip daddr 127.0.0.0/8 return
            add rule T prerouting fib daddr type local jump publish
            add rule T prerouting fib daddr type local jump relay
            add rule T output fib daddr type local jump relay
            add rule T output ip6 daddr ::1 return
            add rule T output fib daddr type local jump publish
            add rule T postrouting oifname @interfaces ip saddr 127.0.0.0/8 ct status dnat masquerade
            """;

    private static final List<String> MAPS = Stream.of("any4", "one4", "anyrange4", "onerange4")
            .flatMap(map -> Stream.of(map, map.replace('4', '6')))
            .flatMap(map -> Stream.of(map, "relay" + map))
            .toList();

    private final String table;

    PortRules(String table) {
        this.table = table;
    }

    /** For the usual case: table and elements are as the core remembers them. */
    String change(Publication from, Publication to) {
        List<String> commands = new ArrayList<>();
        byMap(gone(from, to), Element::key).forEach((map, all) -> commands.add("delete" + element(map, all)));
        byMap(gone(to, from), Element::pair).forEach((map, all) -> commands.add("add" + element(map, all)));
        if (!to.bindings().isEmpty()) {
            commands.add(device(to));
        }
        return words(commands);
    }

    /** For any other: whatever is there, unless it leads elsewhere. */
    String changeAnyhow(Publication from, Publication to) {
        List<Element> gone = gone(from, to);
        List<Element> touched = new ArrayList<>(gone);
        touched.addAll(elements(to));
        List<String> commands = new ArrayList<>();
        // Added first: an element that is not there cannot be deleted.
        byMap(touched, Element::pair).forEach((map, all) -> commands.add("add" + element(map, all)));
        byMap(gone, Element::key).forEach((map, all) -> commands.add("delete" + element(map, all)));
        if (!to.bindings().isEmpty()) {
            commands.add(device(to));
        }
        return words(BASE, commands);
    }

    /** A command for each element that a change touches, to be run one by one: any of them may have nothing to delete. */
    List<String> deletions(Publication from, Publication to) {
        List<Element> touched = gone(from, to);
        touched.addAll(elements(to));
        return touched.stream()
                .map(element -> words(List.of("delete" + element(element.map(), element.key()))))
                .toList();
    }

    String ensure(List<Publication> all) {
        List<String> commands = new ArrayList<>();
        MAPS.forEach(map -> commands.add("flush map T " + map));
        commands.add("flush set T interfaces");
        List<Element> elements =
                all.stream().flatMap(each -> elements(each).stream()).toList();
        byMap(elements, Element::pair).forEach((map, pairs) -> commands.add("add" + element(map, pairs)));
        all.stream().map(PortRules::device).distinct().forEach(commands::add);
        return words(BASE, commands);
    }

    /** One command a map, however many elements: libnftables takes more than linear time for commands. */
    private static Map<String, String> byMap(List<Element> elements, Function<Element, String> text) {
        return elements.stream()
                .collect(Collectors.groupingBy(Element::map, Collectors.mapping(text, Collectors.joining(", "))));
    }

    private static String element(String map, String elements) {
        return " element T " + map + " { " + elements + " }";
    }

    /** Elements of the first that the second has not. */
    private static List<Element> gone(Publication from, Publication to) {
        Set<Binding> bindings = new LinkedHashSet<>(from.bindings());
        to.bindings().forEach(bindings::remove);
        Set<Relayed> relayed = new LinkedHashSet<>(from.relayed());
        to.relayed().forEach(relayed::remove);
        return elements(bindings, relayed);
    }

    private static List<Element> elements(Publication publication) {
        return elements(publication.bindings(), publication.relayed());
    }

    private static String device(Publication publication) {
        return "add element T interfaces { \"" + publication.hostDevice() + "\" }";
    }

    private static List<Element> elements(Collection<Binding> bindings, Collection<Relayed> relayed) {
        List<Element> elements = new ArrayList<>();
        for (Binding binding : bindings) {
            String target = binding.containerAddress().getHostAddress();
            boolean row = binding.count() > 1 && binding.hostPort() == binding.containerPort();
            String map = map(binding.hostAddress(), row);
            String key = key(binding.hostAddress(), binding.protocol());
            if (row) {
                elements.add(new Element(map, key + row(binding.hostPort(), binding.count()), target));
                continue;
            }
            for (int i = 0; i < binding.count(); i++) {
                elements.add(new Element(
                        map, key + (binding.hostPort() + i), target + " . " + (binding.containerPort() + i)));
            }
        }
        for (Relayed ports : relayed) {
            boolean row = ports.count() > 1;
            String key = key(ports.hostAddress(), ports.protocol());
            elements.add(new Element(
                    "relay" + map(ports.hostAddress(), row),
                    key + (row ? row(ports.hostPort(), ports.count()) : ports.hostPort()),
                    Integer.toString(ports.relayPort())));
        }
        return elements;
    }

    private static String map(InetAddress host, boolean row) {
        return (host.isAnyLocalAddress() ? "any" : "one")
                + (row ? "range" : "")
                + (host.getAddress().length == 16 ? '6' : '4');
    }

    private static String key(InetAddress host, Protocol protocol) {
        return (host.isAnyLocalAddress() ? "" : host.getHostAddress() + " . ") + protocol.text() + " . ";
    }

    private static String row(int first, int count) {
        return first + "-" + (first + count - 1);
    }

    private String words(List<String> commands) {
        return words("", commands);
    }

    private String words(String base, List<String> commands) {
        String text = base + String.join("\n", commands);
        return text.replace(" T ", " " + table + " ").replace(" T\n", " " + table + "\n");
    }

    private record Element(String map, String key, String value) {

        String pair() {
            return key + " : " + value;
        }
    }
}
