package io.felucca.containers.usage;

import io.felucca.containers.ContainerStats.BlockCount;
import io.felucca.containers.ContainerStats.Cpu;
import io.felucca.containers.ContainerStats.Memory;
import io.felucca.containers.ContainerStats.Pids;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A group of cgroup v1, with its controllers in hierarchies of their own (kernel documentation, cgroup-v1). */
final class CgroupV1 implements Cgroup {

    private static final long NANOS_PER_TICK = 10_000_000;

    private final Path hierarchies;
    private final String path;

    /** @param path from a hierarchy's root, without the leading slash */
    CgroupV1(Path hierarchies, String path) {
        this.hierarchies = hierarchies;
        this.path = path;
    }

    private Path file(String controller, String name) {
        return hierarchies.resolve(controller).resolve(path).resolve(name);
    }

    @Override
    public Cpu cpu() {
        Map<String, Long> ticks = KernelText.pairs(file("cpuacct", "cpuacct.stat"));
        Map<String, Long> quota = KernelText.pairs(file("cpu", "cpu.stat"));
        return new Cpu(
                KernelText.number(file("cpuacct", "cpuacct.usage")),
                perCpu(),
                ticks.getOrDefault("system", 0L) * NANOS_PER_TICK,
                ticks.getOrDefault("user", 0L) * NANOS_PER_TICK,
                quota.getOrDefault("nr_periods", 0L),
                quota.getOrDefault("nr_throttled", 0L),
                quota.getOrDefault("throttled_time", 0L));
    }

    private List<Long> perCpu() {
        return KernelText.lines(file("cpuacct", "cpuacct.usage_percpu")).stream()
                .flatMap(line -> Arrays.stream(line.trim().split(" +")))
                .filter(word -> !word.isEmpty())
                .map(KernelText::number)
                .toList();
    }

    @Override
    public Memory memory() {
        return new Memory(
                KernelText.number(file("memory", "memory.usage_in_bytes")),
                KernelText.number(file("memory", "memory.max_usage_in_bytes")),
                KernelText.number(file("memory", "memory.failcnt")),
                KernelText.number(file("memory", "memory.limit_in_bytes")),
                KernelText.pairs(file("memory", "memory.stat")));
    }

    @Override
    public List<BlockCount> ioBytes() {
        return counts("blkio.throttle.io_service_bytes_recursive");
    }

    @Override
    public List<BlockCount> ioOperations() {
        return counts("blkio.throttle.io_serviced_recursive");
    }

    /** {@code 8:0 Read 4096}, and a last line of the total of all. */
    private List<BlockCount> counts(String name) {
        List<BlockCount> counts = new ArrayList<>();
        for (String line : KernelText.lines(file("blkio", name))) {
            String[] words = line.split("[: ]+");
            if (words.length == 4) {
                counts.add(new BlockCount(
                        KernelText.number(words[0]),
                        KernelText.number(words[1]),
                        words[2],
                        KernelText.number(words[3])));
            }
        }
        return counts;
    }

    @Override
    public Pids pids() {
        long limit = KernelText.number(file("pids", "pids.max"));
        return new Pids(KernelText.number(file("pids", "pids.current")), limit == Long.MAX_VALUE ? 0 : limit);
    }
}
