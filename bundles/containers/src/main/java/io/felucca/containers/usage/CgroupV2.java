package io.felucca.containers.usage;

import io.felucca.containers.ContainerStats.BlockCount;
import io.felucca.containers.ContainerStats.Cpu;
import io.felucca.containers.ContainerStats.Memory;
import io.felucca.containers.ContainerStats.Pids;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A group of the unified hierarchy (kernel documentation, cgroup-v2). */
final class CgroupV2 implements Cgroup {

    private static final long NANOS_PER_MICRO = 1_000;

    private final Path folder;

    CgroupV2(Path folder) {
        this.folder = folder;
    }

    @Override
    public Cpu cpu() {
        Map<String, Long> stat = KernelText.pairs(folder.resolve("cpu.stat"));
        return new Cpu(
                stat.getOrDefault("usage_usec", 0L) * NANOS_PER_MICRO,
                List.of(),
                stat.getOrDefault("system_usec", 0L) * NANOS_PER_MICRO,
                stat.getOrDefault("user_usec", 0L) * NANOS_PER_MICRO,
                stat.getOrDefault("nr_periods", 0L),
                stat.getOrDefault("nr_throttled", 0L),
                stat.getOrDefault("throttled_usec", 0L) * NANOS_PER_MICRO);
    }

    @Override
    public Memory memory() {
        return new Memory(
                KernelText.number(folder.resolve("memory.current")),
                0,
                0,
                KernelText.number(folder.resolve("memory.max")),
                KernelText.pairs(folder.resolve("memory.stat")));
    }

    @Override
    public List<BlockCount> ioBytes() {
        return counts("rbytes", "wbytes");
    }

    @Override
    public List<BlockCount> ioOperations() {
        return counts("rios", "wios");
    }

    /** {@code 8:0 rbytes=4096 wbytes=0 rios=1 wios=0 …} */
    private List<BlockCount> counts(String read, String write) {
        List<BlockCount> counts = new ArrayList<>();
        for (String line : KernelText.lines(folder.resolve("io.stat"))) {
            String[] words = line.split(" +");
            String[] device = words[0].split(":");
            for (int i = 1; i < words.length && device.length == 2; i++) {
                String[] pair = words[i].split("=", 2);
                if (pair.length == 2 && (pair[0].equals(read) || pair[0].equals(write))) {
                    counts.add(new BlockCount(
                            KernelText.number(device[0]),
                            KernelText.number(device[1]),
                            pair[0].equals(read) ? "read" : "write",
                            KernelText.number(pair[1])));
                }
            }
        }
        return counts;
    }

    @Override
    public Pids pids() {
        long limit = KernelText.number(folder.resolve("pids.max"));
        return new Pids(KernelText.number(folder.resolve("pids.current")), limit == Long.MAX_VALUE ? 0 : limit);
    }
}
