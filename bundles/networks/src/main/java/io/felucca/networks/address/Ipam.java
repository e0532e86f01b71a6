package io.felucca.networks.address;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import io.felucca.networks.Network.Pool;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Which addresses of which network are taken. It lives in the heap: the networks' records and the containers' are what is
 * on disk, and all of theirs are taken again before the first new one is given. Thread-safe.
 */
public final class Ipam {

    private final DefaultPools defaults;
    /** Networks that the host reaches otherwise, which no automatic pool may hide. */
    private final Supplier<List<Cidr>> routes;

    private final Map<String, List<AddressPool>> pools = new TreeMap<>();

    public Ipam(DefaultPools defaults, Supplier<List<Cidr>> routes) {
        this.defaults = defaults;
        this.routes = routes;
    }

    /** Pools, the host's addresses in them, and the subnets that were not asked for. */
    public record Settled(List<Pool> pools, List<Cidr> gateways, Set<String> chosen) {}

    /**
     * Takes the pools of a network: those asked for, and one of the defaults for each family that has none.
     *
     * @param asked one of an empty subnet is a default pool
     * @throws FeluccaException FORBIDDEN for an overlap, INVALID for what cannot be right, NOT_FOUND when no default is free
     */
    public synchronized Settled open(String networkId, List<Pool> asked, boolean ipv6) {
        List<AddressPool> made = new ArrayList<>();
        List<Pool> settled = new ArrayList<>();
        List<Cidr> gateways = new ArrayList<>();
        Set<String> chosen = new HashSet<>();
        // IPv4 first, as dockerd shows them whatever the order they came in.
        List<Pool> wanted = new ArrayList<>(asked);
        wanted.sort(Comparator.comparing(pool -> pool.subnet().contains(":")));
        if (wanted.stream().allMatch(pool -> pool.subnet().contains(":"))) {
            wanted.add(0, new Pool("", "", "", Map.of()));
        }
        if (ipv6 && wanted.stream().noneMatch(pool -> pool.subnet().contains(":"))) {
            wanted.add(new Pool("", "", "", Map.of()));
        }
        for (Pool pool : wanted) {
            boolean automatic = pool.subnet().isEmpty();
            Cidr subnet = automatic ? choose(made, ipv6 && !made.isEmpty()) : subnet(pool.subnet());
            if (subnet.isIpv6() && !ipv6) {
                settled.add(pool);
                continue;
            }
            if (overlaps(subnet, made)) {
                throw FeluccaException.forbidden("Pool overlaps with other one on this address space");
            }
            AddressPool addresses = new AddressPool(subnet, range(pool, subnet));
            InetAddress gateway = pool.gateway().isEmpty()
                    ? addresses
                            .takeAny()
                            .orElseThrow(() -> FeluccaException.unavailable(
                                    "failed to allocate gateway (): No available addresses on this pool"))
                    : takeGateway(pool.gateway(), addresses);
            pool.auxAddresses().forEach((name, address) -> takeAuxiliary(name, address, addresses));
            made.add(addresses);
            gateways.add(new Cidr(gateway, subnet.prefixLength()));
            if (automatic) {
                String text = addresses.subnet().toString();
                chosen.add(text);
                settled.add(new Pool(text, "", Cidr.text(gateway), Map.of()));
            } else {
                settled.add(pool);
            }
        }
        pools.put(networkId, made);
        return new Settled(List.copyOf(settled), List.copyOf(gateways), Set.copyOf(chosen));
    }

    public synchronized void close(String networkId) {
        pools.remove(networkId);
    }

    private static void takeAuxiliary(String name, String text, AddressPool addresses) {
        try {
            addresses.take(Cidr.parseAddress(text));
        } catch (FeluccaException e) {
            throw new FeluccaException(
                    e.kind(),
                    "failed to allocate secondary ip address (" + name + ":" + text + "): " + e.getMessage(),
                    e);
        }
    }

    private static InetAddress takeGateway(String text, AddressPool addresses) {
        try {
            InetAddress address = Cidr.parseAddress(text);
            addresses.take(address);
            return address;
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "failed to allocate gateway (" + text + "): " + e.getMessage(), e);
        }
    }

    private static Cidr subnet(String text) {
        try {
            return Cidr.parse(text);
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "Invalid subnet " + text + " : " + e.getMessage(), e);
        }
    }

    private static Cidr range(Pool pool, Cidr subnet) {
        if (pool.ipRange().isEmpty()) {
            return subnet;
        }
        Cidr range = Cidr.parse(pool.ipRange());
        if (!subnet.contains(range.address()) || range.prefixLength() < subnet.prefixLength()) {
            throw FeluccaException.invalid("no matching subnet for range " + pool.ipRange());
        }
        return range;
    }

    private Cidr choose(List<AddressPool> made, boolean ipv6) {
        List<Cidr> reached = routes.get();
        return defaults.subnets(ipv6)
                .filter(candidate -> reached.stream().noneMatch(candidate::overlaps) && !overlaps(candidate, made))
                .findFirst()
                .orElseThrow(() -> FeluccaException.notFound("could not find an available, non-overlapping IPv"
                        + (ipv6 ? 6 : 4) + " address pool among the defaults to assign to the network"));
    }

    private boolean overlaps(Cidr subnet, List<AddressPool> more) {
        return pools.values().stream()
                        .flatMap(List::stream)
                        .anyMatch(pool -> pool.subnet().overlaps(subnet))
                || more.stream().anyMatch(pool -> pool.subnet().overlaps(subnet));
    }

    /** Takes any address of a family; empty when the network has no pool of it. */
    public synchronized Optional<Cidr> take(String networkId, boolean ipv6, String network) {
        boolean there = false;
        for (AddressPool pool : pools.getOrDefault(networkId, List.of())) {
            if (pool.subnet().isIpv6() == ipv6) {
                there = true;
                Optional<InetAddress> address = pool.takeAny();
                if (address.isPresent()) {
                    return Optional.of(new Cidr(address.get(), pool.subnet().prefixLength()));
                }
            }
        }
        if (there) {
            throw FeluccaException.unavailable("no available " + (ipv6 ? "IPv6" : "IPv4")
                    + " addresses on this network's address pools: " + network + " (" + networkId + ")");
        }
        return Optional.empty();
    }

    /** Takes that address. @throws FeluccaException INVALID when no pool has it, FORBIDDEN when it is taken */
    public synchronized Cidr take(String networkId, InetAddress address) {
        for (AddressPool pool : pools.getOrDefault(networkId, List.of())) {
            if (pool.subnet().contains(address)) {
                pool.take(address);
                return new Cidr(address, pool.subnet().prefixLength());
            }
        }
        throw FeluccaException.invalid(
                "Invalid address " + Cidr.text(address) + ": It does not belong to any of this network's subnets");
    }

    /** Giving back what is free is no error. */
    public synchronized void free(String networkId, InetAddress address) {
        for (AddressPool pool : pools.getOrDefault(networkId, List.of())) {
            if (pool.subnet().contains(address)) {
                pool.free(address);
            }
        }
    }
}
