package io.felucca.linux.kernel.net;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes netlink messages one behind the other (netlink(7)): begin, the family's header, attributes, end. */
final class NetlinkMessages {

    static final int REQUEST = 0x1;
    static final int ACK = 0x4;
    static final int REPLACE = 0x100;
    static final int DUMP = 0x300;
    static final int EXCLUSIVE = 0x200;
    static final int CREATE = 0x400;
    static final int HEADER_BYTES = 16;

    private static final int NESTED = 0x8000;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(8 * 1024).order(ByteOrder.nativeOrder());
    private int start;
    private int sequence;

    NetlinkMessages clear() {
        buffer.clear();
        sequence = 0;
        return this;
    }

    NetlinkMessages begin(int type, int flags) {
        start = buffer.position();
        buffer.putInt(0).putShort((short) type).putShort((short) flags);
        buffer.putInt(sequence++).putInt(0);
        return this;
    }

    NetlinkMessages end() {
        align();
        buffer.putInt(start, buffer.position() - start);
        return this;
    }

    NetlinkMessages u8(int value) {
        buffer.put((byte) value);
        return this;
    }

    NetlinkMessages u16(int value) {
        buffer.putShort((short) value);
        return this;
    }

    NetlinkMessages u32(int value) {
        buffer.putInt(value);
        return this;
    }

    NetlinkMessages attribute(int type, byte... value) {
        buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        return align();
    }

    NetlinkMessages attribute(int type, int value) {
        buffer.putShort((short) 8).putShort((short) type).putInt(value);
        return this;
    }

    NetlinkMessages attribute(int type, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        buffer.putShort((short) (5 + bytes.length))
                .putShort((short) type)
                .put(bytes)
                .put((byte) 0);
        return align();
    }

    NetlinkMessages attribute(int type, InetAddress value) {
        return attribute(type, value.getAddress());
    }

    /** An attribute of attributes that are written already. */
    NetlinkMessages nested(int type, byte[] attributes) {
        return attribute(type | NESTED, attributes);
    }

    /** Begins an attribute of attributes; what it returns goes to {@link #endNest}. */
    int nest(int type) {
        int at = buffer.position();
        buffer.putShort((short) 0).putShort((short) (type | NESTED));
        return at;
    }

    NetlinkMessages endNest(int nest) {
        buffer.putShort(nest, (short) (buffer.position() - nest));
        return this;
    }

    private NetlinkMessages align() {
        while ((buffer.position() & 3) != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }

    int count() {
        return sequence;
    }

    ByteBuffer toSend() {
        return buffer.flip();
    }
}
