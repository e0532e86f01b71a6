package io.felucca.linux.kernel.files;

import io.felucca.linux.files.FileSystemInfo;
import io.felucca.linux.files.Inode;
import io.felucca.linux.files.Stat;
import io.felucca.linux.files.Xattr;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.util.List;

/** Calls on an open inode by its descriptor. */
abstract class KernelInode extends KernelFd implements Inode {

    private static final Libc.Function FCHOWN = Libc.function("fchown");
    private static final Libc.Function FCHMOD = Libc.function("fchmod");
    private static final Libc.Function FUTIMENS = Libc.function("futimens");
    private static final Libc.Function FLISTXATTR = Libc.function("flistxattr");
    private static final Libc.Function FGETXATTR = Libc.function("fgetxattr");
    private static final Libc.Function FSETXATTR = Libc.function("fsetxattr");
    private static final Libc.Function FREMOVEXATTR = Libc.function("fremovexattr");
    private static final Libc.Function FSYNC = Libc.function("fsync");
    private static final Libc.Function SYNCFS = Libc.function("syncfs");
    private static final Libc.Function FSTATFS = Libc.function("fstatfs");
    private static final Libc.Function FLOCK = Libc.function("flock");
    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    KernelInode(int number, Object subject) {
        super(number, subject);
    }

    @Override
    public Stat stat() {
        return StatCall.at(number(), new byte[0], Libc.AT_EMPTY_PATH)
                .orElseThrow(() -> Errno.failed("statx", subject(), Errno.ENOENT));
    }

    @Override
    public void setOwner(int uid, int gid) {
        check(FCHOWN, FCHOWN.call(number(), uid, gid));
    }

    @Override
    public void setMode(int mode) {
        check(FCHMOD, FCHMOD.call(number(), mode));
    }

    @Override
    public void setTimes(Stat.Time accessed, Stat.Time modified) {
        long times = Times.put(Scratch.get().reset(), accessed, modified);
        check(FUTIMENS, FUTIMENS.call(number(), times));
    }

    @Override
    public List<Xattr> xattrs() {
        return Xattrs.all(
                Scratch.get().reset(),
                this::subject,
                (buffer, size) -> FLISTXATTR.callLong(number(), buffer, size),
                (name, buffer, size) -> FGETXATTR.callLong(number(), name, buffer, size));
    }

    @Override
    public void setXattr(byte[] attribute, byte[] value) {
        Scratch scratch = Scratch.get().reset();
        long name = scratch.bytes(attribute);
        if (FSETXATTR.call(number(), name, Xattrs.value(scratch, value), value.length, 0) < 0) {
            throw Errno.failed("fsetxattr " + Names.show(attribute), subject(), Libc.errno());
        }
    }

    @Override
    public boolean removeXattr(byte[] attribute) {
        if (FREMOVEXATTR.call(number(), Scratch.get().reset().bytes(attribute)) < 0) {
            if (Libc.errno() == Errno.ENODATA) {
                return false;
            }
            throw Errno.system("fremovexattr", subject(), Libc.errno());
        }
        return true;
    }

    @Override
    public void sync() {
        check(FSYNC, FSYNC.call(number()));
    }

    @Override
    public void syncFileSystem() {
        check(SYNCFS, SYNCFS.call(number()));
    }

    @Override
    public FileSystemInfo fileSystem() {
        Scratch scratch = Scratch.get().reset();
        long buffer = scratch.takeCleared(160);
        check(FSTATFS, FSTATFS.call(number(), buffer));
        long block = scratch.getLong(buffer + 8);
        return new FileSystemInfo(
                scratch.getLong(buffer),
                block,
                scratch.getLong(buffer + 16) * block,
                scratch.getLong(buffer + 24) * block,
                scratch.getLong(buffer + 32) * block,
                scratch.getLong(buffer + 40),
                scratch.getLong(buffer + 48));
    }

    @Override
    public void growFileSystem(long sizeBytes) {
        FileSystemGrowth.grow(this, sizeBytes);
    }

    @Override
    public boolean tryLock(boolean exclusive) {
        if (FLOCK.call(number(), (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) < 0) {
            if (Libc.errno() == Errno.EAGAIN) {
                return false;
            }
            throw Errno.system("flock", subject(), Libc.errno());
        }
        return true;
    }
}
