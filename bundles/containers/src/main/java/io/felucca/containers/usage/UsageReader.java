package io.felucca.containers.usage;

import io.felucca.containers.ContainerStats;
import io.felucca.containers.ContainerStats.Memory;
import io.felucca.containers.ContainerStats.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Reads what a container uses. Stateless; what ends meanwhile reads as zeros. */
public final class UsageReader {

    private static final long NANOS_PER_TICK = 10_000_000;

    private final Path proc;
    private final Path cgroups;
    private final boolean unified;
    private final int onlineCpus;

    /** @param cgroups {@code /sys/fs/cgroup}; {@code unified} whether v2 rules there */
    public UsageReader(Path proc, Path cgroups, boolean unified, int onlineCpus) {
        this.proc = proc;
        this.cgroups = cgroups;
        this.unified = unified;
        this.onlineCpus = onlineCpus;
    }

    /**
     * @param cgroup from a hierarchy's root, such as {@code /felucca-3f…/<id>}
     * @param pid of its first process
     * @param alive whether that number is the process's still: asked after what it shows was read
     */
    public ContainerStats read(String cgroup, int pid, BooleanSupplier alive) {
        String path = cgroup.startsWith("/") ? cgroup.substring(1) : cgroup;
        Cgroup group = unified ? new CgroupV2(cgroups.resolve(path)) : new CgroupV1(cgroups, path);
        return new ContainerStats(
                Instant.now(),
                group.cpu(),
                systemCpuNanos(),
                onlineCpus,
                limited(group.memory()),
                group.ioBytes(),
                group.ioOperations(),
                group.pids(),
                networks(pid, alive));
    }

    /** As dockerd counts: the first seven columns, of which idle is one. */
    private long systemCpuNanos() {
        for (String line : KernelText.lines(proc.resolve("stat"))) {
            if (line.startsWith("cpu ")) {
                String[] words = line.split(" +");
                long ticks = 0;
                for (int i = 1; i <= 7 && i < words.length; i++) {
                    ticks += KernelText.number(words[i]);
                }
                return ticks * NANOS_PER_TICK;
            }
        }
        return 0;
    }

    private Memory limited(Memory memory) {
        long machine = KernelText.lines(proc.resolve("meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .map(line -> KernelText.number(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElse(Long.MAX_VALUE);
        return new Memory(
                memory.usageBytes(),
                memory.maxUsageBytes(),
                memory.failures(),
                Math.min(memory.limitBytes(), machine),
                memory.details());
    }

    private Map<String, Network> networks(int pid, BooleanSupplier alive) {
        Map<String, Network> networks = new TreeMap<>();
        if (sharesNetwork(pid)) {
            return networks;
        }
        for (String line : KernelText.lines(proc.resolve(pid + "/net/dev"))) {
            int colon = line.indexOf(':');
            String device = colon < 0 ? "lo" : line.substring(0, colon).trim();
            String[] words = line.substring(colon + 1).trim().split(" +");
            if (!device.equals("lo") && words.length >= 12) {
                networks.put(
                        device,
                        new Network(
                                KernelText.number(words[0]),
                                KernelText.number(words[1]),
                                KernelText.number(words[2]),
                                KernelText.number(words[3]),
                                KernelText.number(words[8]),
                                KernelText.number(words[9]),
                                KernelText.number(words[10]),
                                KernelText.number(words[11])));
            }
        }
        return alive.getAsBoolean() ? networks : Map.of();
    }

    private boolean sharesNetwork(int pid) {
        try {
            return Files.readSymbolicLink(proc.resolve(pid + "/ns/net"))
                    .equals(Files.readSymbolicLink(proc.resolve("self/ns/net")));
        } catch (IOException e) {
            // It has ended.
            return true;
        }
    }
}
