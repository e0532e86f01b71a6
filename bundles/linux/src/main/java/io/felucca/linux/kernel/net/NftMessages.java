package io.felucca.linux.kernel.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes messages for nfnetlink one behind the other: numbers in attributes are of network byte order. */
final class NftMessages {

    static final int SUBSYSTEM = 10;
    static final int BATCH_BEGIN = 0x10;
    static final int BATCH_END = 0x11;

    private static final int NESTED = 0x8000;
    private static final int FLAGS_AT = 6;

    private ByteBuffer buffer = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
    private int start;
    private int sequence;

    /** A message of nf_tables. */
    NftMessages begin(int type, int flags, int family) {
        return begin(SUBSYSTEM << 8 | type, flags, family, 0);
    }

    /** The begin or the end of a transaction. */
    NftMessages batch(int type) {
        return begin(type, NetlinkMessages.REQUEST, 0, SUBSYSTEM).end();
    }

    private NftMessages begin(int type, int flags, int family, int resource) {
        room(NetlinkMessages.HEADER_BYTES + 4);
        start = buffer.position();
        buffer.putInt(0).putShort((short) type).putShort((short) flags);
        buffer.putInt(sequence++).putInt(0);
        // struct nfgenmsg: the last number is of network byte order.
        buffer.put((byte) family).put((byte) 0).put((byte) (resource >> 8)).put((byte) resource);
        return this;
    }

    NftMessages end() {
        buffer.putInt(start, buffer.position() - start);
        return this;
    }

    /** Has the kernel answer the message that was written last, also when all went well. */
    void acknowledgeLast() {
        int flags = buffer.getShort(start + FLAGS_AT);
        buffer.putShort(start + FLAGS_AT, (short) (flags | NetlinkMessages.ACK));
    }

    NftMessages attribute(int type, byte... value) {
        room(value.length + 8);
        buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        while ((buffer.position() & 3) != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }

    NftMessages number(int type, int value) {
        return attribute(type, (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value);
    }

    NftMessages text(int type, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        byte[] ended = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, ended, 0, bytes.length);
        return attribute(type, ended);
    }

    /** Begins an attribute of attributes; what it returns goes to {@link #endNest}. */
    int nest(int type) {
        room(4);
        int at = buffer.position();
        buffer.putShort((short) 0).putShort((short) (type | NESTED));
        return at;
    }

    NftMessages endNest(int nest) {
        buffer.putShort(nest, (short) (buffer.position() - nest));
        return this;
    }

    int length() {
        return buffer.position() - start;
    }

    /** The number that the next message gets. */
    int next() {
        return sequence;
    }

    ByteBuffer toSend() {
        return buffer.flip();
    }

    private void room(int bytes) {
        if (buffer.remaining() < bytes) {
            ByteBuffer larger =
                    ByteBuffer.allocate(2 * buffer.capacity() + bytes).order(ByteOrder.nativeOrder());
            buffer = larger.put(buffer.flip());
        }
    }
}
