package io.felucca.linux.kernel.files;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.files.Xattr;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The {@code *at} calls on an open directory. */
public final class KernelDirectory extends KernelInode implements Directory {

    private static final Libc.Function MKDIRAT = Libc.function("mkdirat");
    private static final Libc.Function MKNODAT = Libc.function("mknodat");
    private static final Libc.Function SYMLINKAT = Libc.function("symlinkat");
    private static final Libc.Function LINKAT = Libc.function("linkat");
    private static final Libc.Function UNLINKAT = Libc.function("unlinkat");
    private static final Libc.Function RENAMEAT = Libc.function("renameat");
    private static final Libc.Function READLINKAT = Libc.function("readlinkat");
    private static final Libc.Function FCHOWNAT = Libc.function("fchownat");
    private static final Libc.Function FCHMODAT = Libc.function("fchmodat");
    private static final Libc.Function UTIMENSAT = Libc.function("utimensat");
    private static final Libc.Function LLISTXATTR = Libc.function("llistxattr");
    private static final Libc.Function LGETXATTR = Libc.function("lgetxattr");
    private static final Libc.Function LSETXATTR = Libc.function("lsetxattr");
    private static final Libc.Function LREMOVEXATTR = Libc.function("lremovexattr");
    private static final int SYS_OPENAT2 = 437;
    static final int NO_CROSSING = 0x01;
    /** Of linux/fs.h; both take an int, whatever size their numbers tell. */
    private static final long FS_IOC_GETFLAGS = 0x80086601L;

    private static final long FS_IOC_SETFLAGS = 0x40086602L;
    private static final int FS_TOPDIR_FL = 0x00020000;

    KernelDirectory(int number, Object subject) {
        super(number, subject);
    }

    /** The directory that a descriptor of fsmount(2), good for its path alone, stands for. */
    public static KernelDirectory reopen(KernelFd path) {
        int flags = Open.READ | Open.DIRECTORY | Libc.O_CLOEXEC;
        int fd = Libc.OPENAT.call(path.number(), Scratch.get().reset().text("."), flags, 0);
        return new KernelDirectory(path.check(Libc.OPENAT, fd), path.subject());
    }

    @Override
    public Directory openDirectory(byte[] path, Resolve how) {
        int fd = openat2(path, Open.READ | Open.DIRECTORY, 0, how.flags());
        if (fd < 0) {
            throw Errno.failed("openat2", below(path), Libc.errno());
        }
        return new KernelDirectory(fd, new Below(this, path));
    }

    @Override
    public Optional<Directory> findDirectory(byte[] path, Resolve how) {
        int fd = openat2(path, Open.READ | Open.DIRECTORY, 0, how.flags());
        if (fd >= 0) {
            return Optional.of(new KernelDirectory(fd, new Below(this, path)));
        }
        int errno = Libc.errno();
        if (errno == Errno.ENOENT || errno == Errno.ENOTDIR) {
            return Optional.empty();
        }
        throw Errno.failed("openat2", below(path), errno);
    }

    @Override
    public OpenFile open(byte[] path, Resolve how, int flags, int mode) {
        int fd = openat2(path, flags, mode, how.flags());
        if (fd < 0) {
            throw Errno.failed("openat2", below(path), Libc.errno());
        }
        return new KernelFile(fd, new Below(this, path));
    }

    /** Retried on EAGAIN, which the kernel gives when a rename may have moved the path out. */
    int openat2(byte[] path, int flags, int mode, int resolve) {
        Scratch scratch = Scratch.get().reset();
        long name = scratch.bytes(Names.path(path));
        long how = scratch.take(24);
        scratch.putLong(how, flags | Libc.O_CLOEXEC);
        scratch.putLong(how + 8, (flags & Open.CREATE) == 0 ? 0 : mode);
        scratch.putLong(how + 16, resolve);
        int fd;
        do {
            fd = Libc.SYSCALL.call(SYS_OPENAT2, number(), name, how, 24);
        } while (fd < 0 && (Libc.errno() == Errno.EINTR || Libc.errno() == Errno.EAGAIN));
        return fd;
    }

    @Override
    public OpenFile openFile(byte[] name) {
        // Without blocking, so that a fifo put there meanwhile does not hang; it means nothing to a regular file.
        int flags = Open.READ | Open.NO_FOLLOW | Open.NON_BLOCKING | Open.NO_TERMINAL;
        int fd = openat(Names.part(name), flags, 0);
        if (fd < 0) {
            throw Errno.failed("openat", below(name), Libc.errno());
        }
        KernelFile file = new KernelFile(fd, new Below(this, name));
        if (!file.stat().isRegular()) {
            file.close();
            throw FeluccaException.invalid("not a regular file: " + below(name));
        }
        return file;
    }

    @Override
    public OpenFile createFile(byte[] name, int mode) {
        return tryCreateFile(name, mode).orElseThrow(() -> Errno.failed("openat", below(name), Errno.EEXIST));
    }

    @Override
    public Optional<OpenFile> tryCreateFile(byte[] name, int mode) {
        int flags = Open.READ_WRITE | Open.CREATE | Open.EXCLUSIVE | Open.NO_FOLLOW;
        int fd = openat(Names.part(name), flags, mode);
        if (fd >= 0) {
            return Optional.of(new KernelFile(fd, new Below(this, name)));
        }
        int errno = Libc.errno();
        if (errno == Errno.EEXIST) {
            return Optional.empty();
        }
        throw Errno.failed("openat", below(name), errno);
    }

    private int openat(byte[] name, int flags, int mode) {
        long path = Scratch.get().reset().bytes(name);
        int fd;
        do {
            fd = Libc.OPENAT.call(number(), path, flags | Libc.O_CLOEXEC, mode);
        } while (fd < 0 && Libc.errno() == Errno.EINTR);
        return fd;
    }

    @Override
    public Stat stat(byte[] name) {
        return find(name).orElseThrow(() -> Errno.failed("statx", below(name), Errno.ENOENT));
    }

    @Override
    public Optional<Stat> find(byte[] name) {
        return StatCall.at(number(), Names.part(name), 0);
    }

    @Override
    public List<DirectoryEntry> list() {
        List<DirectoryEntry> entries = new ArrayList<>();
        entries().forEach(entries::add);
        return entries;
    }

    @Override
    public Iterable<DirectoryEntry> entries() {
        return () -> new Listing(this);
    }

    @Override
    public void makeDirectory(byte[] name, int mode) {
        check("mkdirat", name, MKDIRAT.call(number(), part(name), mode));
    }

    @Override
    public boolean tryMakeDirectory(byte[] name, int mode) {
        return unless(Errno.EEXIST, "mkdirat", name, MKDIRAT.call(number(), part(name), mode));
    }

    @Override
    public void makeNode(byte[] name, FileType type, int mode, long rdev) {
        int result = MKNODAT.call(number(), part(name), type.bits() | mode, StatCall.cDevice(rdev));
        check("mknodat", name, result);
    }

    @Override
    public void makeSymlink(byte[] name, byte[] target) {
        Scratch scratch = Scratch.get().reset();
        long text = scratch.bytes(Names.path(target));
        check("symlinkat", name, SYMLINKAT.call(text, number(), scratch.bytes(Names.part(name))));
    }

    @Override
    public void makeLink(Directory existing, byte[] existingName, byte[] name) {
        Scratch scratch = Scratch.get().reset();
        long from = scratch.bytes(Names.part(existingName));
        long to = scratch.bytes(Names.part(name));
        check("linkat", name, LINKAT.call(existing.number(), from, number(), to, 0));
    }

    @Override
    public byte[] readSymlink(byte[] name) {
        Scratch scratch = Scratch.get().reset();
        long path = scratch.bytes(Names.part(name));
        long buffer = scratch.take(4096);
        long length = READLINKAT.callLong(number(), path, buffer, 4096);
        check("readlinkat", name, (int) length);
        return scratch.getBytes(buffer, (int) length);
    }

    @Override
    public boolean unlink(byte[] name) {
        return unless(Errno.ENOENT, "unlinkat", name, UNLINKAT.call(number(), part(name), 0));
    }

    @Override
    public boolean removeDirectory(byte[] name) {
        int result = UNLINKAT.call(number(), part(name), Libc.AT_REMOVEDIR);
        return unless(Errno.ENOENT, "unlinkat", name, result);
    }

    @Override
    public boolean removeTree(byte[] name) {
        return TreeRemoval.remove(this, name);
    }

    @Override
    public void rename(byte[] name, Directory target, byte[] targetName) {
        Scratch scratch = Scratch.get().reset();
        long from = scratch.bytes(Names.part(name));
        long to = scratch.bytes(Names.part(targetName));
        check("renameat", name, RENAMEAT.call(number(), from, target.number(), to));
    }

    @Override
    public void setOwner(byte[] name, int uid, int gid) {
        int result = FCHOWNAT.call(number(), part(name), uid, gid, Libc.AT_SYMLINK_NOFOLLOW);
        check("fchownat", name, result);
    }

    @Override
    public void setMode(byte[] name, int mode) {
        // fchmodat(2) follows links and the C library's way round costs four calls; the caller knows that it is none,
        // and the descriptor of a parent that only we write to cannot be raced.
        check("fchmodat", name, FCHMODAT.call(number(), part(name), mode, 0));
    }

    @Override
    public void setTimes(byte[] name, Stat.Time accessed, Stat.Time modified) {
        Scratch scratch = Scratch.get().reset();
        long path = scratch.bytes(Names.part(name));
        long times = Times.put(scratch, accessed, modified);
        check("utimensat", name, UTIMENSAT.call(number(), path, times, Libc.AT_SYMLINK_NOFOLLOW));
    }

    @Override
    public List<Xattr> xattrs(byte[] name) {
        Scratch scratch = Scratch.get().reset();
        long path = procPath(scratch, name);
        return Xattrs.all(
                scratch,
                () -> below(name),
                (buffer, size) -> LLISTXATTR.callLong(path, buffer, size),
                (attribute, buffer, size) -> LGETXATTR.callLong(path, attribute, buffer, size));
    }

    @Override
    public Optional<byte[]> xattr(byte[] name, byte[] attribute) {
        Scratch scratch = Scratch.get().reset();
        long path = procPath(scratch, name);
        return Optional.ofNullable(Xattrs.get(
                scratch,
                () -> below(name),
                attribute,
                (wanted, buffer, size) -> LGETXATTR.callLong(path, wanted, buffer, size)));
    }

    @Override
    public void setXattr(byte[] name, byte[] attribute, byte[] value) {
        Scratch scratch = Scratch.get().reset();
        long path = procPath(scratch, name);
        long attributeName = scratch.bytes(attribute);
        int result = LSETXATTR.call(path, attributeName, Xattrs.value(scratch, value), value.length, 0);
        check("lsetxattr " + Names.show(attribute), name, result);
    }

    @Override
    public boolean removeXattr(byte[] name, byte[] attribute) {
        Scratch scratch = Scratch.get().reset();
        long path = procPath(scratch, name);
        return unless(Errno.ENODATA, "lremovexattr", name, LREMOVEXATTR.call(path, scratch.bytes(attribute)));
    }

    @Override
    public boolean spreadDirectories() {
        Scratch scratch = Scratch.get().reset();
        long flags = scratch.takeCleared(Long.BYTES);
        if (Libc.IOCTL.call(number(), FS_IOC_GETFLAGS, flags) < 0) {
            return false;
        }
        scratch.putInt(flags, scratch.getInt(flags) | FS_TOPDIR_FL);
        return Libc.IOCTL.call(number(), FS_IOC_SETFLAGS, flags) == 0;
    }

    /** A name as a path for calls that take no directory: one call more than the kernel's setxattrat (6.13). */
    private long procPath(Scratch scratch, byte[] name) {
        byte[] prefix = ("/proc/self/fd/" + number() + "/").getBytes(StandardCharsets.US_ASCII);
        byte[] path = new byte[prefix.length + Names.part(name).length];
        System.arraycopy(prefix, 0, path, 0, prefix.length);
        System.arraycopy(name, 0, path, prefix.length, name.length);
        return scratch.bytes(path);
    }

    private long part(byte[] name) {
        return Scratch.get().reset().bytes(Names.part(name));
    }

    private void check(String call, byte[] name, int result) {
        if (result < 0) {
            throw Errno.failed(call, below(name), Libc.errno());
        }
    }

    private boolean unless(int expected, String call, byte[] name, int result) {
        if (result < 0 && Libc.errno() == expected) {
            return false;
        }
        check(call, name, result);
        return true;
    }

    /** Keeps what names a descriptor, a folder's parents included. */
    private record Below(KernelDirectory directory, byte[] name) {
        @Override
        public String toString() {
            return directory.below(name);
        }
    }

    String below(byte[] name) {
        return subject() + "/" + Names.show(name);
    }
}
