package io.felucca.networks.address;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The addresses of one subnet. The lowest that is free is given, as dockerd 20.10 does, so that a container that restarts
 * alone keeps its own. Not thread-safe: {@link Ipam} is.
 */
final class AddressPool {

    private final Cidr subnet;
    private final BigInteger first;
    private final BigInteger last;
    private final BigInteger subnetFirst;
    private final BigInteger subnetLast;
    private final Set<BigInteger> taken = new HashSet<>();
    /** All below it are taken. */
    private BigInteger lowest;

    /** @param range that addresses are chosen from, the whole subnet or a part of it */
    AddressPool(Cidr subnet, Cidr range) {
        this.subnet = subnet.network();
        BigInteger base = Addresses.number(this.subnet.address());
        BigInteger top = base.add(size(subnet)).subtract(BigInteger.ONE);
        // A subnet of one or two addresses has neither a number of its own nor a broadcast address (RFC 3021).
        boolean small = size(subnet).intValue() > 0 && size(subnet).bitLength() <= 2;
        subnetFirst = small ? base : base.add(BigInteger.ONE);
        subnetLast = small || subnet.isIpv6() ? top : top.subtract(BigInteger.ONE);
        BigInteger from = Addresses.number(range.network().address());
        first = from.max(subnetFirst);
        last = from.add(size(range)).subtract(BigInteger.ONE).min(subnetLast);
        lowest = first;
    }

    private static BigInteger size(Cidr cidr) {
        return BigInteger.ONE.shiftLeft(cidr.address().getAddress().length * 8 - cidr.prefixLength());
    }

    Cidr subnet() {
        return subnet;
    }

    /** Empty when none is free. */
    Optional<InetAddress> takeAny() {
        while (lowest.compareTo(last) <= 0 && taken.contains(lowest)) {
            lowest = lowest.add(BigInteger.ONE);
        }
        if (lowest.compareTo(last) > 0) {
            return Optional.empty();
        }
        taken.add(lowest);
        return Optional.of(Addresses.address(lowest, subnet.address().getAddress().length));
    }

    /** @throws FeluccaException FORBIDDEN when it is taken or means the network or all of it, INVALID outside of it */
    void take(InetAddress address) {
        BigInteger number = Addresses.number(address);
        if (!subnet.contains(address)) {
            throw FeluccaException.invalid("Requested address is out of range");
        }
        if (number.compareTo(subnetFirst) < 0 || number.compareTo(subnetLast) > 0 || !taken.add(number)) {
            throw FeluccaException.forbidden("Address already in use");
        }
    }

    void free(InetAddress address) {
        BigInteger number = Addresses.number(address);
        if (taken.remove(number) && number.compareTo(lowest) < 0 && number.compareTo(first) >= 0) {
            lowest = number;
        }
    }
}
