package io.felucca.linux.kernel;

import io.felucca.linux.DirectoryEntry;
import io.felucca.linux.FileType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads a directory by getdents64(2), names as bytes. */
final class Listing {

    private static final Libc.Function LSEEK = Libc.function("lseek");
    private static final int SYS_GETDENTS64 = Libc.ARM ? 61 : 217;
    private static final int NAME_OFFSET = 19;

    private Listing() {}

    static List<DirectoryEntry> of(KernelDirectory directory) {
        List<DirectoryEntry> entries = new ArrayList<>();
        Scratch scratch = Scratch.get();
        ByteBuffer buffer = scratch.large();
        // The position belongs to the descriptor.
        synchronized (directory) {
            if (LSEEK.callLong(directory.number(), 0, 0) < 0) {
                throw Errno.failed("lseek", directory.subject(), Libc.errno());
            }
            while (true) {
                int length = Libc.SYSCALL.call(
                        SYS_GETDENTS64, directory.number(), scratch.largeAddress(), Scratch.LARGE_BYTES);
                if (length < 0 && Libc.errno() == Errno.ENOENT) {
                    return List.of(); // an open directory that was removed meanwhile
                } else if (length < 0) {
                    throw Errno.failed("getdents64", directory.subject(), Libc.errno());
                } else if (length == 0) {
                    return entries;
                }
                parse(buffer, length, entries);
            }
        }
    }

    /** {@code struct linux_dirent64}: inode, offset, length of the record, type, name with NUL. */
    static void parse(ByteBuffer buffer, int length, List<DirectoryEntry> entries) {
        int next;
        for (int at = 0; at < length; at = next) {
            next = at + (buffer.getShort(at + 16) & 0xffff);
            int end = at + NAME_OFFSET;
            while (buffer.get(end) != 0) {
                end++;
            }
            byte[] name = new byte[end - at - NAME_OFFSET];
            buffer.get(at + NAME_OFFSET, name);
            boolean dots = name.length == 1 && name[0] == '.' || name.length == 2 && name[0] == '.' && name[1] == '.';
            if (!dots) {
                entries.add(new DirectoryEntry(
                        name, FileType.ofMode((buffer.get(at + 18) & 0xff) << 12), buffer.getLong(at)));
            }
        }
    }
}
