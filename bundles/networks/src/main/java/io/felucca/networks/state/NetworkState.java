package io.felucca.networks.state;

import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.network.spi.NetworkDriver.Opening;
import io.felucca.network.spi.NetworkDriver.Segment;
import io.felucca.networks.Network;
import io.felucca.networks.Sandbox.Endpoint;
import io.felucca.networks.Sandbox.Link;
import io.felucca.networks.record.NetworkRecord;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A network in the heap, and who is in it now. Whoever makes or removes it on the host, or changes what links open in it,
 * holds {@link #turn}.
 */
public final class NetworkState {

    /** A container that is in it. */
    public record Place(String containerId, String name, String hostname, Endpoint endpoint) {

        private boolean has(InetAddress address) {
            return Stream.of(endpoint.ipv4(), endpoint.ipv6())
                    .anyMatch(own -> !own.isEmpty() && Cidr.parse(own).address().equals(address));
        }
    }

    final ReentrantLock turn = new ReentrantLock();
    public final Map<String, Place> places = new ConcurrentHashMap<>();
    /** What containers in it are linked to, by their ids; guarded by turn. */
    private final Map<String, List<Link>> links = new HashMap<>();
    /** Whether it is known to be on the host. */
    volatile boolean made;
    /** Whether an engine before this one had it on the host, as far as records say: a restart of the host took it away. */
    volatile boolean known;
    /** The host's device that its containers are reached by; empty before the first has joined. */
    volatile String hostDevice = "";
    /** Nobody may join any more; guarded by turn. */
    boolean removed;

    private volatile NetworkRecord record;
    private final List<Cidr> gateways;

    NetworkState(NetworkRecord record, List<Cidr> gateways) {
        this.record = record;
        this.gateways = List.copyOf(gateways);
    }

    public NetworkRecord record() {
        return record;
    }

    void record(NetworkRecord changed) {
        record = changed;
    }

    public String id() {
        return record.id();
    }

    public String name() {
        return record.name();
    }

    /** Whether containers in it have interfaces. */
    boolean hasSegments() {
        return !gateways.isEmpty();
    }

    /** Whether it belongs on the host even while nobody joins it. */
    boolean isExpected() {
        return hasSegments() && !record.removing() && (made || known || isUsers());
    }

    /** Whether a user made it, so that its containers find each other by name. */
    public boolean isUsers() {
        return !Predefined.NAMES.contains(record.name());
    }

    List<Cidr> gateways() {
        return gateways;
    }

    /** The host's address in it, or empty. */
    String gateway(boolean ipv6) {
        return gateways.stream()
                .filter(gateway -> gateway.isIpv6() == ipv6)
                .map(gateway -> Cidr.text(gateway.address()))
                .findFirst()
                .orElse("");
    }

    List<Link> links(String containerId) {
        return links.getOrDefault(containerId, List.of());
    }

    void links(String containerId, List<Link> now) {
        if (now.isEmpty()) {
            links.remove(containerId);
        } else {
            links.put(containerId, now);
        }
    }

    /** All that is to be open now. */
    List<Opening> openings() {
        return openings(links.keySet(), link -> true);
    }

    /** Of that what is open from a container or to it. */
    List<Opening> openings(String containerId) {
        Set<Opening> its = new LinkedHashSet<>(openings(Set.of(containerId), link -> true));
        its.addAll(openings(links.keySet(), link -> link.sourceId().equals(containerId)));
        return List.copyOf(its);
    }

    private List<Opening> openings(Set<String> recipients, Predicate<Link> of) {
        return recipients.stream()
                .flatMap(id -> openedBy(id, links(id).stream().filter(of).toList()).stream())
                .distinct()
                .toList();
    }

    /** What a container's links open while both are where they were when the link was made. */
    List<Opening> openedBy(String containerId, List<Link> its) {
        return its.stream()
                .flatMap(link -> link.brings().openings().stream()
                        .filter(opening -> isAt(containerId, opening.from()) && isAt(link.sourceId(), opening.to())))
                .distinct()
                .toList();
    }

    private boolean isAt(String containerId, InetAddress address) {
        Place place = places.get(containerId);
        return place != null && place.has(address);
    }

    /** The interfaces of its containers in it. */
    List<NetworkDriver.Endpoint> interfaces() {
        return places.values().stream()
                .filter(place -> !place.endpoint.interfaceName().isEmpty())
                .map(place -> DriverEndpoint.of(place.containerId, place.endpoint))
                .toList();
    }

    Segment segment() {
        return new Segment(record.id(), record.name(), record.internal(), gateways, record.options());
    }

    public Network network() {
        Map<String, Network.Member> members = new TreeMap<>();
        places.forEach((id, place) -> members.put(
                id,
                new Network.Member(
                        place.name,
                        place.endpoint.id(),
                        place.endpoint.mac(),
                        place.endpoint.ipv4(),
                        place.endpoint.ipv6())));
        return record.network(members);
    }
}
