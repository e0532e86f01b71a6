package io.felucca.containers;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a container uses, at one instant: as the kernel's cgroups count it (v1 or v2) and its network devices.
 *
 * @param read null for one that does not run: then all else is zero or empty
 * @param systemCpuNanos of all processors since the machine's start, but idle time counted too (proc(5), cpu)
 * @param onlineCpus processors there are
 * @param networks by device; empty where the network is the host's
 */
public record ContainerStats(
        Instant read,
        Cpu cpu,
        long systemCpuNanos,
        int onlineCpus,
        Memory memory,
        List<BlockCount> ioBytes,
        List<BlockCount> ioOperations,
        Pids pids,
        Map<String, Network> networks) {

    public static final ContainerStats NONE = new ContainerStats(
            null,
            new Cpu(0, List.of(), 0, 0, 0, 0, 0),
            0,
            0,
            new Memory(0, 0, 0, 0, Map.of()),
            List.of(),
            List.of(),
            new Pids(0, 0),
            Map.of());

    /** @param perCpuNanos empty on cgroup v2, which does not count them; {@code periods} of the quota */
    public record Cpu(
            long totalNanos,
            List<Long> perCpuNanos,
            long kernelNanos,
            long userNanos,
            long periods,
            long throttledPeriods,
            long throttledNanos) {}

    /**
     * @param maxUsageBytes 0 on cgroup v2, so {@code failures}
     * @param limitBytes the machine's memory where there is no limit
     * @param details of the kernel's memory.stat
     */
    public record Memory(
            long usageBytes, long maxUsageBytes, long failures, long limitBytes, Map<String, Long> details) {}

    /** @param operation as the kernel's version of cgroups names it: {@code Read} or {@code read} */
    public record BlockCount(long major, long minor, String operation, long value) {}

    /** @param limit 0 for none */
    public record Pids(long current, long limit) {}

    public record Network(
            long receivedBytes,
            long receivedPackets,
            long receivedErrors,
            long receivedDropped,
            long sentBytes,
            long sentPackets,
            long sentErrors,
            long sentDropped) {}
}
