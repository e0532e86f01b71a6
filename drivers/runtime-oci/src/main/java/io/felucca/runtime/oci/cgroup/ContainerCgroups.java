package io.felucca.runtime.oci.cgroup;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The folders of one container's cgroup, in every hierarchy that is mounted. */
public final class ContainerCgroups {

    private static final long REMOVE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long REMOVE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Where hierarchies are mounted, and what the kernel said of the hierarchies then. */
    private record Seen(String hierarchies, List<Path> mounts) {}

    private static volatile Seen seen = new Seen("", List.of());

    private ContainerCgroups() {}

    /**
     * Of every hierarchy, the deepest mounted last first. The table of mounts, which grows with the containers, is read when
     * there are other hierarchies than before, or one is not where it was.
     */
    public static List<Path> mounts() throws IOException {
        String hierarchies = Files.readString(Path.of("/proc/self/cgroup"));
        Seen known = seen;
        boolean same = known.hierarchies.equals(hierarchies)
                && known.mounts.stream().allMatch(mount -> Files.exists(mount.resolve("cgroup.procs")));
        if (!same) {
            known = new Seen(hierarchies, read());
            seen = known;
        }
        return known.mounts;
    }

    private static List<Path> read() throws IOException {
        List<Path> mounts = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)) {
            if (line.contains(" - cgroup ") || line.contains(" - cgroup2 ")) {
                mounts.add(Path.of(line.split(" ")[4]));
            }
        }
        Collections.reverse(mounts);
        return List.copyOf(mounts);
    }

    /** The {@code linux.cgroupsPath} of a spec; empty for systemd's form and for none. */
    public static String pathIn(Map<String, Object> spec) {
        return spec.get("linux") instanceof Map<?, ?> linux
                        && linux.get("cgroupsPath") instanceof String path
                        && isPlain(path)
                ? path
                : "";
    }

    public static boolean isPlain(String cgroup) {
        return cgroup.startsWith("/") && cgroup.length() > 1 && !cgroup.contains("..");
    }

    /**
     * Removes what a container that could not be made left: crun 1.8.1 leaves its cgroups when a limit is refused. Waits
     * until its process has left them.
     */
    public static void removeLeft(String cgroup) {
        long deadline = System.nanoTime() + REMOVE_TIMEOUT_NANOS;
        try {
            for (Path mount : mounts()) {
                Path folder = Path.of(mount + cgroup);
                while (!isGone(folder, System.nanoTime() > deadline)) {
                    LockSupport.parkNanos(REMOVE_PAUSE_NANOS);
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("removing the cgroups " + cgroup + " of a container that was not made", e);
        }
    }

    private static boolean isGone(Path folder, boolean last) throws IOException {
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (FileSystemException e) {
            if (last) {
                throw e;
            }
            return false; // busy: a process is ending in it
        }
    }
}
