package io.felucca.linux.kernel.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** Reads attributes of netlink messages (struct nlattr). */
final class NetlinkAttributes {

    private static final int TYPE_MASK = 0x3fff;

    private NetlinkAttributes() {}

    /** Values by type, from an offset to the buffer's limit. */
    static Map<Integer, byte[]> read(ByteBuffer from, int start) {
        Map<Integer, byte[]> attributes = new HashMap<>();
        for (int at = start; at + 4 <= from.limit(); ) {
            int length = from.getShort(at) & 0xffff;
            byte[] value = new byte[Math.max(0, length - 4)];
            from.get(at + 4, value);
            attributes.put(from.getShort(at + 2) & TYPE_MASK, value);
            at += Math.max(4, length + 3 & ~3);
        }
        return attributes;
    }

    static ByteBuffer wrap(byte[] value) {
        return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
    }
}
