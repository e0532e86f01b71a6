package io.felucca.testkit.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts this JVM into a cgroup of its own in every hierarchy, as a service of systemd is, and back where it was. */
final class OwnCgroup implements AutoCloseable {

    private static final Path MOUNTS = Path.of("/sys/fs/cgroup");

    private final String pid = Long.toString(ProcessHandle.current().pid());
    /** The new folder and the one where the JVM was. */
    private final Map<Path, Path> entered = new HashMap<>();

    private OwnCgroup() {}

    static OwnCgroup enter(String name) throws IOException {
        OwnCgroup own = new OwnCgroup();
        for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
            String[] parts = line.split(":", 3);
            Path mount = parts[1].isEmpty() ? unified() : MOUNTS.resolve(parts[1].replace("name=", ""));
            if (!Files.exists(mount.resolve("cgroup.procs")) || parts[1].contains("cpuset")) {
                continue; // a new cpuset is empty, and no place to be
            }
            Path fresh = Files.createDirectories(mount.resolve(name));
            own.entered.put(fresh, Path.of(mount + parts[2]));
            Files.writeString(fresh.resolve("cgroup.procs"), own.pid);
        }
        return own;
    }

    private static Path unified() {
        return Files.exists(MOUNTS.resolve("cgroup.procs")) ? MOUNTS : MOUNTS.resolve("unified");
    }

    List<String> otherProcesses() throws IOException {
        List<String> others = new ArrayList<>();
        for (Path folder : entered.keySet()) {
            others.addAll(Files.readAllLines(folder.resolve("cgroup.procs")));
        }
        others.removeIf(pid::equals);
        return others;
    }

    @Override
    public void close() throws IOException {
        for (Map.Entry<Path, Path> entry : entered.entrySet()) {
            Files.writeString(entry.getValue().resolve("cgroup.procs"), pid);
            Files.delete(entry.getKey());
        }
    }
}
