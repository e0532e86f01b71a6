package io.felucca.linux.kernel.files;

import io.felucca.linux.files.OpenFile;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.ByteBuffer;

/** An open file. */
public final class KernelFile extends KernelInode implements OpenFile {

    private static final Libc.Function PREAD = Libc.function("pread");
    private static final Libc.Function PWRITE = Libc.function("pwrite");
    private static final Libc.Function LSEEK = Libc.function("lseek");
    private static final Libc.Function FTRUNCATE = Libc.function("ftruncate");
    private static final Libc.Function FALLOCATE = Libc.function("fallocate");
    private static final Libc.Function COPY_FILE_RANGE = Libc.function("copy_file_range");
    private static final Libc.Function SYNC_FILE_RANGE = Libc.function("sync_file_range");
    private static final int SYNC_FILE_RANGE_WRITE = 2;
    private static final int SEEK_SET = 0;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int KEEP_SIZE_AND_PUNCH_HOLE = 3;
    private static final long FICLONE = 0x40049409L;
    private static final int F_OFD_SETLK = 37;
    private static final int F_WRLCK = 1;
    /** Of struct flock on 64-bit Linux; all zeros but the type mean the whole file. */
    private static final int FLOCK_BYTES = 32;

    public KernelFile(int number, Object subject) {
        super(number, subject);
    }

    @Override
    public int readAt(ByteBuffer into, long offset) {
        return transfer(PREAD, into, false, offset);
    }

    @Override
    public int writeAt(ByteBuffer from, long offset) {
        return transfer(PWRITE, from, true, offset);
    }

    @Override
    public void seek(long offset) {
        if (LSEEK.callLong(number(), offset, SEEK_SET) < 0) {
            throw Errno.system("lseek", subject(), Libc.errno());
        }
    }

    @Override
    public void truncate(long sizeBytes) {
        check(FTRUNCATE, FTRUNCATE.call(number(), sizeBytes));
    }

    @Override
    public long nextData(long offset) {
        return next(offset, SEEK_DATA);
    }

    @Override
    public long nextHole(long offset) {
        return next(offset, SEEK_HOLE);
    }

    private long next(long offset, int whence) {
        long found = LSEEK.callLong(number(), offset, whence);
        if (found >= 0) {
            return found;
        }
        int errno = Libc.errno();
        if (errno == Errno.ENXIO) {
            return -1;
        }
        throw Errno.system("lseek", subject(), errno);
    }

    @Override
    public long copyTo(OpenFile target, long offset, long length) {
        Scratch scratch = Scratch.get().reset();
        long from = scratch.take(8);
        long to = scratch.take(8);
        long copied = 0;
        while (copied < length) {
            scratch.putLong(from, offset + copied);
            scratch.putLong(to, offset + copied);
            long count = COPY_FILE_RANGE.callLong(
                    number(), from, target.number(), to, Math.min(length - copied, 1 << 30), 0);
            if (count > 0) {
                copied += count;
            } else if (count == 0) {
                return copied;
            } else {
                int errno = Libc.errno();
                if (errno == Errno.EXDEV
                        || errno == Errno.EOPNOTSUPP
                        || errno == Errno.ENOSYS
                        || errno == Errno.EINVAL) {
                    return copied + copyByHand(target, offset + copied, length - copied);
                } else if (errno != Errno.EINTR) {
                    throw Errno.system("copy_file_range", subject(), errno);
                }
            }
        }
        return copied;
    }

    private long copyByHand(OpenFile target, long offset, long length) {
        // The thread's own: one made for each of thousands of small files costs more than the copying.
        ByteBuffer buffer = Scratch.get().large();
        long copied = 0;
        while (copied < length) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), length - copied));
            if (readAt(buffer, offset + copied) == END) {
                return copied;
            }
            buffer.flip();
            while (buffer.hasRemaining()) {
                copied += target.writeAt(buffer, offset + copied);
            }
        }
        return copied;
    }

    @Override
    public boolean cloneTo(OpenFile target) {
        if (Libc.IOCTL.call(target.number(), FICLONE, number()) == 0) {
            return true;
        }
        int errno = Libc.errno();
        if (errno == Errno.EOPNOTSUPP || errno == Errno.EXDEV || errno == Errno.EINVAL || errno == Errno.ENOTTY) {
            return false;
        }
        throw Errno.system("ioctl FICLONE", subject(), errno);
    }

    @Override
    public void startWriteback() {
        // Where a filesystem cannot, the sync has it all to do.
        SYNC_FILE_RANGE.call(number(), 0, 0, SYNC_FILE_RANGE_WRITE);
    }

    @Override
    public void punchHole(long offset, long length) {
        check(FALLOCATE, FALLOCATE.call(number(), KEEP_SIZE_AND_PUNCH_HOLE, offset, length));
    }

    @Override
    public boolean tryLock() {
        Scratch scratch = Scratch.get().reset();
        long lock = scratch.takeCleared(FLOCK_BYTES);
        scratch.putShort(lock, F_WRLCK);
        if (Libc.FCNTL.call(number(), F_OFD_SETLK, lock) == 0) {
            return true;
        }
        int errno = Libc.errno();
        if (errno == Errno.EAGAIN || errno == Errno.EACCES) {
            return false;
        }
        throw Errno.system("fcntl F_OFD_SETLK", subject(), errno);
    }
}
