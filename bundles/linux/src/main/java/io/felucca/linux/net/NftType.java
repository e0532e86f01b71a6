package io.felucca.linux.net;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a part of a key or value is, with the number by which nft(8) knows the type. */
public enum NftType {
    IPV4(7, 4),
    IPV6(8, 16),
    PROTOCOL(12, 1),
    PORT(13, 2),
    INTERFACE(41, 16);

    private final int number;
    private final int bytes;

    NftType(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    public int number() {
        return number;
    }

    public int bytes() {
        return bytes;
    }

    /** An {@link InetAddress}, a number or an interface's name as the kernel keeps it. */
    byte[] encode(Object value) {
        ByteBuffer encoded = ByteBuffer.allocate(bytes);
        switch (this) {
            case IPV4, IPV6 -> encoded.put(((InetAddress) value).getAddress());
            case PROTOCOL -> encoded.put(((Integer) value).byteValue());
            case PORT -> encoded.putShort(((Integer) value).shortValue());
            case INTERFACE -> encoded.put(((String) value).getBytes(StandardCharsets.UTF_8));
        }
        return encoded.array();
    }
}
