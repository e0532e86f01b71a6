package io.felucca.runtime.oci.cgroup;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The cgroups that this process is in, other than the roots. A monitor must not stay in them: whoever stops the
 * platform's service kills all that is there.
 *
 * <p>On cgroup v1 threads move one by one (cgroup-v1/cgroups.rst, "tasks"), so that a thread that goes to the roots and
 * then starts a child needs no second step, and the kernel no lock for a whole process. On v2 the child itself is moved,
 * while it waits on its start pipe.
 *
 * @param v1Tasks the {@code tasks} files of the roots of the hierarchies to leave
 * @param v2Processes the {@code cgroup.procs} files of the unified root, when it is to be left
 */
public record OwnCgroups(List<Path> v1Tasks, List<Path> v2Processes) {

    private record Seen(String own, OwnCgroups groups) {}

    private static volatile Seen last = new Seen("", new OwnCgroups(List.of(), List.of()));

    /** Where the hierarchies are mounted is looked up when the process is in other groups than the last time. */
    public static OwnCgroups read() {
        try {
            String own = Files.readString(Path.of("/proc/self/cgroup"));
            Seen seen = last;
            if (!seen.own.equals(own)) {
                seen = new Seen(
                        own, of(own, Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)));
                last = seen;
            }
            return seen.groups;
        } catch (IOException e) {
            throw FeluccaException.system("reading the engine's own cgroups in /proc/self", e);
        }
    }

    static OwnCgroups of(String own, String mountInfo) {
        List<Path> tasks = new ArrayList<>();
        List<Path> processes = new ArrayList<>();
        for (String line : own.split("\n")) {
            String[] parts = line.split(":", 3);
            if (parts.length < 3 || parts[2].equals("/")) {
                continue;
            }
            for (String mount : mountInfo.split("\n")) {
                int dash = mount.indexOf(" - ");
                if (dash < 0) {
                    continue;
                }
                String mountPoint = mount.split(" ")[4];
                String[] kind = mount.substring(dash + 3).split(" ");
                if (parts[1].isEmpty() && kind[0].equals("cgroup2")) {
                    processes.add(Path.of(mountPoint, "cgroup.procs"));
                    break;
                }
                if (!parts[1].isEmpty()
                        && kind[0].equals("cgroup")
                        && List.of(kind[2].split(",")).containsAll(List.of(parts[1].split(",")))) {
                    tasks.add(Path.of(mountPoint, "tasks"));
                    break;
                }
            }
        }
        return new OwnCgroups(tasks, processes);
    }

    /** Moves the calling thread, which is for nothing else from then on. */
    void leaveByThread() {
        v1Tasks.forEach(file -> write(file, "0"));
    }

    public void moveOut(int pid) {
        v2Processes.forEach(file -> write(file, Integer.toString(pid)));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw FeluccaException.system(
                    "moving a container's monitor out of the engine's cgroup by " + file
                            + ": it would end together with the engine's service",
                    e);
        }
    }
}
