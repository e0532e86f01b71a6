package io.felucca.testkit.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Runs a compiled seccomp filter on a system call, as the kernel does (seccomp(2), struct seccomp_data; the
 * instructions that libseccomp emits).
 */
public final class BpfFilter {

    public static final int ARCH_X86_64 = 0xC000003E;
    public static final int ARCH_I386 = 0x40000003;
    public static final int ALLOW = 0x7fff0000;
    public static final int ERRNO = 0x00050000;

    private final ByteBuffer code;

    public BpfFilter(byte[] filter) {
        code = ByteBuffer.wrap(filter).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The filter's answer: {@link #ALLOW}, or {@link #ERRNO} and the number of the error. */
    public int run(int architecture, int call, long... arguments) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(0, call).putInt(4, architecture);
        for (int i = 0; i < arguments.length; i++) {
            data.putLong(16 + 8 * i, arguments[i]);
        }
        int accumulator = 0;
        for (int at = 0; ; at++) {
            int operation = code.getShort(at * 8) & 0xffff;
            int ifTrue = code.get(at * 8 + 2) & 0xff;
            int ifFalse = code.get(at * 8 + 3) & 0xff;
            int value = code.getInt(at * 8 + 4);
            switch (operation) {
                case 0x20 -> accumulator = data.getInt(value); // ld [k]
                case 0x54 -> accumulator &= value;
                case 0x05 -> at += value; // ja
                case 0x15 -> at += accumulator == value ? ifTrue : ifFalse;
                case 0x25 -> at += Integer.compareUnsigned(accumulator, value) > 0 ? ifTrue : ifFalse;
                case 0x35 -> at += Integer.compareUnsigned(accumulator, value) >= 0 ? ifTrue : ifFalse;
                case 0x45 -> at += (accumulator & value) != 0 ? ifTrue : ifFalse;
                case 0x06 -> {
                    return value; // ret
                }
                default -> throw new IllegalStateException("unknown instruction " + Integer.toHexString(operation));
            }
        }
    }
}
