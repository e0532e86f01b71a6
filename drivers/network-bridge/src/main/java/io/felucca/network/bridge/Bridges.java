package io.felucca.network.bridge;

import io.felucca.FeluccaException;
import io.felucca.linux.net.NetworkChange;
import io.felucca.linux.net.NetworkChange.AddAddress;
import io.felucca.linux.net.NetworkChange.AddBridge;
import io.felucca.linux.net.NetworkChange.Configure;
import io.felucca.linux.net.NetworkChange.RemoveAddress;
import io.felucca.linux.net.NetworkChange.RemoveDevice;
import io.felucca.linux.net.Rtnetlink;
import io.felucca.linux.net.Rtnetlink.Address;
import io.felucca.linux.net.Rtnetlink.Connection;
import io.felucca.linux.net.Rtnetlink.Device;
import io.felucca.network.spi.Cidr;
import io.felucca.network.spi.NetworkDriver.Segment;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The bridges on the host. One that this engine made has an alias with its id; only that is ever changed or removed. */
final class Bridges {

    private static final String ALIAS = "felucca ";
    private static final String OF_NETWORK = " network ";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Rtnetlink rtnetlink;
    private final HostSettings settings;
    private final String engineId;

    Bridges(Rtnetlink rtnetlink, HostSettings settings, String engineId) {
        this.rtnetlink = rtnetlink;
        this.settings = settings;
        this.engineId = engineId;
    }

    void ensure(Segment segment, BridgeOptions bridge) {
        try (Connection connection = rtnetlink.open()) {
            Optional<Device> there = connection.find(bridge.name());
            there.ifPresent(device -> checkUsable(device, segment, bridge));
            boolean ours = there.isEmpty() || there.get().alias().equals(alias(segment));
            if (there.isEmpty()) {
                // A MAC address of its own: else it would change with the bridge's ports.
                connection.apply(new AddBridge(bridge.name(), randomMac()));
            }
            Device device = there.isPresent()
                    ? there.get()
                    : connection.find(bridge.name()).orElseThrow();
            settings.prepareBridge(segment, bridge);
            List<NetworkChange> changes = new ArrayList<>();
            if (ours) {
                changes.addAll(staleAddresses(connection, device, segment.gateways()));
                changes.add(new Configure(
                        bridge.name(),
                        Optional.of(alias(segment)),
                        Optional.of(bridge.mtu()).filter(mtu -> mtu != device.mtu()),
                        false,
                        false,
                        false,
                        true));
            }
            for (Cidr gateway : segment.gateways()) {
                changes.add(new AddAddress(device.index(), gateway.address(), gateway.prefixLength()));
            }
            connection.apply(changes);
        }
    }

    void remove(Segment segment, BridgeOptions bridge) {
        try (Connection connection = rtnetlink.open()) {
            if (connection
                    .find(bridge.name())
                    .filter(device -> device.alias().equals(alias(segment)))
                    .isPresent()) {
                connection.apply(new RemoveDevice(bridge.name()));
            }
        }
    }

    private void checkUsable(Device device, Segment segment, BridgeOptions bridge) {
        String alias = device.alias();
        if (alias.equals(alias(segment))) {
            return;
        }
        if (alias.startsWith(ALIAS + engineId + OF_NETWORK)) {
            String other = alias.substring(alias.lastIndexOf(' ') + 1);
            throw FeluccaException.forbidden("cannot create network " + segment.id() + " (" + bridge.name()
                    + "): conflicts with network " + other + " (" + bridge.name()
                    + "): networks have same bridge name");
        }
        if (!device.kind().equals("bridge")) {
            throw FeluccaException.conflict("existing interface " + bridge.name() + " is not a bridge");
        }
        if (alias.startsWith(ALIAS) || !bridge.named()) {
            throw FeluccaException.conflict("network " + segment.name() + " cannot use the bridge " + bridge.name()
                    + ": it is another's" + (alias.isEmpty() ? "" : " (" + alias + ")"));
        }
    }

    private static List<NetworkChange> staleAddresses(Connection connection, Device device, List<Cidr> wanted) {
        List<NetworkChange> changes = new ArrayList<>();
        for (Address address : connection.addresses()) {
            boolean stale = address.device() == device.index()
                    && !address.address().isLinkLocalAddress()
                    && !wanted.contains(new Cidr(address.address(), address.prefixLength()));
            if (stale) {
                changes.add(new RemoveAddress(device.index(), address.address(), address.prefixLength()));
            }
        }
        return changes;
    }

    private String alias(Segment segment) {
        return ALIAS + engineId + OF_NETWORK + segment.id();
    }

    /** Locally administered, as libnetwork makes them. */
    private static String randomMac() {
        byte[] bytes = new byte[6];
        RANDOM.nextBytes(bytes);
        bytes[0] = 0x02;
        bytes[1] = 0x42;
        return HexFormat.ofDelimiter(":").formatHex(bytes);
    }
}
