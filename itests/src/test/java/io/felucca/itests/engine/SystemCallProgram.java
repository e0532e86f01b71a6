package io.felucca.itests.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The smallest program that makes one system call: it ends with the call's errno, or with 0 to 255 made of what it gave.
 * A static ELF file for x86-64 (System V ABI, AMD64 supplement: 64 bytes of header, one segment, the code).
 */
public final class SystemCallProgram {

    private static final int ADDRESS = 0x400000;
    private static final int HEADERS = 64 + 56;

    private SystemCallProgram() {}

    /** @param number of the call in the kernel's table for x86-64 */
    public static byte[] of(int number, int first, int second, int third) {
        ByteBuffer file = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        file.putShort((short) 2).putShort((short) 62).putInt(1); // an executable, x86-64
        file.putLong(ADDRESS + HEADERS).putLong(64).putLong(0).putInt(0); // entry, program headers, no sections
        file.putShort((short) 64).putShort((short) 56).putShort((short) 1);
        file.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        file.putInt(1).putInt(5).putLong(0).putLong(ADDRESS).putLong(ADDRESS); // loaded, to be read and executed
        file.putLong(512).putLong(512).putLong(0x1000);
        file.put((byte) 0xb8).putInt(number); // mov eax
        file.put((byte) 0xbf).putInt(first); // mov edi
        file.put((byte) 0xbe).putInt(second); // mov esi
        file.put((byte) 0xba).putInt(third); // mov edx
        file.put(new byte[] {0x0f, 0x05}); // syscall
        file.put(new byte[] {(byte) 0xf7, (byte) 0xd8, (byte) 0x89, (byte) 0xc7}); // neg eax; mov edi, eax
        file.put((byte) 0xb8).putInt(60); // mov eax: exit
        file.put(new byte[] {0x0f, 0x05});
        return file.array();
    }
}
