package io.felucca.networks.address;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** Addresses as numbers. */
public final class Addresses {

    private Addresses() {}

    static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    static InetAddress address(BigInteger number, int bytes) {
        byte[] all = number.toByteArray();
        byte[] address = new byte[bytes];
        int length = Math.min(all.length, bytes);
        System.arraycopy(all, all.length - length, address, bytes - length, length);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Docker's hardware address of an IPv4 address: {@code 02:42} and its four bytes. */
    public static String mac(InetAddress ipv4) {
        return HexFormat.ofDelimiter(":").formatHex(new byte[] {
            2, 0x42, ipv4.getAddress()[0], ipv4.getAddress()[1], ipv4.getAddress()[2], ipv4.getAddress()[3]
        });
    }
}
