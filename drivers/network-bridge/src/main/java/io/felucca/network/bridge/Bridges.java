package io.felucca.network.bridge;

import io.felucca.FeluccaException;
import io.felucca.engine.EngineRoot;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bridges on the host. One that this engine made has an alias with its id; only that is ever changed or removed. */
final class Bridges {

    private static final Logger LOG = LoggerFactory.getLogger(Bridges.class);
    private static final int BYTES_OF_ID = 4;

    private final Rtnetlink rtnetlink;
    private final HostSettings settings;
    private final EngineRoot engine;
    private final Consumer<String> dropRules;

    /** @param dropRules removes the packet filter's tables of an engine that is gone, by its id */
    Bridges(Rtnetlink rtnetlink, HostSettings settings, EngineRoot engine, Consumer<String> dropRules) {
        this.rtnetlink = rtnetlink;
        this.settings = settings;
        this.engine = engine;
        this.dropRules = dropRules;
    }

    void ensure(Segment segment, BridgeOptions bridge) {
        try (Connection connection = rtnetlink.open()) {
            Optional<Device> there = connection.find(bridge.name());
            BridgeOwner owner = BridgeOwner.of(engine, segment.id());
            boolean ours = there.isEmpty() || isOurs(connection, there.get(), owner, segment, bridge);
            if (there.isEmpty()) {
                // A MAC address of its own: else it would change with the bridge's ports.
                connection.apply(new AddBridge(bridge.name(), mac(segment)));
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
                        Optional.of(owner.alias()),
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
                    .filter(device -> BridgeOwner.parse(device.alias())
                            .filter(BridgeOwner.of(engine, segment.id())::isSameNetwork)
                            .isPresent())
                    .isPresent()) {
                connection.apply(new RemoveDevice(bridge.name()));
            }
        }
    }

    /**
     * Whether the bridge is this network's, as one is that an engine left which does not exist any more; false for one
     * that an administrator made.
     *
     * @throws FeluccaException for a device that the network cannot have
     */
    private boolean isOurs(
            Connection connection, Device device, BridgeOwner owner, Segment segment, BridgeOptions bridge) {
        Optional<BridgeOwner> found = BridgeOwner.parse(device.alias());
        if (found.filter(owner::isSameNetwork).isPresent()) {
            return true;
        }
        if (found.filter(other -> other.engineId().equals(owner.engineId())).isPresent()) {
            throw FeluccaException.forbidden("cannot create network " + segment.id() + " (" + bridge.name()
                    + "): conflicts with network " + found.get().networkId() + " (" + bridge.name()
                    + "): networks have same bridge name");
        }
        if (!device.kind().equals("bridge")) {
            throw FeluccaException.conflict("existing interface " + bridge.name() + " is not a bridge");
        }
        if (found.isPresent()) {
            boolean used = connection.devices().stream().anyMatch(port -> port.master() == device.index());
            if (used || !found.get().isGone()) {
                throw refusal(
                        device,
                        segment,
                        " (" + device.alias() + "): stop that engine and remove its network, or,"
                                + " where it does not exist any more, delete the bridge: ip link delete "
                                + bridge.name());
            }
            dropRules.accept(found.get().engineId());
            LOG.info("bridge {} is taken over from an engine that is gone: {}", bridge.name(), device.alias());
            return true;
        }
        if (!bridge.named()) {
            throw refusal(device, segment, ": delete it (ip link delete " + bridge.name() + ") or name another one");
        }
        return false;
    }

    private static FeluccaException refusal(Device device, Segment segment, String remedy) {
        return FeluccaException.conflict(
                "network " + segment.name() + " cannot use the bridge " + device.name() + ": it is another's" + remedy);
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

    /** Locally administered, as libnetwork makes them; of a bridge that is made again the one that its containers know. */
    private static String mac(Segment segment) {
        StringBuilder mac = new StringBuilder("02:42");
        for (int i = 0; i < BYTES_OF_ID; i++) {
            mac.append(':').append(segment.id(), 2 * i, 2 * i + 2);
        }
        return mac.toString();
    }
}
