package io.felucca.linux.kernel.process;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Open;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads files of /proc in large pieces. The JDK's readAllBytes asks for one byte first where the size is 0, after which
 * a sysctl says that it is at its end (seen with kernel 6.18, JDK 17).
 */
public final class ProcFile {

    private ProcFile() {}

    public static String read(String path) {
        return find(path).orElseThrow(() -> Errno.failed("read", path, Errno.ENOENT));
    }

    /** Bytes one to a char; empty when the file or the process that it tells of is not there. */
    static Optional<String> find(String path) {
        int fd;
        do {
            long name = Scratch.get().reset().text(path);
            fd = Libc.OPENAT.call(Libc.AT_FDCWD, name, Open.READ | Libc.O_CLOEXEC, 0);
        } while (fd < 0 && Libc.errno() == Errno.EINTR);
        if (fd < 0) {
            int errno = Libc.errno();
            if (errno == Errno.ENOENT || errno == Errno.ESRCH) {
                return Optional.empty();
            }
            throw Errno.system("openat", path, errno);
        }
        try (KernelFd file = new KernelFd(fd, path)) {
            return content(file);
        }
    }

    private static Optional<String> content(KernelFd file) {
        Scratch scratch = Scratch.get();
        ByteBuffer buffer = scratch.large();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (true) {
            long count = Libc.READ.callLong(file.number(), scratch.largeAddress(), buffer.capacity());
            if (count == 0) {
                return Optional.of(content.toString(StandardCharsets.ISO_8859_1));
            } else if (count > 0) {
                byte[] piece = new byte[(int) count];
                buffer.get(0, piece);
                content.writeBytes(piece);
            } else if (Libc.errno() == Errno.ESRCH) {
                return Optional.empty();
            } else if (Libc.errno() != Errno.EINTR) {
                throw FeluccaException.system(Errno.message("read", file.subject(), Libc.errno()));
            }
        }
    }
}
