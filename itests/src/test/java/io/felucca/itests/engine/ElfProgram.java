package io.felucca.itests.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A static ELF file for x86-64 that makes system calls and nothing else (System V ABI, AMD64 supplement: 64 bytes of
 * header, one segment, the code). Its calls are made in the order in which they are added, their numbers the kernel's.
 */
public final class ElfProgram {

    private static final int ADDRESS = 0x400000;
    private static final int HEADERS = 64 + 56;
    private static final int SIZE = 4096;
    /** Where texts lie: behind all code that fits. */
    private static final int TEXTS = 2048;

    /** The registers of a call's arguments, as the instruction that moves a constant of 32 bits into each. */
    private static final List<byte[]> MOVES = List.of(
            new byte[] {(byte) 0xbf}, // edi
            new byte[] {(byte) 0xbe}, // esi
            new byte[] {(byte) 0xba}, // edx
            new byte[] {0x41, (byte) 0xba}, // r10d
            new byte[] {0x41, (byte) 0xb8}); // r8d

    private static final int EXIT = 60;

    private final List<byte[]> code = new ArrayList<>();
    private final ByteArrayOutputStream texts = new ByteArrayOutputStream();

    /** @param arguments numbers, or texts of which the call gets the address */
    public ElfProgram call(int number, Object... arguments) {
        add(new byte[] {(byte) 0xb8}, number); // mov eax
        for (int i = 0; i < arguments.length; i++) {
            add(MOVES.get(i), arguments[i] instanceof String text ? place(text) : (Integer) arguments[i]);
        }
        code.add(new byte[] {0x0f, 0x05}); // syscall
        return this;
    }

    /** A call that is made only when the one before it gave 0. */
    public ElfProgram then(int number, Object... arguments) {
        int before = code.size();
        call(number, arguments);
        byte length = (byte) length(code.subList(before, code.size()));
        code.add(before, new byte[] {(byte) 0x85, (byte) 0xc0, 0x75, length}); // test eax, eax; jnz behind it
        return this;
    }

    private static int length(List<byte[]> parts) {
        return parts.stream().mapToInt(part -> part.length).sum();
    }

    private int place(String text) {
        int address = ADDRESS + TEXTS + texts.size();
        texts.writeBytes((text + "\0").getBytes(StandardCharsets.UTF_8));
        return address;
    }

    private void add(byte[] instruction, int constant) {
        code.add(instruction);
        code.add(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(constant)
                .array());
    }

    /** It ends with the last call's errno, or with 0 to 255 made of what that gave. */
    public byte[] ending() {
        code.add(new byte[] {(byte) 0xf7, (byte) 0xd8, (byte) 0x89, (byte) 0xc7}); // neg eax; mov edi, eax
        return call(EXIT).file();
    }

    /** It makes its calls again and again, whatever they give. */
    public byte[] endless() {
        add(new byte[] {(byte) 0xe9}, -(length(code) + 5)); // jmp to the first
        return file();
    }

    private byte[] file() {
        ByteBuffer file = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        file.putShort((short) 2).putShort((short) 62).putInt(1); // an executable, x86-64
        file.putLong(ADDRESS + HEADERS).putLong(64).putLong(0).putInt(0); // entry, program headers, no sections
        file.putShort((short) 64).putShort((short) 56).putShort((short) 1);
        file.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        file.putInt(1).putInt(5).putLong(0).putLong(ADDRESS).putLong(ADDRESS); // loaded, to be read and executed
        file.putLong(SIZE).putLong(SIZE).putLong(0x1000);
        code.forEach(file::put);
        if (file.position() > TEXTS) {
            throw new IllegalStateException("more code than fits: " + file.position());
        }
        return file.position(TEXTS).put(texts.toByteArray()).array();
    }
}
