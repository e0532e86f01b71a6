package io.felucca.network.spi;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes ports of the host lead to ports of containers, for the world, the host itself and its containers alike. A
 * stateless service with the property {@code felucca.driver}, such as {@code nftables}.
 *
 * <p>The core says which ports those are, and holds each by a bound socket, so that a mapper need not know who else wants
 * it. A mapper leaves the peer's address as it is, and makes ports of a loopback address reachable from this host alone,
 * whatever else routes here. The cost of a packet and of a change does not grow with what is published.
 *
 * <p>Thread-safe: changes of different containers are concurrent. Errors: SYSTEM with the kernel's words; then nothing
 * has changed.
 */
@ConsumerType
public interface PortMapper {

    /** Empty when it can work here, else the reason and what to do. */
    Optional<String> probe();

    /**
     * Whether the kernel can carry that binding. Those that it cannot (an IPv6 address of the host to a container that
     * has none, {@code ::1}) are relayed by the core and never handed over.
     */
    boolean carries(Binding binding);

    /**
     * Turns what is published for a container into something else, in one transaction: all of it or nothing. Bindings
     * that are in both stay untouched, with their connections.
     *
     * @param from what {@link #change} or {@link #ensure} was told last; no bindings for a container that starts. What is
     *     not there any more is no error. A peer that sends to a port which changes is led by what holds now, also where
     *     its protocol has no connections
     * @param to what is to be there; no bindings for a container that ended
     */
    void change(Publication from, Publication to);

    /** Makes what is there exactly this: after a start of the engine, or a firewall's reload. */
    void ensure(List<Publication> all);

    /**
     * Leads what the processes of a namespace send to an address and port of its own loopback network to other ports of
     * the same address, so that a name service need not take port 53. Ends with the namespace.
     *
     * @param namespace a file of the namespace, such as {@code /proc/PID/ns/net}
     * @param service {@code 127.0.0.11:53}
     */
    void redirect(Path namespace, InetSocketAddress service, int udpPort, int tcpPort);

    /**
     * What a container publishes on one segment.
     *
     * @param hostDevice as {@link NetworkDriver.Attachment} names it
     */
    record Publication(String containerId, String hostDevice, List<Binding> bindings) {
        public Publication {
            bindings = List.copyOf(bindings);
        }

        /** The same container with nothing published. */
        public Publication none() {
            return new Publication(containerId, hostDevice, List.of());
        }

        /** Ports of the host that lead elsewhere after a change, or nowhere. */
        public static Set<Integer> changedPorts(Protocol protocol, Publication from, Publication to) {
            return Stream.of(from, to)
                    .flatMap(each -> each.bindings.stream())
                    .filter(binding -> binding.protocol() == protocol)
                    .filter(binding -> !(from.bindings.contains(binding) && to.bindings.contains(binding)))
                    .flatMap(binding -> IntStream.range(0, binding.count()).mapToObj(i -> binding.hostPort() + i))
                    .collect(Collectors.toSet());
        }
    }

    /**
     * A port of the host, or several in a row, that lead to as many of a container.
     *
     * @param hostAddress 0.0.0.0 or :: for every address of that family
     * @param hostPort the first one, never 0
     * @param containerPort the first one
     * @param count how many, 1 for a single port
     */
    record Binding(
            Protocol protocol,
            InetAddress hostAddress,
            int hostPort,
            InetAddress containerAddress,
            int containerPort,
            int count) {

        /** Joins ports that follow each other on both sides to ranges. */
        public static List<Binding> joined(List<Binding> bindings) {
            List<Binding> sorted = new ArrayList<>(bindings);
            sorted.sort(Comparator.comparing(Binding::protocol)
                    .thenComparing(binding -> binding.hostAddress.getHostAddress())
                    .thenComparing(binding -> binding.containerAddress.getHostAddress())
                    .thenComparing(Binding::hostPort));
            List<Binding> ranges = new ArrayList<>();
            for (Binding next : sorted) {
                Binding last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
                if (last != null && last.isFollowedBy(next)) {
                    ranges.set(ranges.size() - 1, last.withCount(last.count + next.count));
                } else {
                    ranges.add(next);
                }
            }
            return ranges;
        }

        private boolean isFollowedBy(Binding next) {
            return protocol == next.protocol
                    && hostAddress.equals(next.hostAddress)
                    && containerAddress.equals(next.containerAddress)
                    && hostPort + count == next.hostPort
                    && containerPort + count == next.containerPort;
        }

        private Binding withCount(int newCount) {
            return new Binding(protocol, hostAddress, hostPort, containerAddress, containerPort, newCount);
        }
    }
}
