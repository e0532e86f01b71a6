package io.felucca.linux.kernel;

import io.felucca.FeluccaException;
import io.felucca.linux.Open;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a few descriptors of low numbers for a library that waits by select(2), which knows none above 1,023 and ends the
 * process at the first: libnftables 1.0 does. An engine with many containers, or one that claims a range of ports, has
 * more descriptors than that. Thread-safe.
 */
final class LowDescriptors {

    private static final Logger LOG = LoggerFactory.getLogger(LowDescriptors.class);

    /** Well below the limit: other threads open files meanwhile. */
    private static final int HIGHEST = 1000;
    /** How many others may be opened while one is needed. */
    private static final int KEPT = 8;

    private static final long LOOK_NANOS = 50_000_000;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final List<KernelFd> kept = new ArrayList<>();

    private final Duration patience;

    /** @param patience how long work waits for others to close what they have opened */
    LowDescriptors(Duration patience) {
        this.patience = patience;
        keep();
    }

    /**
     * Does work that opens a descriptor, which gets a low number.
     *
     * @throws FeluccaException UNAVAILABLE when no low number is had in time
     */
    synchronized <T> T open(Supplier<T> work) {
        if (lowest() > HIGHEST) {
            awaitKept();
            kept.forEach(KernelFd::close);
            kept.clear();
        }
        try {
            return work.get();
        } finally {
            keep();
        }
    }

    /** All that are kept may be in use, in other threads. */
    private void awaitKept() {
        long end = System.nanoTime() + patience.toNanos();
        for (keep(); kept.isEmpty(); keep()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw FeluccaException.unavailable(
                        "no descriptor below " + HIGHEST + " is free for libnftables, which knows none above 1023");
            }
            try {
                // Also without notice: others than these close descriptors too.
                TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, LOOK_NANOS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw FeluccaException.unavailable("interrupted while waiting for a descriptor for libnftables");
            }
        }
    }

    /** What the library has closed may be kept again; fewer are kept where there are no more. */
    synchronized void keep() {
        try {
            while (kept.size() < KEPT) {
                KernelFd lowest = file();
                if (lowest.number() > HIGHEST) {
                    lowest.close();
                    break;
                }
                kept.add(lowest);
            }
        } catch (FeluccaException e) {
            LOG.debug("keeping {} low descriptors: {}", kept.size(), e.toString());
        }
        notifyAll();
    }

    /** One that cannot be opened has no number: the kept ones are to make room. */
    private int lowest() {
        try (KernelFd lowest = file()) {
            return lowest.number();
        } catch (FeluccaException e) {
            return Integer.MAX_VALUE;
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
