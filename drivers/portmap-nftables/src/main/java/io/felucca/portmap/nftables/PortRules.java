package io.felucca.portmap.nftables;

import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.PortMapper.Publication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

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
            add chain T publish
            add chain T guard { type filter hook prerouting priority raw; policy accept; }
            add chain T prerouting { type nat hook prerouting priority dstnat; policy accept; }
            add chain T output { type nat hook output priority -100; policy accept; }
            add chain T postrouting { type nat hook postrouting priority srcnat; policy accept; }
            flush chain T publish
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
            add rule T guard iifname @interfaces ip daddr 127.0.0.0/8 drop
            add rule T prerouting ip daddr 127.0.0.0/8 return
            add rule T prerouting fib daddr type local jump publish
            add rule T output ip6 daddr ::1 return
            add rule T output fib daddr type local jump publish
            add rule T postrouting oifname @interfaces ip saddr 127.0.0.0/8 ct status dnat masquerade
            """;

    private static final List<String> MAPS =
            List.of("any4", "one4", "anyrange4", "onerange4", "any6", "one6", "anyrange6", "onerange6");

    private final String table;

    PortRules(String table) {
        this.table = table;
    }

    /** For the usual case: table and elements are as the core remembers them. */
    String change(Publication from, Publication to) {
        List<String> commands = new ArrayList<>();
        byMap(elements(gone(from, to)), Element::key).forEach((map, all) -> commands.add("delete" + element(map, all)));
        byMap(elements(gone(to, from)), Element::pair).forEach((map, all) -> commands.add("add" + element(map, all)));
        if (!to.bindings().isEmpty()) {
            commands.add(device(to));
        }
        return words(commands);
    }

    /** For any other: whatever is there, unless it leads elsewhere. */
    String changeAnyhow(Publication from, Publication to) {
        List<Binding> gone = gone(from, to);
        List<Binding> touched = new ArrayList<>(gone);
        touched.addAll(to.bindings());
        List<String> commands = new ArrayList<>();
        // Added first: an element that is not there cannot be deleted.
        byMap(elements(touched), Element::pair).forEach((map, all) -> commands.add("add" + element(map, all)));
        byMap(elements(gone), Element::key).forEach((map, all) -> commands.add("delete" + element(map, all)));
        if (!to.bindings().isEmpty()) {
            commands.add(device(to));
        }
        return words(BASE, commands);
    }

    /** A command for each element that a change touches, to be run one by one: any of them may have nothing to delete. */
    List<String> deletions(Publication from, Publication to) {
        List<Element> touched = elements(gone(from, to));
        touched.addAll(elements(to.bindings()));
        return touched.stream()
                .map(element -> words(List.of("delete" + element(element.map(), element.key()))))
                .toList();
    }

    String ensure(List<Publication> all) {
        List<String> commands = new ArrayList<>();
        MAPS.forEach(map -> commands.add("flush map T " + map));
        commands.add("flush set T interfaces");
        List<Binding> bindings =
                all.stream().flatMap(each -> each.bindings().stream()).toList();
        byMap(elements(bindings), Element::pair).forEach((map, pairs) -> commands.add("add" + element(map, pairs)));
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

    private static List<Binding> gone(Publication from, Publication to) {
        Set<Binding> gone = new LinkedHashSet<>(from.bindings());
        to.bindings().forEach(gone::remove);
        return List.copyOf(gone);
    }

    private static String device(Publication publication) {
        return "add element T interfaces { \"" + publication.hostDevice() + "\" }";
    }

    private static List<Element> elements(Collection<Binding> bindings) {
        List<Element> elements = new ArrayList<>();
        for (Binding binding : bindings) {
            boolean any = binding.hostAddress().isAnyLocalAddress();
            char family = binding.hostAddress().getAddress().length == 16 ? '6' : '4';
            String map = any ? "any" : "one";
            String key = (any ? "" : binding.hostAddress().getHostAddress() + " . ")
                    + binding.protocol().text() + " . ";
            String target = binding.containerAddress().getHostAddress();
            if (binding.count() > 1 && binding.hostPort() == binding.containerPort()) {
                int last = binding.hostPort() + binding.count() - 1;
                elements.add(new Element(map + "range" + family, key + binding.hostPort() + "-" + last, target));
            } else {
                for (int i = 0; i < binding.count(); i++) {
                    elements.add(new Element(
                            map + family,
                            key + (binding.hostPort() + i),
                            target + " . " + (binding.containerPort() + i)));
                }
            }
        }
        return elements;
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
