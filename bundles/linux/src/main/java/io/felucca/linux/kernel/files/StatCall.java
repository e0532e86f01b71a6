package io.felucca.linux.kernel.files;

import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Stat;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** statx(2), whose struct is the same on every processor (linux/stat.h). */
final class StatCall {

    private static final Libc.Function STATX = Libc.function("statx");
    private static final int BASIC_STATS = 0x7ff;
    private static final int STRUCT_BYTES = 256;

    private StatCall() {}

    /** Empty for ENOENT and ENOTDIR. */
    static Optional<Stat> at(int directory, byte[] name, int flags) {
        Scratch scratch = Scratch.get().reset();
        long path = scratch.bytes(name);
        long buffer = scratch.take(STRUCT_BYTES);
        if (STATX.call(directory, path, flags | Libc.AT_SYMLINK_NOFOLLOW, BASIC_STATS, buffer) < 0) {
            int errno = Libc.errno();
            if (errno == Errno.ENOENT || errno == Errno.ENOTDIR) {
                return Optional.empty();
            }
            throw Errno.failed("statx", new String(name, StandardCharsets.UTF_8), errno);
        }
        int mode = scratch.getShort(buffer + 28);
        return Optional.of(new Stat(
                FileType.ofMode(mode),
                mode & 07777,
                scratch.getInt(buffer + 20),
                scratch.getInt(buffer + 24),
                scratch.getLong(buffer + 40),
                scratch.getLong(buffer + 48),
                scratch.getLong(buffer + 32),
                device(scratch, buffer + 136),
                device(scratch, buffer + 128),
                scratch.getInt(buffer + 16),
                time(scratch, buffer + 64),
                time(scratch, buffer + 112),
                time(scratch, buffer + 96)));
    }

    private static long device(Scratch scratch, long address) {
        return (long) scratch.getInt(address) << 32 | scratch.getInt(address + 4) & 0xffffffffL;
    }

    private static Stat.Time time(Scratch scratch, long address) {
        return new Stat.Time(scratch.getLong(address), scratch.getInt(address + 8));
    }

    /** A {@link Stat#rdev} in the C library's form of dev_t. */
    static long cDevice(long rdev) {
        long major = rdev >>> 32;
        long minor = rdev & 0xffffffffL;
        return (major & 0xfffff000L) << 32 | (major & 0xfff) << 8 | (minor & 0xffffff00L) << 12 | minor & 0xff;
    }
}
