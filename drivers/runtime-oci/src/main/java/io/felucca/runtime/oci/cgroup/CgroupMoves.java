package io.felucca.runtime.oci.cgroup;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the wait for a container's way into its cgroups ahead, beside all else that a start does.
 *
 * <p>Who moves a process to a cgroup takes {@code cgroup_threadgroup_rwsem} (kernel/cgroup/cgroup.c,
 * cgroup_procs_write_start), and the first to take it waits for an RCU grace period: 8 to 12 ms on an idle Linux 6.18 of
 * two processors. For as long after it, others need not wait. So a thread takes it by a move to where it is already, and
 * again while a container is expected.
 */
public final class CgroupMoves {

    private static final Logger LOG = LoggerFactory.getLogger(CgroupMoves.class);
    /** From the first word of a container to the runtime's own move: 25 ms by an idle engine. */
    private static final long EXPECTED_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
    /** A move after 10 ms was never seen to wait, one after 12 was. */
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(6);

    private record Seen(String own, Optional<Path> file) {}

    private final OutsideThreads threads;
    private volatile Seen seen;
    private final AtomicBoolean moving = new AtomicBoolean();
    private volatile long until = System.nanoTime();

    public CgroupMoves(OutsideThreads threads) {
        this.threads = threads;
    }

    /** Returns at once. */
    public void expect() {
        until = System.nanoTime() + EXPECTED_NANOS;
        if (moving.compareAndSet(false, true)) {
            try {
                threads.begin(this::move);
            } catch (RejectedExecutionException stopped) {
                moving.set(false);
            }
        }
    }

    boolean underWay() {
        return moving.get();
    }

    private void move() {
        try {
            Optional<Path> file = file();
            if (file.isEmpty()) {
                return;
            }
            // The first move holds cgroup_mutex as long as it waits: who starts the monitor has left before.
            threads.run(() -> null);
            threads.leave();
            String thread = Files.readSymbolicLink(Path.of("/proc/thread-self"))
                    .getFileName()
                    .toString();
            while (System.nanoTime() < until) {
                Files.writeString(file.get(), thread);
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        } catch (IOException | FeluccaException e) {
            LOG.debug("moves to cgroups are not hurried: {}", e.toString());
        } finally {
            moving.set(false);
        }
    }

    /** The table of mounts, which grows with the containers, is read when the process is in other groups than before. */
    private Optional<Path> file() throws IOException {
        String own = Files.readString(Path.of("/proc/self/cgroup"));
        Seen known = seen;
        if (known == null || !known.own.equals(own)) {
            Optional<Path> found =
                    file(own, Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1));
            known = new Seen(own, found);
            seen = found.isEmpty() ? null : known;
        }
        return known.file;
    }

    /**
     * By which a thread that is outside moves to where it is: on v1 to a hierarchy's root; on v2, where threads do not leave
     * their process, to the process's own cgroup.
     */
    static Optional<Path> file(String own, String mountInfo) {
        Optional<Path> unified = Optional.empty();
        for (String mount : mountInfo.split("\n")) {
            int dash = mount.indexOf(" - ");
            if (dash < 0) {
                continue;
            }
            Path mountPoint = Path.of(mount.split(" ")[4]);
            String type = mount.substring(dash + 3).split(" ")[0];
            if (type.equals("cgroup")) {
                return Optional.of(mountPoint.resolve("tasks"));
            }
            if (type.equals("cgroup2") && unified.isEmpty()) {
                unified = own.lines()
                        .filter(line -> line.startsWith("0::/"))
                        .map(line -> mountPoint
                                .resolve(line.substring("0::/".length()))
                                .resolve("cgroup.threads"))
                        .findFirst();
            }
        }
        return unified;
    }
}
