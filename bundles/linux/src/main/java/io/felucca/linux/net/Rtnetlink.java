package io.felucca.linux.net;

import io.felucca.linux.files.Fd;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** Network devices, addresses and routes by rtnetlink(7). Thread-safe; what it opens is not. */
@ProviderType
public interface Rtnetlink {

    /** A connection for the namespace of this process. */
    Connection open();

    /** A connection for a namespace, kept when the caller goes on elsewhere. */
    Connection open(Path namespace);

    /** Readable when devices of this process's namespace were removed; without veths, of which each container has one. */
    Fd watchRemovals();

    /** The names of those since the last call; empty where there were more than the kernel keeps. */
    Optional<Set<String>> removed(Fd watch);

    /** One thread at a time. */
    interface Connection extends AutoCloseable {

        /**
         * Makes changes, in order, by one system call. The kernel tries them all; the first that failed is thrown.
         *
         * @throws io.felucca.FeluccaException CONFLICT for what is there already, NOT_FOUND for a device that is not,
         *     SYSTEM with the kernel's words otherwise
         */
        void apply(List<NetworkChange> changes);

        default void apply(NetworkChange... changes) {
            apply(List.of(changes));
        }

        Optional<Device> find(String name);

        List<Device> devices();

        List<Address> addresses();

        /** Of the main table. */
        List<Route> routes();

        @Override
        void close();
    }

    /**
     * @param mac six bytes as {@code 02:42:ac:11:00:02}; empty for a device that has none
     * @param kind {@code bridge}, {@code veth}…; empty for a physical one
     * @param master index of the bridge it is a port of, 0 for none
     * @param alias what whoever made it wrote on it, or empty
     * @param peer index of a veth's other end in its own namespace, 0 for none
     */
    record Device(
            int index, String name, String kind, String mac, int mtu, boolean up, int master, String alias, int peer) {}

    record Address(int device, InetAddress address, int prefixLength) {}

    /**
     * @param destination its network; the unspecified address with a length of 0 for a default route
     * @param gateway empty for a network that is reached directly
     * @param device index, 0 for a route that has none
     */
    record Route(InetAddress destination, int prefixLength, Optional<InetAddress> gateway, int device) {}
}
