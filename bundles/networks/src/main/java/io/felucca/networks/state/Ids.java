package io.felucca.networks.state;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids of networks and endpoints: 64 hexadecimal digits. */
final class Ids {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    static String next() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A hardware address that is nobody's: locally administered, as Docker's. */
    static String mac() {
        byte[] bytes = {2, 0x42, 0, 0, 0, 0};
        byte[] random = new byte[4];
        RANDOM.nextBytes(random);
        System.arraycopy(random, 0, bytes, 2, 4);
        return HexFormat.ofDelimiter(":").formatHex(bytes);
    }
}
