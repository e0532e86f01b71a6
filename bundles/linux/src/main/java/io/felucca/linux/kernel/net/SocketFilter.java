package io.felucca.linux.kernel.net;

import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A program of classic BPF (linux/filter.h) by which the kernel chooses what a socket gets. What it is not to get takes no
 * room in it. One that reads behind a message's end drops it.
 */
final class SocketFilter {

    private static final Libc.Function SET_OPTION = Libc.function("setsockopt");
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int INSTRUCTION_BYTES = 8;
    private static final int LOAD_WORD = 0x20;
    private static final int LOAD_BYTE = 0x30;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;

    private final ByteBuffer program;

    SocketFilter(int instructions) {
        program = ByteBuffer.allocateDirect(instructions * INSTRUCTION_BYTES).order(ByteOrder.nativeOrder());
    }

    SocketFilter loadByte(int offset) {
        return add(LOAD_BYTE, 0, 0, offset);
    }

    /** Four bytes, the first of them the highest. */
    SocketFilter loadWord(int offset) {
        return add(LOAD_WORD, 0, 0, offset);
    }

    /** @param thenSkip how many instructions to skip where what was loaded is that value; else otherwiseSkip */
    SocketFilter compare(int value, int thenSkip, int otherwiseSkip) {
        return add(JUMP_IF_EQUAL, thenSkip, otherwiseSkip, value);
    }

    SocketFilter drop() {
        return add(RETURN, 0, 0, 0);
    }

    SocketFilter accept() {
        return add(RETURN, 0, 0, -1);
    }

    private SocketFilter add(int code, int thenSkip, int otherwiseSkip, int value) {
        program.putShort((short) code)
                .put((byte) thenSkip)
                .put((byte) otherwiseSkip)
                .putInt(value);
        return this;
    }

    void attach(KernelFd socket) {
        Scratch scratch = Scratch.get().reset();
        long filter = scratch.takeCleared(16);
        scratch.putShort(filter, program.capacity() / INSTRUCTION_BYTES);
        scratch.putLong(filter + 8, Scratch.address(program));
        socket.check(SET_OPTION, SET_OPTION.call(socket.number(), SOL_SOCKET, SO_ATTACH_FILTER, filter, 16));
    }
}
