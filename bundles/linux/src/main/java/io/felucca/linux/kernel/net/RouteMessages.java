package io.felucca.linux.kernel.net;

import io.felucca.linux.net.NetworkChange;
import io.felucca.linux.net.NetworkChange.AddAddress;
import io.felucca.linux.net.NetworkChange.AddBridge;
import io.felucca.linux.net.NetworkChange.AddPort;
import io.felucca.linux.net.NetworkChange.AddProxy;
import io.felucca.linux.net.NetworkChange.AddVeth;
import io.felucca.linux.net.NetworkChange.Configure;
import io.felucca.linux.net.NetworkChange.RemoveAddress;
import io.felucca.linux.net.NetworkChange.RemoveDefaultRoute;
import io.felucca.linux.net.NetworkChange.RemoveDevice;
import io.felucca.linux.net.NetworkChange.RemoveProxy;
import io.felucca.linux.net.NetworkChange.RetirePort;
import io.felucca.linux.net.NetworkChange.SetDefaultRoute;
import io.felucca.linux.net.NetworkChange.SetNeighbour;
import java.net.InetAddress;
import java.util.HexFormat;

/** Writes rtnetlink messages (linux/rtnetlink.h, if_link.h, if_addr.h, veth.h). */
final class RouteMessages {

    static final int GET_LINK = 18;
    static final int GET_ADDRESS = 22;
    static final int GET_ROUTE = 26;
    static final int DELETE_LINK = 17;

    private static final int NEW_LINK = 16;
    private static final int NEW_ADDRESS = 20;
    private static final int DELETE_ADDRESS = 21;
    private static final int NEW_ROUTE = 24;
    private static final int DELETE_ROUTE = 25;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int IFF_UP = 1;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_NAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_ALIAS = 20;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int INFO_KIND = 1;
    private static final int INFO_DATA = 2;
    private static final int INFO_SLAVE_KIND = 4;
    private static final int INFO_SLAVE_DATA = 5;
    private static final int VETH_PEER = 1;
    private static final int NEW_NEIGHBOUR = 28;
    private static final int DELETE_NEIGHBOUR = 29;
    private static final int NDA_ADDRESS = 1;
    private static final int NDA_MAC = 2;
    private static final int NEIGHBOUR_STALE = 4;
    /** NTF_PROXY, the lower byte of flags and type. */
    private static final int NEIGHBOUR_PROXY = 8;
    /** Learning; flooding of unicasts to unknown addresses, of multicasts and of broadcasts. */
    private static final int[] BRIDGE_PORT_TRAFFIC = {8, 9, 27, 30};

    private static final int BRIDGE_PORT_FLUSH = 24;
    private static final int BRIDGE_PORT_HAIRPIN = 4;
    private static final int BRIDGE_PORT_ISOLATED = 33;
    private static final int INET6_ADDRESS_MODE = 8;
    private static final byte ADDRESS_MODE_NONE = 1;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_NO_DUPLICATE_DETECTION = 2;
    private static final int RTA_DEVICE = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int TABLE_MAIN = 254;
    private static final int PROTOCOL_BOOT = 3;
    private static final int SCOPE_UNIVERSE = 0;
    private static final int UNICAST = 1;

    private RouteMessages() {}

    static NetlinkMessages askDevice(NetlinkMessages to, String name) {
        return link(to, GET_LINK, NetlinkMessages.ACK, 0)
                .attribute(IFLA_NAME, name)
                .end();
    }

    static NetlinkMessages askAll(NetlinkMessages to, int type) {
        // The longest of the three headers; the kernel reads what it needs.
        return link(to, type, NetlinkMessages.DUMP, 0).end();
    }

    /** @param master index of the bridge that the change names, or 0 */
    static void write(NetlinkMessages to, NetworkChange change, int master) {
        if (change instanceof AddBridge bridge) {
            addBridge(to, bridge);
        } else if (change instanceof AddVeth veth) {
            addVeth(to, veth, master);
        } else if (change instanceof Configure configure) {
            configure(to, configure);
        } else if (change instanceof RemoveDevice device) {
            link(to, DELETE_LINK, NetlinkMessages.ACK, 0).attribute(IFLA_NAME, device.name());
        } else if (change instanceof AddPort port) {
            link(to, NEW_LINK, NetlinkMessages.ACK, 0)
                    .attribute(IFLA_NAME, port.name())
                    .attribute(IFLA_MASTER, port.bridge());
        } else if (change instanceof RetirePort port) {
            retirePort(to, port);
        } else if (change instanceof SetNeighbour neighbour) {
            setNeighbour(to, neighbour);
        } else if (change instanceof AddProxy add) {
            proxy(to, NEW_NEIGHBOUR, NetlinkMessages.CREATE, add.device(), add.address());
        } else if (change instanceof RemoveProxy remove) {
            proxy(to, DELETE_NEIGHBOUR, 0, remove.device(), remove.address());
        } else if (change instanceof AddAddress add) {
            address(to, NEW_ADDRESS, add.device(), add.address(), add.prefixLength());
        } else if (change instanceof RemoveAddress remove) {
            address(to, DELETE_ADDRESS, remove.device(), remove.address(), remove.prefixLength());
        } else if (change instanceof SetDefaultRoute set) {
            defaultRoute(to, NEW_ROUTE, set.device(), set.gateway());
        } else if (change instanceof RemoveDefaultRoute remove) {
            defaultRoute(to, DELETE_ROUTE, remove.device(), remove.gateway());
        }
        to.end();
    }

    private static NetlinkMessages link(NetlinkMessages to, int type, int flags, int deviceFlags) {
        return linkHeader(to.begin(type, NetlinkMessages.REQUEST | flags), deviceFlags);
    }

    /** struct ifinfomsg; a device is named by an attribute. */
    private static NetlinkMessages linkHeader(NetlinkMessages to, int flags) {
        return to.u8(0).u8(0).u16(0).u32(0).u32(flags).u32(flags);
    }

    private static int creating() {
        return NetlinkMessages.ACK | NetlinkMessages.CREATE | NetlinkMessages.EXCLUSIVE;
    }

    private static void addBridge(NetlinkMessages to, AddBridge bridge) {
        link(to, NEW_LINK, creating(), 0).attribute(IFLA_NAME, bridge.name());
        address(to, bridge.mac());
        int info = to.nest(IFLA_LINKINFO);
        to.attribute(INFO_KIND, "bridge").endNest(info);
    }

    private static void addVeth(NetlinkMessages to, AddVeth veth, int master) {
        link(to, NEW_LINK, creating(), 0)
                .attribute(IFLA_NAME, veth.name())
                .attribute(IFLA_MTU, veth.mtu())
                .attribute(IFLA_MASTER, master);
        int info = to.nest(IFLA_LINKINFO);
        to.attribute(INFO_KIND, "veth");
        int data = to.nest(INFO_DATA);
        int peer = to.nest(VETH_PEER);
        linkHeader(to, 0)
                .attribute(IFLA_NAME, veth.peerName())
                .attribute(IFLA_MTU, veth.mtu())
                .attribute(IFLA_NET_NS_FD, veth.namespace().number());
        address(to, veth.peerMac());
        to.endNest(peer).endNest(data).endNest(info);
    }

    private static void configure(NetlinkMessages to, Configure configure) {
        link(to, NEW_LINK, NetlinkMessages.ACK, configure.up() ? IFF_UP : 0).attribute(IFLA_NAME, configure.name());
        configure.alias().ifPresent(alias -> to.attribute(IFLA_ALIAS, alias));
        configure.mtu().ifPresent(mtu -> to.attribute(IFLA_MTU, mtu));
        if (configure.withoutLinkLocal()) {
            int spec = to.nest(IFLA_AF_SPEC);
            int inet6 = to.nest(AF_INET6);
            to.attribute(INET6_ADDRESS_MODE, ADDRESS_MODE_NONE).endNest(inet6).endNest(spec);
        }
        if (configure.hairpin() || configure.isolated()) {
            int info = to.nest(IFLA_LINKINFO);
            to.attribute(INFO_SLAVE_KIND, "bridge");
            int data = to.nest(INFO_SLAVE_DATA);
            to.attribute(BRIDGE_PORT_HAIRPIN, (byte) (configure.hairpin() ? 1 : 0))
                    .attribute(BRIDGE_PORT_ISOLATED, (byte) (configure.isolated() ? 1 : 0))
                    .endNest(data)
                    .endNest(info);
        }
    }

    private static void retirePort(NetlinkMessages to, RetirePort port) {
        link(to, NEW_LINK, NetlinkMessages.ACK, 0).attribute(IFLA_NAME, port.name());
        int info = to.nest(IFLA_LINKINFO);
        to.attribute(INFO_SLAVE_KIND, "bridge");
        int data = to.nest(INFO_SLAVE_DATA);
        for (int option : BRIDGE_PORT_TRAFFIC) {
            to.attribute(option, (byte) 0);
        }
        to.attribute(BRIDGE_PORT_FLUSH, new byte[0]).endNest(data).endNest(info);
    }

    /** struct ndmsg. */
    private static void setNeighbour(NetlinkMessages to, SetNeighbour neighbour) {
        to.begin(
                        NEW_NEIGHBOUR,
                        NetlinkMessages.REQUEST
                                | NetlinkMessages.ACK
                                | NetlinkMessages.CREATE
                                | NetlinkMessages.REPLACE)
                .u32(isIpv6(neighbour.address()) ? AF_INET6 : AF_INET)
                .u32(neighbour.device())
                .u16(NEIGHBOUR_STALE)
                .u16(0)
                .attribute(NDA_ADDRESS, neighbour.address())
                .attribute(NDA_MAC, HexFormat.ofDelimiter(":").parseHex(neighbour.mac()));
    }

    /** struct ndmsg. */
    private static void proxy(NetlinkMessages to, int type, int flags, int device, InetAddress address) {
        to.begin(type, NetlinkMessages.REQUEST | NetlinkMessages.ACK | flags)
                .u32(isIpv6(address) ? AF_INET6 : AF_INET)
                .u32(device)
                .u16(0)
                .u16(NEIGHBOUR_PROXY)
                .attribute(NDA_ADDRESS, address);
    }

    private static void address(NetlinkMessages to, String mac) {
        if (!mac.isEmpty()) {
            to.attribute(IFLA_ADDRESS, HexFormat.ofDelimiter(":").parseHex(mac));
        }
    }

    /** struct ifaddrmsg. */
    private static void address(NetlinkMessages to, int type, int device, InetAddress address, int prefixLength) {
        boolean ipv6 = isIpv6(address);
        int flags = type == NEW_ADDRESS ? NetlinkMessages.CREATE | NetlinkMessages.REPLACE : 0;
        to.begin(type, NetlinkMessages.REQUEST | NetlinkMessages.ACK | flags)
                .u8(ipv6 ? AF_INET6 : AF_INET)
                .u8(prefixLength)
                .u8(ipv6 ? IFA_NO_DUPLICATE_DETECTION : 0)
                .u8(SCOPE_UNIVERSE)
                .u32(device)
                .attribute(IFA_LOCAL, address)
                .attribute(IFA_ADDRESS, address);
        if (!ipv6 && type == NEW_ADDRESS && prefixLength < 31) {
            to.attribute(IFA_BROADCAST, broadcast(address.getAddress(), prefixLength));
        }
    }

    private static byte[] broadcast(byte[] address, int prefixLength) {
        for (int bit = prefixLength; bit < 32; bit++) {
            address[bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        return address;
    }

    /** struct rtmsg. */
    private static void defaultRoute(NetlinkMessages to, int type, int device, InetAddress gateway) {
        int flags = type == NEW_ROUTE ? NetlinkMessages.CREATE | NetlinkMessages.REPLACE : 0;
        to.begin(type, NetlinkMessages.REQUEST | NetlinkMessages.ACK | flags)
                .u8(isIpv6(gateway) ? AF_INET6 : AF_INET)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(TABLE_MAIN)
                .u8(PROTOCOL_BOOT)
                .u8(SCOPE_UNIVERSE)
                .u8(UNICAST)
                .u32(0)
                .attribute(RTA_GATEWAY, gateway)
                .attribute(RTA_DEVICE, device);
    }

    private static boolean isIpv6(InetAddress address) {
        return address.getAddress().length == 16;
    }
}
