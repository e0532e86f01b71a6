package io.felucca.linux.kernel;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Native memory of one thread for the arguments of one call: reset, take what is needed, call, read results. It holds
 * two longest paths and a few structs; what is larger goes to {@link #large}.
 */
final class Scratch {

    static final int LARGE_BYTES = 65536 + 4096;

    private static final int SMALL_BYTES = 20 * 1024;
    private static final MemoryIO MEMORY = MemoryIO.getInstance();
    private static final ThreadLocal<Scratch> THREADS = ThreadLocal.withInitial(Scratch::new);

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SMALL_BYTES).order(ByteOrder.nativeOrder());
    private final long base = MEMORY.getDirectBufferAddress(buffer);
    private ByteBuffer large;
    private long largeAddress;
    private int next;

    private Scratch() {}

    static Scratch get() {
        return THREADS.get();
    }

    static long address(ByteBuffer direct) {
        return MEMORY.getDirectBufferAddress(direct);
    }

    static String cString(long address) {
        return new String(MEMORY.getZeroTerminatedByteArray(address), StandardCharsets.UTF_8);
    }

    Scratch reset() {
        next = 0;
        return this;
    }

    int mark() {
        return next;
    }

    /** Gives back what was taken since the mark. */
    void rewind(int mark) {
        next = mark;
    }

    /** Reserves bytes (not cleared), eight-byte aligned. */
    long take(int sizeBytes) {
        int offset = (next + 7) & ~7;
        if (offset + sizeBytes > SMALL_BYTES) {
            throw new IllegalStateException("scratch memory exhausted by " + sizeBytes + " bytes");
        }
        next = offset + sizeBytes;
        return base + offset;
    }

    long takeCleared(int sizeBytes) {
        long address = take(sizeBytes);
        int offset = (int) (address - base);
        for (int i = 0; i < sizeBytes; i++) {
            buffer.put(offset + i, (byte) 0);
        }
        return address;
    }

    /** Copies a name or path with a NUL behind; one that is too long for any path is cut to fail with ENAMETOOLONG. */
    long bytes(byte[] value) {
        int length = Math.min(value.length, 4200);
        long address = take(length + 1);
        int offset = (int) (address - base);
        buffer.put(offset, value, 0, length);
        buffer.put(offset + length, (byte) 0);
        return address;
    }

    long text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    void putLong(long address, long value) {
        buffer.putLong((int) (address - base), value);
    }

    void putInt(long address, int value) {
        buffer.putInt((int) (address - base), value);
    }

    void putShort(long address, int value) {
        buffer.putShort((int) (address - base), (short) value);
    }

    long getLong(long address) {
        return buffer.getLong((int) (address - base));
    }

    int getInt(long address) {
        return buffer.getInt((int) (address - base));
    }

    int getShort(long address) {
        return buffer.getShort((int) (address - base)) & 0xffff;
    }

    void putBytes(long address, byte[] value) {
        buffer.put((int) (address - base), value);
    }

    byte[] getBytes(long address, int length) {
        byte[] value = new byte[length];
        buffer.get((int) (address - base), value);
        return value;
    }

    /** A buffer for the largest extended attribute or a batch of directory entries. */
    ByteBuffer large() {
        if (large == null) {
            large = ByteBuffer.allocateDirect(LARGE_BYTES).order(ByteOrder.nativeOrder());
            largeAddress = MEMORY.getDirectBufferAddress(large);
        }
        return large.clear();
    }

    long largeAddress() {
        large();
        return largeAddress;
    }
}
