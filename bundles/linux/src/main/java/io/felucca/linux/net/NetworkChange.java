package io.felucca.linux.net;

import io.felucca.linux.files.Fd;
import java.net.InetAddress;
import java.util.Optional;

/** A change that {@link Rtnetlink.Connection#apply} makes. */
public sealed interface NetworkChange {

    /** A bridge that is made, down, without spanning tree. Fails when there is a device of that name. */
    record AddBridge(String name, String mac) implements NetworkChange {}

    /**
     * A pair of devices that are made, down: one here as a port of a bridge, its peer in a namespace.
     *
     * @param peerMac empty for the kernel's choice
     */
    record AddVeth(String name, String bridge, int mtu, Fd namespace, String peerName, String peerMac)
            implements NetworkChange {}

    /**
     * A device's settings; empty and false ones stay as they are.
     *
     * @param alias at most 255 bytes
     * @param withoutLinkLocal no IPv6 address is made when it goes up
     * @param hairpin a port of a bridge sends frames back where they came from
     * @param isolated a port of a bridge passes nothing to other isolated ones
     */
    record Configure(
            String name,
            Optional<String> alias,
            Optional<Integer> mtu,
            boolean withoutLinkLocal,
            boolean hairpin,
            boolean isolated,
            boolean up)
            implements NetworkChange {

        public static Configure up(String name) {
            return new Configure(name, Optional.empty(), Optional.empty(), false, false, false, true);
        }
    }

    /**
     * A device becomes a port of a bridge.
     *
     * @param bridge its index
     */
    record AddPort(String name, int bridge) implements NetworkChange {}

    /**
     * A port of a bridge to which nothing is sent any more and whose addresses are forgotten, so that another may have
     * them. Unlike a removal it waits for nothing.
     */
    record RetirePort(String name) implements NetworkChange {}

    /** What the host knows of a neighbour on a device; replaces what it knew. */
    record SetNeighbour(int device, InetAddress address, String mac) implements NetworkChange {}

    /** An IPv6 address that the host answers for on a device, whose {@code proxy_ndp} must be on. */
    record AddProxy(int device, InetAddress address) implements NetworkChange {}

    record RemoveProxy(int device, InetAddress address) implements NetworkChange {}

    /** A device that goes; a veth's peer with it. */
    record RemoveDevice(String name) implements NetworkChange {}

    /** An address for a device; no change when it has it. IPv6 addresses are used at once, without detection of duplicates. */
    record AddAddress(int device, InetAddress address, int prefixLength) implements NetworkChange {}

    record RemoveAddress(int device, InetAddress address, int prefixLength) implements NetworkChange {}

    /** A default route that replaces the one there is. */
    record SetDefaultRoute(int device, InetAddress gateway) implements NetworkChange {}

    record RemoveDefaultRoute(int device, InetAddress gateway) implements NetworkChange {}
}
