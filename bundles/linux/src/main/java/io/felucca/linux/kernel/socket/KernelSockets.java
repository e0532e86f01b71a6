package io.felucca.linux.kernel.socket;

import io.felucca.FeluccaException;
import io.felucca.linux.Inotify;
import io.felucca.linux.Poller;
import io.felucca.linux.Sockets;
import io.felucca.linux.files.Fd;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.Scratch;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelFile;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.Principal;
import org.osgi.service.component.annotations.Component;

/** Sockets, pipes and descriptors without a name. */
@Component
public final class KernelSockets implements Sockets {

    private static final Libc.Function SOCKET = Libc.function("socket");
    private static final Libc.Function CONNECT = Libc.function("connect");
    private static final Libc.Function SHUTDOWN = Libc.function("shutdown");
    private static final Libc.Function PIPE2 = Libc.function("pipe2");
    private static final Libc.Function MEMFD_CREATE = Libc.function("memfd_create");
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SUN_PATH_BYTES = 108;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_ADD_SEALS = 1033;
    private static final int ALL_SEALS = 0xf;
    private static final int COPY_BYTES = 1 << 16;
    private static final int MFD_CLOEXEC = 1;
    private static final int SHUT_WR = 1;

    @Override
    public Fd connectSeqPacket(Path socket) {
        return connect(socket, SOCK_SEQPACKET);
    }

    @Override
    public Fd connectStream(Path socket) {
        return connect(socket, SOCK_STREAM);
    }

    private static Fd connect(Path path, int type) {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length < SUN_PATH_BYTES) {
            return connect(path.toString(), name, type);
        }
        String folder = path.toAbsolutePath().getParent().toString();
        try (KernelFd parent =
                new KernelFd(KernelDirectories.openat(path.toAbsolutePath().getParent(), Open.PATH, 0), folder)) {
            String through = "/proc/self/fd/" + parent.number() + "/" + path.getFileName();
            return connect(path.toString(), through.getBytes(StandardCharsets.UTF_8), type);
        }
    }

    private static Fd connect(String subject, byte[] name, int type) {
        if (name.length >= SUN_PATH_BYTES) {
            throw FeluccaException.invalid("the name of the socket " + subject + " is too long");
        }
        int fd = SOCKET.call(AF_UNIX, type | Libc.O_CLOEXEC, 0);
        if (fd < 0) {
            throw Errno.system("socket", subject, Libc.errno());
        }
        KernelFd socket = new KernelFd(fd, subject);
        Scratch scratch = Scratch.get().reset();
        long address = scratch.takeCleared(2 + SUN_PATH_BYTES);
        scratch.putShort(address, AF_UNIX);
        scratch.putBytes(address + 2, name);
        if (CONNECT.call(fd, address, 2 + name.length + 1) < 0) {
            int errno = Libc.errno();
            socket.close();
            throw Errno.failed("connect", subject, errno);
        }
        socket.setNonBlocking(true);
        return socket;
    }

    @Override
    public Fd openFifo(Path fifo, boolean write) {
        int flags = (write ? Open.READ_WRITE : Open.READ) | Open.NON_BLOCKING | Open.NO_TERMINAL;
        return new KernelFd(KernelDirectories.openat(fifo, flags, 0), fifo.toString());
    }

    @Override
    public boolean hasReader(Path fifo) {
        try (Fd written = new KernelFd(
                KernelDirectories.openat(fifo, Open.WRITE | Open.NON_BLOCKING | Open.NO_TERMINAL, 0),
                fifo.toString())) {
            return written.isOpen();
        } catch (FeluccaException e) {
            // ENXIO: the kernel opens a fifo for writing only while somebody reads it.
            return false;
        }
    }

    @Override
    public Pipe pipe() {
        return openPipe();
    }

    public static Pipe openPipe() {
        Scratch scratch = Scratch.get().reset();
        long fds = scratch.take(8);
        if (PIPE2.call(fds, Libc.O_CLOEXEC) < 0) {
            throw Errno.system("pipe2", "pipe", Libc.errno());
        }
        return new Pipe(new KernelFd(scratch.getInt(fds), "pipe"), new KernelFd(scratch.getInt(fds + 4), "pipe"));
    }

    @Override
    public void shutdownOutput(Fd socket) {
        if (SHUTDOWN.call(socket.number(), SHUT_WR) < 0) {
            throw Errno.system("shutdown", socket.toString(), Libc.errno());
        }
    }

    @Override
    public OpenFile memFd(String name) {
        return openMemFd(name);
    }

    @Override
    public OpenFile sealedCopy(Path file) {
        KernelFile copy = openMemFd(file.getFileName().toString(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES);
            while (source.read(buffer) >= 0) {
                copy.writeFully(buffer.flip());
                buffer.clear();
            }
            copy.check(Libc.FCNTL, Libc.FCNTL.call(copy.number(), F_ADD_SEALS, ALL_SEALS));
            return copy;
        } catch (IOException | FeluccaException e) {
            copy.close();
            throw FeluccaException.system("copying " + file + " to memory", e);
        }
    }

    public static KernelFile openMemFd(String name) {
        return openMemFd(name, MFD_CLOEXEC);
    }

    private static KernelFile openMemFd(String name, int flags) {
        int fd = MEMFD_CREATE.call(Scratch.get().reset().text(name), flags);
        if (fd < 0) {
            throw Errno.system("memfd_create", name, Libc.errno());
        }
        return new KernelFile(fd, "memory file " + name);
    }

    /** The option and the record of its value are the JDK's own ({@code jdk.net}), a package that not every framework exports. */
    @Override
    public PeerCredentials peer(SocketChannel unixSocket) {
        try {
            for (SocketOption<?> option : unixSocket.supportedOptions()) {
                if (option.name().equals("SO_PEERCRED")) {
                    Object principal = unixSocket.getOption(option);
                    return new PeerCredentials(
                            Accounts.uid(name(principal, "user")), Accounts.gid(name(principal, "group")));
                }
            }
            throw FeluccaException.unsupported("this JDK tells of no peer of " + unixSocket);
        } catch (IOException | ReflectiveOperationException e) {
            throw FeluccaException.system("cannot tell who is at the other end of " + unixSocket, e);
        }
    }

    private static String name(Object unixDomainPrincipal, String component) throws ReflectiveOperationException {
        Object principal = unixDomainPrincipal.getClass().getMethod(component).invoke(unixDomainPrincipal);
        return ((Principal) principal).getName();
    }

    @Override
    public Poller openPoller() {
        return new KernelPoller();
    }

    @Override
    public Inotify openInotify() {
        return new KernelInotify();
    }
}
