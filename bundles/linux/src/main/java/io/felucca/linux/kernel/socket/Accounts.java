package io.felucca.linux.kernel.socket;

import com.kenai.jffi.MemoryIO;
import io.felucca.FeluccaException;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;

/** Numbers of this host's users and groups. The JDK tells a socket's peer by name, or number where there is none. */
final class Accounts {

    private static final Libc.Function GETPWNAM = Libc.function("getpwnam_r");
    private static final Libc.Function GETGRNAM = Libc.function("getgrnam_r");
    /** In struct passwd and struct group the number follows two pointers. */
    private static final int ID_OFFSET = 16;

    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int STRUCT_BYTES = 64;

    private Accounts() {}

    static int uid(String name) {
        return id(GETPWNAM, name);
    }

    static int gid(String name) {
        return id(GETGRNAM, name);
    }

    private static int id(Libc.Function lookUp, String name) {
        MemoryIO memory = MemoryIO.getInstance();
        Scratch scratch = Scratch.get().reset();
        long text = scratch.text(name);
        long struct = scratch.take(STRUCT_BYTES);
        long result = scratch.take(8);
        long buffer = memory.allocateMemory(BUFFER_BYTES, false);
        try {
            int errno = lookUp.call(text, struct, buffer, BUFFER_BYTES, result);
            if (errno == 0 && scratch.getLong(result) != 0) {
                return scratch.getInt(struct + ID_OFFSET);
            }
        } finally {
            memory.freeMemory(buffer);
        }
        try {
            return Integer.parseUnsignedInt(name);
        } catch (NumberFormatException e) {
            throw new FeluccaException(FeluccaException.Kind.SYSTEM, "this host has no user or group named " + name, e);
        }
    }
}
