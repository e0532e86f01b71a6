package io.felucca.network.spi;

import io.felucca.FeluccaException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An address with the length of its network's prefix: {@code 172.17.0.2/16}, {@code fd00::2/64}. The host's bits are kept.
 */
public record Cidr(InetAddress address, int prefixLength) {

    /** What no host name looks like, so that parsing asks no name server. */
    private static final Pattern LITERAL = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*");

    public Cidr {
        if (prefixLength < 0 || prefixLength > address.getAddress().length * 8) {
            throw FeluccaException.invalid("invalid CIDR address: " + address.getHostAddress() + "/" + prefixLength);
        }
    }

    /** @throws FeluccaException INVALID, with Go's text, for anything but an address, a slash and a length */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        try {
            return new Cidr(parseAddress(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        } catch (IndexOutOfBoundsException | NumberFormatException | FeluccaException e) {
            throw new FeluccaException(FeluccaException.Kind.INVALID, "invalid CIDR address: " + text, e);
        }
    }

    /** Reads an address as it is written, never a name. @throws FeluccaException INVALID for anything else */
    public static InetAddress parseAddress(String text) {
        try {
            if (LITERAL.matcher(text).matches()) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            throw new FeluccaException(FeluccaException.Kind.INVALID, "invalid IP address: " + text, e);
        }
        throw FeluccaException.invalid("invalid IP address: " + text);
    }

    public boolean isIpv6() {
        return address.getAddress().length == 16;
    }

    /** The same network with the host's bits cleared. */
    public Cidr network() {
        byte[] bytes = address.getAddress();
        for (int bit = prefixLength; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        try {
            return new Cidr(InetAddress.getByAddress(bytes), prefixLength);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether an address lies in this network. */
    public boolean contains(InetAddress other) {
        return other.getAddress().length == address.getAddress().length
                && new Cidr(other, prefixLength).network().equals(network());
    }

    /** Whether two networks have an address in common. */
    public boolean overlaps(Cidr other) {
        return prefixLength <= other.prefixLength ? contains(other.address) : other.contains(address);
    }

    /** As it is written: {@code 172.17.0.2/16}. */
    @Override
    public String toString() {
        return text(address) + "/" + prefixLength;
    }

    /** An address as Docker writes it: for IPv6 the shortest form (RFC 5952). */
    public static String text(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return address.getHostAddress();
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
        }
        int start = -1;
        int longest = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > longest) {
                start = i;
                longest = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
            } else {
                if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
