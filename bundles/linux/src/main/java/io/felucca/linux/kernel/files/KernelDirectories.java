package io.felucca.linux.kernel.files;

import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileSystemInfo;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Component;

/** Opens by path. */
@Component
public final class KernelDirectories implements Directories {

    @Override
    public Directory open(Path path) {
        return new KernelDirectory(openat(path, Open.READ | Open.DIRECTORY, 0), path.toString());
    }

    @Override
    public OpenFile openFile(Path path, int flags, int mode) {
        return new KernelFile(openat(path, flags, mode), path.toString());
    }

    public static int openat(Path path, int flags, int mode) {
        Scratch scratch = Scratch.get().reset();
        long address = scratch.text(path.toString());
        int fd;
        do {
            fd = Libc.OPENAT.call(Libc.AT_FDCWD, address, flags | Libc.O_CLOEXEC, mode);
        } while (fd < 0 && Libc.errno() == Errno.EINTR);
        if (fd < 0) {
            throw Errno.failed("openat", path.toString(), Libc.errno());
        }
        return fd;
    }

    @Override
    public void setOwner(Path path, int uid, int gid) {
        try (Directory parent = open(path.toAbsolutePath().getParent())) {
            parent.setOwner(path.getFileName().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8), uid, gid);
        }
    }

    @Override
    public FileSystemInfo fileSystem(Path path) {
        try (KernelFile file = new KernelFile(openat(path, Open.PATH, 0), path.toString())) {
            return file.fileSystem();
        }
    }
}
