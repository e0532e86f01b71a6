package io.felucca.portmap.nftables;

import io.felucca.linux.net.NftChange;
import io.felucca.linux.net.NftChange.AddElements;
import io.felucca.linux.net.NftChange.DeleteElements;
import io.felucca.linux.net.NftSet;
import io.felucca.network.spi.PortMapper.Binding;
import io.felucca.network.spi.PortMapper.Publication;
import io.felucca.network.spi.PortMapper.Relayed;
import io.felucca.network.spi.Protocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * What changes in the table's maps. A single port is an element of a hash map; a range that keeps its numbers is one
 * element of an interval map, whatever its length; a shifted one is an element a port.
 */
final class PortRules {

    private record MapElement(NftSet map, NftSet.Element element) {}

    private PortRules() {}

    /** For the usual case: table and elements are as the core remembers them. */
    static List<NftChange> change(Publication from, Publication to) {
        List<NftChange> changes = new ArrayList<>(byMap(gone(from, to), DeleteElements::new));
        changes.addAll(byMap(gone(to, from), AddElements::new));
        addDevice(changes, to);
        return changes;
    }

    /** For any other: whatever is there, unless it leads elsewhere. */
    static List<NftChange> changeAnyhow(Publication from, Publication to) {
        List<MapElement> gone = gone(from, to);
        List<MapElement> touched = new ArrayList<>(gone);
        touched.addAll(elements(to));
        List<NftChange> changes = NftablesTable.base();
        // Added first: an element that is not there cannot be deleted.
        changes.addAll(byMap(touched, AddElements::new));
        changes.addAll(byMap(gone, DeleteElements::new));
        addDevice(changes, to);
        return changes;
    }

    /** A change for each element that a change touches, to be made one by one: any of them may have nothing to delete. */
    static List<NftChange> deletions(Publication from, Publication to) {
        List<MapElement> touched = gone(from, to);
        touched.addAll(elements(to));
        List<NftChange> deletions = new ArrayList<>();
        touched.forEach(each -> deletions.add(new DeleteElements(each.map(), List.of(each.element()))));
        return deletions;
    }

    static List<NftChange> ensure(List<Publication> all) {
        List<NftChange> changes = NftablesTable.base();
        changes.addAll(NftablesTable.emptied());
        List<MapElement> elements =
                all.stream().flatMap(each -> elements(each).stream()).toList();
        changes.addAll(byMap(elements, AddElements::new));
        all.stream().map(Publication::hostDevice).distinct().forEach(device -> changes.add(device(device)));
        return changes;
    }

    /** One change a map, however many elements. */
    private static List<NftChange> byMap(
            List<MapElement> elements, BiFunction<NftSet, List<NftSet.Element>, NftChange> change) {
        Map<NftSet, List<NftSet.Element>> byMap = new LinkedHashMap<>();
        elements.forEach(each ->
                byMap.computeIfAbsent(each.map(), map -> new ArrayList<>()).add(each.element()));
        List<NftChange> changes = new ArrayList<>();
        byMap.forEach((map, all) -> changes.add(change.apply(map, all)));
        return changes;
    }

    /** Elements of the first that the second has not. */
    private static List<MapElement> gone(Publication from, Publication to) {
        Set<Binding> bindings = new LinkedHashSet<>(from.bindings());
        to.bindings().forEach(bindings::remove);
        Set<Relayed> relayed = new LinkedHashSet<>(from.relayed());
        to.relayed().forEach(relayed::remove);
        return elements(bindings, relayed);
    }

    private static List<MapElement> elements(Publication publication) {
        return elements(publication.bindings(), publication.relayed());
    }

    private static void addDevice(List<NftChange> changes, Publication to) {
        if (!to.bindings().isEmpty()) {
            changes.add(device(to.hostDevice()));
        }
    }

    private static NftChange device(String name) {
        return new AddElements(NftablesTable.INTERFACES, List.of(NftablesTable.INTERFACES.element(name)));
    }

    private static List<MapElement> elements(Collection<Binding> bindings, Collection<Relayed> relayed) {
        List<MapElement> elements = new ArrayList<>();
        for (Binding binding : bindings) {
            boolean row = binding.count() > 1 && binding.hostPort() == binding.containerPort();
            InetAddress host = binding.hostAddress();
            NftSet map = NftablesTable.map(host.isAnyLocalAddress(), row, isIpv6(host));
            if (row) {
                NftSet.Element ports = range(map, host, binding.protocol(), binding.hostPort(), binding.count());
                elements.add(new MapElement(map, map.mapped(ports, binding.containerAddress())));
                continue;
            }
            for (int i = 0; i < binding.count(); i++) {
                NftSet.Element port = port(map, host, binding.protocol(), binding.hostPort() + i);
                elements.add(
                        new MapElement(map, map.mapped(port, binding.containerAddress(), binding.containerPort() + i)));
            }
        }
        for (Relayed ports : relayed) {
            InetAddress host = ports.hostAddress();
            boolean row = ports.count() > 1;
            NftSet map = NftablesTable.relayMap(host.isAnyLocalAddress(), row, isIpv6(host));
            NftSet.Element element = row
                    ? range(map, host, ports.protocol(), ports.hostPort(), ports.count())
                    : port(map, host, ports.protocol(), ports.hostPort());
            elements.add(new MapElement(map, map.mapped(element, ports.relayPort())));
        }
        return elements;
    }

    private static boolean isIpv6(InetAddress address) {
        return address.getAddress().length == 16;
    }

    private static NftSet.Element port(NftSet map, InetAddress host, Protocol protocol, int port) {
        return map.element(key(host, protocol, port).toArray());
    }

    private static NftSet.Element range(NftSet map, InetAddress host, Protocol protocol, int first, int count) {
        return map.range(key(host, protocol, first), key(host, protocol, first + count - 1));
    }

    private static List<Object> key(InetAddress host, Protocol protocol, int port) {
        return host.isAnyLocalAddress() ? List.of(protocol.number(), port) : List.of(host, protocol.number(), port);
    }
}
