package io.felucca.linux.kernel.call;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Native memory of one thread for the arguments of one call: reset, take what is needed, call, read results. It holds
 * two longest paths and a few structs; what is larger goes to {@link #large}. The thread holds the memory as objects of
 * the JDK: an object of this bundle would keep the bundle's classes on the threads of a platform that uninstalls it.
 */
public final class Scratch {

    public static final int LARGE_BYTES = 65536 + 4096;

    private static final int SMALL_BYTES = 20 * 1024;
    private static final MemoryIO MEMORY = MemoryIO.getInstance();
    private static final ThreadLocal<Object[]> THREADS = ThreadLocal.withInitial(Scratch::memory);

    /** Where the parts of a thread's memory are. */
    private static final int BUFFER = 0;

    private static final int NUMBERS = 1;
    private static final int LARGE = 2;

    /** Which numbers there are. */
    private static final int BASE = 0;

    private static final int NEXT = 1;
    private static final int LARGE_ADDRESS = 2;

    private final Object[] memory;
    private final ByteBuffer buffer;
    private final long[] numbers;
    private final long base;

    private Scratch(Object[] memory) {
        this.memory = memory;
        buffer = (ByteBuffer) memory[BUFFER];
        numbers = (long[]) memory[NUMBERS];
        base = numbers[BASE];
    }

    private static Object[] memory() {
        ByteBuffer small = ByteBuffer.allocateDirect(SMALL_BYTES).order(ByteOrder.nativeOrder());
        return new Object[] {small, new long[] {address(small), 0, 0}, null};
    }

    public static Scratch get() {
        return new Scratch(THREADS.get());
    }

    public static long address(ByteBuffer direct) {
        return MEMORY.getDirectBufferAddress(direct);
    }

    public static String cString(long address) {
        return new String(MEMORY.getZeroTerminatedByteArray(address), StandardCharsets.UTF_8);
    }

    public Scratch reset() {
        numbers[NEXT] = 0;
        return this;
    }

    public int mark() {
        return (int) numbers[NEXT];
    }

    /** Gives back what was taken since the mark. */
    public void rewind(int mark) {
        numbers[NEXT] = mark;
    }

    /** Reserves bytes (not cleared), eight-byte aligned. */
    public long take(int sizeBytes) {
        int offset = (int) ((numbers[NEXT] + 7) & ~7);
        if (offset + sizeBytes > SMALL_BYTES) {
            throw new IllegalStateException("scratch memory exhausted by " + sizeBytes + " bytes");
        }
        numbers[NEXT] = (long) offset + sizeBytes;
        return base + offset;
    }

    public long takeCleared(int sizeBytes) {
        long address = take(sizeBytes);
        int offset = (int) (address - base);
        for (int i = 0; i < sizeBytes; i++) {
            buffer.put(offset + i, (byte) 0);
        }
        return address;
    }

    /** Copies a name or path with a NUL behind; one that is too long for any path is cut to fail with ENAMETOOLONG. */
    public long bytes(byte[] value) {
        int length = Math.min(value.length, 4200);
        long address = take(length + 1);
        int offset = (int) (address - base);
        buffer.put(offset, value, 0, length);
        buffer.put(offset + length, (byte) 0);
        return address;
    }

    public long text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    public void putLong(long address, long value) {
        buffer.putLong((int) (address - base), value);
    }

    public void putInt(long address, int value) {
        buffer.putInt((int) (address - base), value);
    }

    public void putShort(long address, int value) {
        buffer.putShort((int) (address - base), (short) value);
    }

    public long getLong(long address) {
        return buffer.getLong((int) (address - base));
    }

    public int getInt(long address) {
        return buffer.getInt((int) (address - base));
    }

    public int getShort(long address) {
        return buffer.getShort((int) (address - base)) & 0xffff;
    }

    public void putBytes(long address, byte[] value) {
        buffer.put((int) (address - base), value);
    }

    public byte[] getBytes(long address, int length) {
        byte[] value = new byte[length];
        buffer.get((int) (address - base), value);
        return value;
    }

    /** A buffer for the largest extended attribute or a batch of directory entries. */
    public ByteBuffer large() {
        if (memory[LARGE] == null) {
            ByteBuffer large = ByteBuffer.allocateDirect(LARGE_BYTES).order(ByteOrder.nativeOrder());
            numbers[LARGE_ADDRESS] = address(large);
            memory[LARGE] = large;
        }
        return ((ByteBuffer) memory[LARGE]).clear();
    }

    public long largeAddress() {
        large();
        return numbers[LARGE_ADDRESS];
    }
}
