package io.felucca.docker.json.container;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.containers.ContainerStats;
import io.felucca.containers.ContainerStats.BlockCount;
import io.felucca.containers.ContainerStats.Network;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.text.DockerTime;
import java.util.List;
import java.util.TreeMap;

/** {@code GET /containers/ID/stats} (API 1.51, ContainerStatsResponse), fields in dockerd 20.10's order. */
public final class StatsJson {

    private static final String NEVER = "0001-01-01T00:00:00Z";

    private StatsJson() {}

    /** @param before the sample before this one, or {@link ContainerStats#NONE} */
    public static ObjectNode write(String id, String name, ContainerStats before, ContainerStats stats) {
        ObjectNode root = DockerJson.object();
        root.put("read", stats.read() == null ? NEVER : DockerTime.rfc3339Nano(stats.read()));
        root.put("preread", before.read() == null ? NEVER : DockerTime.rfc3339Nano(before.read()));
        ObjectNode pids = root.putObject("pids_stats");
        putUnlessZero(pids, "current", stats.pids().current());
        putUnlessZero(pids, "limit", stats.pids().limit());
        ObjectNode io = root.putObject("blkio_stats");
        // Cgroup v1 alone counts processors one by one; of it dockerd has empty lists where nothing is counted.
        boolean v1 = !stats.cpu().perCpuNanos().isEmpty();
        putCounts(io, "io_service_bytes_recursive", stats.ioBytes(), v1);
        putCounts(io, "io_serviced_recursive", stats.ioOperations(), v1);
        for (String absent : List.of("queue", "service_time", "wait_time", "merged", "time")) {
            putCounts(io, "io_" + absent + "_recursive", List.of(), v1);
        }
        putCounts(io, "sectors_recursive", List.of(), v1);
        root.put("num_procs", 0);
        root.putObject("storage_stats");
        putCpu(root.putObject("cpu_stats"), stats);
        putCpu(root.putObject("precpu_stats"), before);
        putMemory(root.putObject("memory_stats"), stats.memory());
        root.put("name", "/" + name);
        root.put("id", id);
        if (!stats.networks().isEmpty()) {
            ObjectNode networks = root.putObject("networks");
            new TreeMap<>(stats.networks()).forEach((device, counts) -> put(networks.putObject(device), counts));
        }
        return root;
    }

    private static void putCounts(ObjectNode io, String name, List<BlockCount> counts, boolean v1) {
        if (counts.isEmpty() && !v1) {
            io.putNull(name);
            return;
        }
        ArrayNode array = io.putArray(name);
        for (BlockCount count : counts) {
            array.addObject()
                    .put("major", count.major())
                    .put("minor", count.minor())
                    .put("op", count.operation())
                    .put("value", count.value());
        }
    }

    private static void putCpu(ObjectNode node, ContainerStats stats) {
        ContainerStats.Cpu cpu = stats.cpu();
        ObjectNode usage = node.putObject("cpu_usage");
        usage.put("total_usage", cpu.totalNanos());
        if (!cpu.perCpuNanos().isEmpty()) {
            ArrayNode each = usage.putArray("percpu_usage");
            cpu.perCpuNanos().forEach(each::add);
        }
        usage.put("usage_in_kernelmode", cpu.kernelNanos()).put("usage_in_usermode", cpu.userNanos());
        putUnlessZero(node, "system_cpu_usage", stats.systemCpuNanos());
        putUnlessZero(node, "online_cpus", stats.onlineCpus());
        node.putObject("throttling_data")
                .put("periods", cpu.periods())
                .put("throttled_periods", cpu.throttledPeriods())
                .put("throttled_time", cpu.throttledNanos());
    }

    private static void putMemory(ObjectNode node, ContainerStats.Memory memory) {
        putUnlessZero(node, "usage", memory.usageBytes());
        putUnlessZero(node, "max_usage", memory.maxUsageBytes());
        if (!memory.details().isEmpty()) {
            ObjectNode details = node.putObject("stats");
            new TreeMap<>(memory.details()).forEach(details::put);
        }
        putUnlessZero(node, "failcnt", memory.failures());
        putUnlessZero(node, "limit", memory.limitBytes());
    }

    private static void put(ObjectNode node, Network counts) {
        node.put("rx_bytes", counts.receivedBytes())
                .put("rx_packets", counts.receivedPackets())
                .put("rx_errors", counts.receivedErrors())
                .put("rx_dropped", counts.receivedDropped())
                .put("tx_bytes", counts.sentBytes())
                .put("tx_packets", counts.sentPackets())
                .put("tx_errors", counts.sentErrors())
                .put("tx_dropped", counts.sentDropped());
    }

    private static void putUnlessZero(ObjectNode node, String name, long value) {
        if (value != 0) {
            node.put(name, value);
        }
    }
}
