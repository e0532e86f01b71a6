package io.felucca.network.spi;

import io.felucca.engine.DriverKind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes ports of the host lead to ports of containers, for the world, the host itself and its containers alike. A
 * stateless service with {@link io.felucca.engine.Driver}, such as {@code nftables}.
 *
 * <p>The core says which ports those are, and holds each by a bound socket, so that a mapper need not know who else wants
 * it. A mapper leaves the peer's address as it is, and makes ports of a loopback address reachable from this host alone,
 * whatever else routes here. The cost of a packet and of a change does not grow with what is published.
 *
 * <p>Thread-safe: changes of different containers are concurrent. Errors: SYSTEM with the kernel's words; then nothing
 * has changed.
 */
@ConsumerType
@DriverKind(PortMapper.KIND)
public interface PortMapper {

    /** The kind of driver, for {@link io.felucca.engine.Driver#kind}. */
    String KIND = "port";

    /** Empty when it can work here, else the reason and what to do. */
    Optional<String> probe();

    /**
     * Whether the kernel can carry that binding. Those that it cannot (an IPv6 address of the host to a container that
     * has none, {@code ::1}) are relayed by the core, to which {@link Publication#relayed} leads them.
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
     * @param relayed what goes to the core's relay, on this host itself
     */
    record Publication(String containerId, String hostDevice, List<Binding> bindings, List<Relayed> relayed) {
        public Publication {
            bindings = List.copyOf(bindings);
            relayed = List.copyOf(relayed);
        }

        public Publication(String containerId, String hostDevice, List<Binding> bindings) {
            this(containerId, hostDevice, bindings, List.of());
        }

        /** The same container with nothing published. */
        public Publication none() {
            return new Publication(containerId, hostDevice, List.of());
        }

        public boolean isEmpty() {
            return bindings.isEmpty() && relayed.isEmpty();
        }

        /** Whether packets of this host's own loopback network, 127.0.0.0/8, may be led to the container. */
        public boolean isOnLoopback() {
            return bindings.stream()
                    .map(Binding::hostAddress)
                    .anyMatch(address -> address.getAddress().length == 4
                            && (address.isAnyLocalAddress() || address.isLoopbackAddress()));
        }

        /** Ports of the host that lead elsewhere after a change, or nowhere. */
        public static Set<Integer> changedPorts(Protocol protocol, Publication from, Publication to) {
            IntStream bound = Stream.of(from, to)
                    .flatMap(each -> each.bindings.stream())
                    .filter(binding -> binding.protocol() == protocol)
                    .filter(binding -> !(from.bindings.contains(binding) && to.bindings.contains(binding)))
                    .flatMapToInt(binding -> IntStream.range(binding.hostPort, binding.hostPort + binding.count));
            IntStream relayed = Stream.of(from, to)
                    .flatMap(each -> each.relayed.stream())
                    .filter(ports -> ports.protocol() == protocol)
                    .filter(ports -> !(from.relayed.contains(ports) && to.relayed.contains(ports)))
                    .flatMapToInt(ports -> IntStream.range(ports.hostPort, ports.hostPort + ports.count));
            return IntStream.concat(bound, relayed).boxed().collect(Collectors.toSet());
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

        /**
         * Whether rules of the kernel can carry it: both addresses are of one family, and it is not {@code ::1}, which
         * the kernel takes from no other device (there is no route_localnet of IPv6).
         */
        public boolean isRoutable() {
            boolean isWide = hostAddress.getAddress().length == 16;
            return isWide == (containerAddress.getAddress().length == 16)
                    && !(isWide && hostAddress.isLoopbackAddress());
        }

        /** Joins ports that follow each other on both sides to ranges. */
        public static List<Binding> joined(List<Binding> bindings) {
            Map<Line, List<Binding>> lines = new LinkedHashMap<>();
            for (Binding binding : bindings) {
                Line line = new Line(binding.protocol, binding.hostAddress, binding.containerAddress);
                lines.computeIfAbsent(line, each -> new ArrayList<>()).add(binding);
            }
            List<Binding> ranges = new ArrayList<>();
            for (Line line : lines.keySet().stream().sorted(Line.ORDER).toList()) {
                List<Binding> sorted = lines.get(line);
                sorted.sort(Comparator.comparingInt(Binding::hostPort));
                Binding last = sorted.get(0);
                for (Binding next : sorted.subList(1, sorted.size())) {
                    if (last.isFollowedBy(next)) {
                        last = last.withCount(last.count + next.count);
                    } else {
                        ranges.add(last);
                        last = next;
                    }
                }
                ranges.add(last);
            }
            return ranges;
        }

        /** From which address to which. */
        private record Line(Protocol protocol, InetAddress host, InetAddress container) {
            static final Comparator<Line> ORDER = Comparator.comparing(Line::protocol)
                    .thenComparing(line -> line.host.getHostAddress())
                    .thenComparing(line -> line.container.getHostAddress());
        }

        private boolean isFollowedBy(Binding next) {
            return hostPort + count == next.hostPort && containerPort + count == next.containerPort;
        }

        private Binding withCount(int newCount) {
            return new Binding(protocol, hostAddress, hostPort, containerAddress, containerPort, newCount);
        }
    }

    /**
     * Ports of the host, one or several in a row, that all lead to one port of this host: there a relay of the core listens
     * on every address.
     *
     * @param hostAddress 0.0.0.0 or :: for every address of that family; {@code ::1} too
     */
    record Relayed(Protocol protocol, InetAddress hostAddress, int hostPort, int count, int relayPort) {}
}
