package io.felucca.linux.kernel;

import io.felucca.linux.Open;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Keeps a few descriptors of low numbers for a library that waits by select(2), which knows none above 1,023 and ends the
 * process at the first: libnftables 1.0 does. An engine with many containers, or one that claims a range of ports, has
 * more descriptors than that. Thread-safe.
 */
final class LowDescriptors {

    /** Well below the limit: other threads open files meanwhile. */
    private static final int HIGHEST = 1000;
    /** How many others may be opened while one is needed. */
    private static final int KEPT = 8;

    private static final int F_DUPFD_CLOEXEC = 1030;

    private final List<KernelFd> kept = new ArrayList<>();

    LowDescriptors() {
        keep();
    }

    /** Does work that opens a descriptor, which gets a low number. */
    synchronized <T> T open(Supplier<T> work) {
        try (KernelFd lowest = file()) {
            if (lowest.number() > HIGHEST) {
                kept.forEach(KernelFd::close);
                kept.clear();
            }
        }
        try {
            return work.get();
        } finally {
            keep();
        }
    }

    /** What the library has closed may be kept again. */
    synchronized void keep() {
        while (kept.size() < KEPT) {
            KernelFd lowest = file();
            if (lowest.number() > HIGHEST) {
                lowest.close();
                return;
            }
            kept.add(lowest);
        }
    }

    /** The lowest number that is free. */
    private KernelFd file() {
        if (kept.isEmpty()) {
            Path file = Path.of("/dev/null");
            return new KernelFd(KernelDirectories.openat(file, Open.READ, 0), file);
        }
        int copy = Libc.FCNTL.call(kept.get(0).number(), F_DUPFD_CLOEXEC, 0);
        if (copy < 0) {
            throw Errno.system("fcntl F_DUPFD_CLOEXEC", "/dev/null", Libc.errno());
        }
        return new KernelFd(copy, "/dev/null");
    }
}
