package io.felucca.networks.address;

import io.felucca.FeluccaException;
import io.felucca.network.spi.Cidr;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Where subnets that nobody asked for come from: dockerd's {@code --default-address-pool}, and its defaults (20.10). */
public final class DefaultPools {

    private static final int MOST = 1 << 16;

    private DefaultPools() {}

    /** @param words {@code base=10.0.0.0/8,size=24} each; none for Docker's */
    public static List<Cidr> of(List<String> words) {
        List<Cidr> pools = new ArrayList<>();
        if (words.isEmpty()) {
            for (int second = 17; second < 32; second++) {
                pools.add(Cidr.parse("172." + second + ".0.0/16"));
            }
            pools.addAll(split(Cidr.parse("192.168.0.0/16"), 20));
        }
        for (String word : words) {
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
            pools.addAll(split(Cidr.parse(base).network(), size));
        }
        return List.copyOf(pools);
    }

    private static List<Cidr> split(Cidr base, int size) {
        int bits = base.address().getAddress().length * 8;
        if (size < base.prefixLength() || size > bits) {
            throw FeluccaException.invalid("invalid default address pool " + base + ": size " + size + " is not in it");
        }
        int count = (int) Math.min(MOST, 1L << Math.min(30, size - base.prefixLength()));
        BigInteger step = BigInteger.ONE.shiftLeft(bits - size);
        BigInteger next = Addresses.number(base.address());
        List<Cidr> pools = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pools.add(new Cidr(Addresses.address(next, bits / 8), size));
            next = next.add(step);
        }
        return pools;
    }
}
