package io.felucca.networks.address;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where subnets that nobody asked for come from: dockerd's {@code --default-address-pool}, and its defaults (20.10; for
 * IPv6 those of 27, a unique local prefix of each engine's own).
 */
public final class DefaultPools {

    private static final int SUBNETS_MAX = 1 << 16;
    private static final int GLOBAL_ID_DIGITS = 10;

    /** A network that is given away in parts of this prefix length. */
    private record Base(Cidr network, int size) {

        Base {
            if (size < network.prefixLength() || size > network.address().getAddress().length * 8) {
                throw FeluccaException.invalid(
                        "invalid default address pool " + network + ": size " + size + " is not in it");
            }
        }

        Stream<Cidr> subnets() {
            int bytes = network.address().getAddress().length;
            int count = Math.min(SUBNETS_MAX, 1 << Math.min(30, size - network.prefixLength()));
            BigInteger first = Addresses.number(network.address());
            BigInteger step = BigInteger.ONE.shiftLeft(bytes * 8 - size);
            return IntStream.range(0, count)
                    .mapToObj(i -> first.add(step.multiply(BigInteger.valueOf(i))))
                    .map(number -> new Cidr(Addresses.address(number, bytes), size));
        }
    }

    private final List<Base> bases;

    private DefaultPools(List<Base> bases) {
        this.bases = List.copyOf(bases);
    }

    /**
     * @param words {@code base=10.0.0.0/8,size=24} each; a family that none is of has Docker's
     * @param engineId hexadecimal digits, from which the IPv6 prefix is made (RFC 4193, 3.2)
     * @throws FeluccaException INVALID, naming the word
     */
    public static DefaultPools of(List<String> words, String engineId) {
        List<Base> bases =
                new ArrayList<>(words.stream().map(DefaultPools::parse).toList());
        if (bases.stream().allMatch(base -> base.network.isIpv6())) {
            for (int second = 17; second < 32; second++) {
                bases.add(new Base(Cidr.parse("172." + second + ".0.0/16"), 16));
            }
            bases.add(new Base(Cidr.parse("192.168.0.0/16"), 20));
        }
        if (bases.stream().noneMatch(base -> base.network.isIpv6())) {
            String id = engineId.substring(0, GLOBAL_ID_DIGITS);
            String prefix = "fd" + id.substring(0, 2) + ":" + id.substring(2, 6) + ":" + id.substring(6);
            bases.add(new Base(Cidr.parse(prefix + "::/48"), 64));
        }
        return new DefaultPools(bases);
    }

    private static Base parse(String word) {
        String base = "";
        int size = -1;
        for (String pair : word.split(",")) {
            if (pair.startsWith("base=")) {
                base = pair.substring("base=".length());
            } else if (pair.matches("size=[0-9]{1,3}")) {
                size = Integer.parseInt(pair.substring("size=".length()));
            }
        }
        if (base.isEmpty() || size < 0) {
            throw FeluccaException.invalid(
                    "invalid default address pool '" + word + "': write it as base=10.0.0.0/8,size=24");
        }
        return new Base(Cidr.parse(base).network(), size);
    }

    Stream<Cidr> subnets(boolean ipv6) {
        return bases.stream().filter(base -> base.network.isIpv6() == ipv6).flatMap(Base::subnets);
    }
}
