package io.felucca.linux.kernel.files;

import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.FileType;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Reads a directory by getdents64(2), names as bytes, one batch at a time. It keeps the batch as the kernel wrote it: a
 * walk holds one for each level of a tree.
 */
final class Listing implements Iterator<DirectoryEntry> {

    private static final Libc.Function LSEEK = Libc.function("lseek");
    private static final int SYS_GETDENTS64 = Libc.ARM ? 61 : 217;
    private static final int BATCH_BYTES = 8192;
    /** {@code struct linux_dirent64}: inode, offset, length of the record, type, name with NUL. */
    private static final int OFFSET = 8;

    private static final int LENGTH = 16;
    private static final int TYPE = 18;
    private static final int NAME = 19;

    private final KernelDirectory directory;
    private ByteBuffer batch = ByteBuffer.allocate(0);
    private long position;
    private boolean ended;
    private DirectoryEntry next;

    Listing(KernelDirectory directory) {
        this.directory = directory;
    }

    @Override
    public boolean hasNext() {
        while (next == null && (batch.hasRemaining() || !ended)) {
            if (batch.hasRemaining()) {
                next = parse();
            } else {
                read();
            }
        }
        return next != null;
    }

    @Override
    public DirectoryEntry next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        DirectoryEntry entry = next;
        next = null;
        return entry;
    }

    private void read() {
        Scratch scratch = Scratch.get().reset();
        long buffer = scratch.take(BATCH_BYTES);
        int length;
        // The descriptor's own position is every reader's.
        synchronized (directory) {
            if (LSEEK.callLong(directory.number(), position, 0) < 0) {
                int errno = Libc.errno();
                if (errno == Errno.EINVAL && directory.stat().links() == 0) {
                    // ext4 takes no position in a directory that was removed meanwhile.
                    ended = true;
                    return;
                }
                throw Errno.failed("lseek", directory.subject(), errno);
            }
            length = Libc.SYSCALL.call(SYS_GETDENTS64, directory.number(), buffer, BATCH_BYTES);
        }
        // ENOENT: an open directory that was removed meanwhile.
        if (length < 0 && Libc.errno() != Errno.ENOENT) {
            throw Errno.failed("getdents64", directory.subject(), Libc.errno());
        }
        ended = length <= 0;
        batch = ByteBuffer.wrap(ended ? new byte[0] : scratch.getBytes(buffer, length))
                .order(ByteOrder.nativeOrder());
    }

    /** Null for {@code .} and {@code ..}. */
    private DirectoryEntry parse() {
        int at = batch.position();
        position = batch.getLong(at + OFFSET);
        int end = at + NAME;
        while (batch.get(end) != 0) {
            end++;
        }
        byte[] name = new byte[end - at - NAME];
        batch.get(at + NAME, name);
        batch.position(at + (batch.getShort(at + LENGTH) & 0xffff));
        if (name[0] == '.' && (name.length == 1 || name.length == 2 && name[1] == '.')) {
            return null;
        }
        return new DirectoryEntry(name, FileType.ofMode((batch.get(at + TYPE) & 0xff) << 12), batch.getLong(at));
    }
}
