package io.felucca.linux.kernel.net;

import io.felucca.linux.files.Fd;
import io.felucca.linux.files.Open;
import io.felucca.linux.kernel.call.Errno;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Libc;
import io.felucca.linux.kernel.call.OwnThread;
import io.felucca.linux.kernel.call.Scratch;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.net.Namespaces;
import io.felucca.linux.net.NetworkChange.Configure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.osgi.service.component.annotations.Component;

/** unshare(2) and setns(2), each on a thread of its own. */
@Component
public final class KernelNamespaces implements Namespaces {

    private static final Libc.Function UNSHARE = Libc.function("unshare");
    private static final Libc.Function SETNS = Libc.function("setns");
    private static final int CLONE_NEWNET = 0x40000000;
    /** A text of C, once for all threads: {@link Scratch} would make memory for each. */
    private static final ByteBuffer OF_THREAD = text("/proc/thread-self/ns/net");

    private record Made(KernelFd namespace, KernelFd netlink) {}

    @Override
    public Fd create() {
        Made made = OwnThread.call("making a network namespace", () -> {
            if (UNSHARE.call(CLONE_NEWNET) < 0) {
                throw Errno.system("unshare", "network namespace", Libc.errno());
            }
            int file = Libc.OPENAT.call(Libc.AT_FDCWD, Scratch.address(OF_THREAD), Open.READ | Libc.O_CLOEXEC, 0);
            if (file < 0) {
                throw Errno.system("open", "/proc/thread-self/ns/net", Libc.errno());
            }
            return new Made(new KernelFd(file, "network namespace"), NetlinkSocket.open(NetlinkSocket.ROUTE, 0));
        });
        try (KernelRtnetlink.Socket socket = new KernelRtnetlink.Socket(new NetlinkSocket(made.netlink()))) {
            socket.apply(Configure.up("lo"));
        }
        return made.namespace();
    }

    @Override
    public Fd open(Path namespace) {
        return openFile(namespace);
    }

    private static Fd openFile(Path namespace) {
        return new KernelFd(KernelDirectories.openat(namespace, Open.READ, 0), namespace);
    }

    @Override
    public Path file(Fd namespace) {
        return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + namespace.number());
    }

    @Override
    public <T> T call(Path namespace, Callable<T> work) {
        return callIn(namespace, work);
    }

    static <T> T callIn(Path namespace, Callable<T> work) {
        try (Fd file = openFile(namespace)) {
            return OwnThread.call("working in network namespace " + namespace, () -> {
                if (SETNS.call(file.number(), CLONE_NEWNET) < 0) {
                    throw Errno.system("setns", namespace.toString(), Libc.errno());
                }
                return work.call();
            });
        }
    }

    private static ByteBuffer text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length + 1).put(bytes);
    }
}
