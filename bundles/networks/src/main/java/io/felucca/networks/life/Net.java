package io.felucca.networks.life;

import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver.Opening;
import io.felucca.network.spi.NetworkDriver.Segment;
import io.felucca.networks.Network;
import io.felucca.networks.Sandbox.Endpoint;
import io.felucca.networks.record.NetworkRecord;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** A network in the heap, and who is in it now. Whoever makes or removes it on the host holds {@link #turn}. */
final class Net {

    /** A container that is in it. */
    record Place(String containerId, String name, Endpoint endpoint) {}

    final ReentrantLock turn = new ReentrantLock();
    final Map<String, Place> places = new ConcurrentHashMap<>();
    final Set<Opening> openings = ConcurrentHashMap.newKeySet();
    /** Whether it is known to be on the host. */
    volatile boolean made;
    /** Nobody may join any more; guarded by turn. */
    boolean removed;

    private volatile NetworkRecord record;
    private final List<Cidr> gateways;

    Net(NetworkRecord record, List<Cidr> gateways) {
        this.record = record;
        this.gateways = List.copyOf(gateways);
    }

    NetworkRecord record() {
        return record;
    }

    void record(NetworkRecord changed) {
        record = changed;
    }

    String id() {
        return record.id();
    }

    String name() {
        return record.name();
    }

    /** Whether containers in it have interfaces. */
    boolean hasSegments() {
        return !gateways.isEmpty();
    }

    /** Whether a user made it, so that its containers find each other by name. */
    boolean isUsers() {
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

    Segment segment() {
        return new Segment(record.id(), record.name(), record.internal(), gateways, record.options());
    }

    Network network() {
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
