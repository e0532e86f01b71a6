package io.felucca.network.spi;

import io.felucca.FeluccaException;
import io.felucca.engine.DriverKind;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Gives containers their network. A stateless service with {@link io.felucca.engine.Driver}, such as {@code bridge}.
 *
 * <p>The smallest drivers ({@code none}, {@code host}) only say how the runtime is to make the network namespace. One
 * that connects containers has {@link Segment}s, with endpoints in them:
 *
 * <pre>
 *   ensure(segment) ──▶ there on the host        at network create, at every start of the engine, after a firewall's reload
 *   rejoin(segment, endpoints) ──▶ all in it again        after ensure
 *   join(segment, endpoint, namespace) ──▶ an interface in the container        at start, or connect
 *   leave(segment, endpoint) ──▶ gone        at the container's end, or disconnect
 *   remove(segment) ──▶ gone                     at network rm
 * </pre>
 *
 * Every call is idempotent, and what a crash left half-made is put right by the same call again. Nothing is torn down
 * when the driver unregisters. Thread-safe: calls for different endpoints of one segment are concurrent.
 *
 * <p>Errors everywhere: INVALID for an option or address that is wrong in itself, with Docker's text where it has one;
 * CONFLICT for a name or address that another owner has on this host; SYSTEM with errno's text for what the kernel
 * refused. A driver without segments answers UNSUPPORTED.
 */
@ConsumerType
@DriverKind(NetworkDriver.KIND)
public interface NetworkDriver {

    /** The kind of driver, for {@link io.felucca.engine.Driver#kind}. */
    String KIND = "network";

    /** How the runtime is to make the container's network namespace. */
    enum NamespaceMode {
        /** A new one with only a loopback device. */
        PRIVATE,
        /** The host's. */
        HOST
    }

    NamespaceMode namespaceMode();

    /** Whether it connects containers; without, none of the methods below is called. */
    default boolean hasSegments() {
        return false;
    }

    /** Empty when it can work here, else the reason and what to do. */
    default Optional<String> probe() {
        return Optional.empty();
    }

    /** What is worth a warning in {@code info} and at network create, such as forwarding that is off and cannot be set. */
    default List<String> warnings() {
        return List.of();
    }

    /** Reads the options and names, touching nothing. @throws FeluccaException INVALID */
    default void check(Segment segment) {
        throw noSegments();
    }

    /**
     * Makes the segment on the host or puts back what is missing of it (a device after a reboot, rules after a firewall's
     * reload). When all is there it changes nothing.
     *
     * @param openings all that are to be in force, see {@link #open}
     * @throws FeluccaException CONFLICT when the device's name or an address is another's
     */
    default void ensure(Segment segment, List<Opening> openings) {
        throw noSegments();
    }

    /** Takes the segment away with all that was made for it; what was there before (a bridge named in an option) stays. */
    default void remove(Segment segment) {
        throw noSegments();
    }

    /**
     * Puts an interface into a namespace, with its address, up, with routes. On the path of every start.
     *
     * @param namespace a file of the namespace, such as {@code /proc/PID/ns/net}
     * @throws FeluccaException NOT_FOUND when the segment is not on the host: somebody took it away after {@link #ensure}
     */
    default Attachment join(Segment segment, Endpoint endpoint, Path namespace) {
        throw noSegments();
    }

    /**
     * After {@link #ensure}: puts interfaces that are in containers still back into a segment that somebody took from the
     * host. Those that are in it stay as they are, and what is gone is left out.
     *
     * @param endpoints all that have joined the segment
     */
    default void rejoin(Segment segment, List<Endpoint> endpoints) {}

    /** Makes the default routes by this endpoint those that it names now, none for an empty list. */
    default void route(Segment segment, Endpoint endpoint, Path namespace) {
        throw noSegments();
    }

    /**
     * Takes the interface away, wherever it is now. When it returns, nothing is sent by it or gets to it any more, and its
     * address may be given to another.
     *
     * @param ended whether the container has ended, so that the kernel removes its namespace and the interface with it;
     *     then this waits for no removal
     */
    default void leave(Segment segment, Endpoint endpoint, boolean ended) {
        throw noSegments();
    }

    /** Lets traffic pass between containers of a segment that lets none pass. Without effect where all may talk. */
    default void open(Segment segment, List<Opening> openings) {
        throw noSegments();
    }

    /** Takes openings back; unknown ones are no error. */
    default void close(Segment segment, List<Opening> openings) {
        throw noSegments();
    }

    private FeluccaException noSegments() {
        return FeluccaException.unsupported("network driver " + getClass().getName() + " connects no containers");
    }

    /**
     * A network.
     *
     * @param id 64 hexadecimal digits
     * @param name as the user named it
     * @param internal nothing outside of it is reached, nor reaches it
     * @param gateways of each subnet the address that the host has in it, with the subnet's prefix length
     * @param options driver options as {@code docker network create -o} names them, such as {@code
     *     com.docker.network.bridge.name}
     */
    record Segment(String id, String name, boolean internal, List<Cidr> gateways, Map<String, String> options) {
        public Segment {
            gateways = List.copyOf(gateways);
            options = Map.copyOf(options);
        }
    }

    /**
     * A container's place in a segment.
     *
     * @param id 64 hexadecimal digits, made anew for each connection
     * @param containerId whose it is
     * @param interfaceName inside the container, {@code eth0}
     * @param mac {@code 02:42:ac:11:00:02}; empty for the kernel's choice
     * @param addresses at most one of each family
     * @param gateways default routes that it brings, at most one of each family; empty where another endpoint brings
     *     them, or the segment is internal
     */
    record Endpoint(
            String id,
            String containerId,
            String interfaceName,
            String mac,
            List<Cidr> addresses,
            List<InetAddress> gateways) {
        public Endpoint {
            addresses = List.copyOf(addresses);
            gateways = List.copyOf(gateways);
        }
    }

    /**
     * What a join made.
     *
     * @param hostDevice the host's device through which the container is reached, which {@link PortMapper} wants to know
     * @param mac the interface's address, also when the kernel chose it
     */
    record Attachment(String hostDevice, String mac) {}

    /** Packets of one container to a port of another of the same segment, and their answers. */
    record Opening(InetAddress from, InetAddress to, Protocol protocol, int port) {}
}
