package io.felucca.networks.state;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import io.felucca.networks.Network;
import io.felucca.networks.record.NetworkRecord;
import io.felucca.networks.settings.NetworkDefaults;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The networks that are always there, with the settings of this start of the engine. */
public final class Predefined {

    public static final String BRIDGE = "bridge";
    public static final String HOST = "host";
    public static final String NONE = "none";
    static final Set<String> NAMES = Set.of(BRIDGE, HOST, NONE);
    /** Docker's word for the network of a container that names none. */
    public static final String DEFAULT = "default";

    private static final String OPTION = "com.docker.network.bridge.";

    private final NetworkDefaults defaults;

    public Predefined(NetworkDefaults defaults) {
        this.defaults = defaults;
    }

    static boolean isReserved(String name) {
        return NAMES.contains(name) || name.equals(DEFAULT);
    }

    /** @param old what is on disk, whose ids stay */
    List<NetworkRecord> records(Collection<NetworkRecord> old) {
        List<NetworkRecord> records = new ArrayList<>();
        records.add(plain(NONE, find(old, NONE)));
        records.add(plain(HOST, find(old, HOST)));
        if (!defaults.bridge().equals(NetworkDefaults.NO_BRIDGE)) {
            records.add(bridge(find(old, BRIDGE)));
        }
        return records;
    }

    private static Optional<NetworkRecord> find(Collection<NetworkRecord> records, String name) {
        return records.stream().filter(record -> record.name().equals(name)).findFirst();
    }

    /** Docker's name for the driver of none is null. */
    private static NetworkRecord plain(String name, Optional<NetworkRecord> old) {
        return old.orElseGet(() -> record(name, false, Network.Ipam.DEFAULT, Map.of(), Optional.empty()));
    }

    private NetworkRecord bridge(Optional<NetworkRecord> old) {
        Map<String, String> options = new TreeMap<>();
        options.put(OPTION + "default_bridge", "true");
        options.put(OPTION + "enable_icc", Boolean.toString(defaults.icc()));
        options.put(OPTION + "enable_ip_masquerade", "true");
        options.put(OPTION + "host_binding_ipv4", "0.0.0.0");
        options.put(OPTION + "name", defaults.bridge());
        options.put("com.docker.network.driver.mtu", "1500");
        String address = defaults.bip().isEmpty() ? addressOf(defaults.bridge()) : defaults.bip();
        List<Network.Pool> pools = new ArrayList<>();
        if (address.isEmpty()) {
            pools.addAll(kept(old, false));
        } else {
            pools.add(pool(Cidr.parse(address)));
        }
        if (!defaults.fixedCidrV6().isEmpty()) {
            pools.add(new Network.Pool(defaults.fixedCidrV6(), "", "", Map.of()));
        } else if (defaults.ipv6()) {
            pools.addAll(kept(old, true));
        }
        return record(BRIDGE, defaults.ipv6(), new Network.Ipam("default", null, pools), options, old);
    }

    /** What an engine before chose. */
    private static List<Network.Pool> kept(Optional<NetworkRecord> old, boolean ipv6) {
        return old.map(record -> record.ipam().pools()).orElse(List.of()).stream()
                .filter(pool -> pool.subnet().contains(":") == ipv6)
                .toList();
    }

    private static Network.Pool pool(Cidr address) {
        Cidr subnet = address.network();
        return new Network.Pool(subnet.toString(), "", Cidr.text(address.address()), Map.of());
    }

    private static NetworkRecord record(
            String name, boolean ipv6, Network.Ipam ipam, Map<String, String> options, Optional<NetworkRecord> old) {
        return new NetworkRecord(
                old.map(NetworkRecord::id).orElseGet(Ids::next),
                name,
                old.map(NetworkRecord::created).orElseGet(() -> Instant.now().toString()),
                name,
                ipv6,
                ipam,
                false,
                false,
                options,
                Map.of(),
                old.map(NetworkRecord::chosenSubnets).orElse(Set.of()),
                false);
    }

    /** Of a bridge that somebody else made and {@code --bridge} names; empty when there is none. */
    private static String addressOf(String device) {
        try {
            NetworkInterface found = NetworkInterface.getByName(device);
            if (found == null) {
                return "";
            }
            for (InterfaceAddress address : found.getInterfaceAddresses()) {
                if (address.getAddress().getAddress().length == 4) {
                    return address.getAddress().getHostAddress() + "/" + address.getNetworkPrefixLength();
                }
            }
            return "";
        } catch (SocketException e) {
            throw FeluccaException.system("cannot read the addresses of " + device + ": " + e.getMessage(), e);
        }
    }
}
