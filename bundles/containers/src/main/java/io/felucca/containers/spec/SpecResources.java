package io.felucca.containers.spec;

import io.felucca.containers.HostConfig.BlockIo;
import io.felucca.containers.HostConfig.DeviceLimit;
import io.felucca.containers.HostConfig.Resources;
import io.felucca.containers.check.ResourceCheck;
import io.felucca.containers.host.HostFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The limits of a container, {@code linux.resources}, in cgroup v1's terms: the runtime translates them where v2 rules.
 * What the machine's cgroups cannot do is left out, with a warning of {@link ResourceCheck}.
 */
public final class SpecResources {

    private static final int CPU_PERIOD_MICROS = 100_000;
    /** The kernel's PID_MAX_LIMIT. crun 1.8.1 writes -1 as it is, which pids.max refuses. */
    private static final long PROCESSES_MAX = 4_194_304;

    private SpecResources() {}

    public static Map<String, Object> of(Resources asked, HostFacts facts, List<Object> deviceRules) {
        HostFacts.CgroupSupport cgroups = facts.cgroups();
        Map<String, Object> resources = new LinkedHashMap<>();
        if (!deviceRules.isEmpty()) {
            resources.put("devices", deviceRules);
        }
        put(resources, "memory", memory(asked, cgroups));
        put(resources, "cpu", cpu(asked, cgroups));
        put(resources, "blockIO", blockIo(asked.blockIo(), cgroups));
        if (cgroups.has("pids") && asked.pidsLimit() != null && asked.pidsLimit() > 0) {
            resources.put("pids", Map.of("limit", asked.pidsLimit()));
        }
        return resources;
    }

    /** For one that runs: what is to have no bound is said so. */
    public static Map<String, Object> ofUpdate(Resources asked, HostFacts facts) {
        Map<String, Object> resources = of(asked, facts, List.of());
        if (facts.cgroups().has("pids") && asked.pidsLimit() != null && asked.pidsLimit() < 0) {
            resources.put("pids", Map.of("limit", PROCESSES_MAX));
        }
        return resources;
    }

    private static Map<String, Object> memory(Resources asked, HostFacts.CgroupSupport cgroups) {
        Map<String, Object> memory = new LinkedHashMap<>();
        if (!cgroups.has("memory")) {
            return memory;
        }
        if (asked.memory() > 0) {
            memory.put("limit", asked.memory());
            if (cgroups.swap()) {
                // Docker's default: as much swap again
                memory.put("swap", asked.memorySwap() == 0 ? 2 * asked.memory() : asked.memorySwap());
            }
        }
        if (asked.memoryReservation() > 0) {
            memory.put("reservation", asked.memoryReservation());
        }
        if (asked.memorySwappiness() != null && asked.memorySwappiness() >= 0 && !cgroups.unified()) {
            memory.put("swappiness", asked.memorySwappiness());
        }
        if (Boolean.TRUE.equals(asked.oomKillDisable()) && !cgroups.unified()) {
            memory.put("disableOOMKiller", true);
        }
        return memory;
    }

    private static Map<String, Object> cpu(Resources asked, HostFacts.CgroupSupport cgroups) {
        Map<String, Object> cpu = new LinkedHashMap<>();
        if (cgroups.has("cpu")) {
            if (asked.cpuShares() > 0) {
                cpu.put("shares", Math.min(Math.max(asked.cpuShares(), 2), 262_144));
            }
            if (asked.nanoCpus() > 0) {
                cpu.put("period", CPU_PERIOD_MICROS);
                cpu.put("quota", asked.nanoCpus() * CPU_PERIOD_MICROS / 1_000_000_000L);
            }
            putUnlessZero(cpu, "period", asked.cpuPeriod());
            putUnlessZero(cpu, "quota", asked.cpuQuota());
            putUnlessZero(cpu, "realtimePeriod", asked.cpuRealtimePeriod());
            putUnlessZero(cpu, "realtimeRuntime", asked.cpuRealtimeRuntime());
        }
        if (cgroups.has("cpuset")) {
            if (!text(asked.cpusetCpus()).isEmpty()) {
                cpu.put("cpus", asked.cpusetCpus());
            }
            if (!text(asked.cpusetMems()).isEmpty()) {
                cpu.put("mems", asked.cpusetMems());
            }
        }
        return cpu;
    }

    private static Map<String, Object> blockIo(BlockIo asked, HostFacts.CgroupSupport cgroups) {
        Map<String, Object> io = new LinkedHashMap<>();
        if (cgroups.has(HostFacts.BLOCK_WEIGHT)) {
            putUnlessZero(io, "weight", asked.weight());
            putDevices(io, "weightDevice", "weight", asked.weightDevices());
        }
        if (cgroups.has(HostFacts.BLOCK_THROTTLE)) {
            putDevices(io, "throttleReadBpsDevice", "rate", asked.readBytesPerSecond());
            putDevices(io, "throttleWriteBpsDevice", "rate", asked.writeBytesPerSecond());
            putDevices(io, "throttleReadIOPSDevice", "rate", asked.readsPerSecond());
            putDevices(io, "throttleWriteIOPSDevice", "rate", asked.writesPerSecond());
        }
        return io;
    }

    private static void putDevices(Map<String, Object> io, String name, String value, List<DeviceLimit> limits) {
        List<Object> devices = new ArrayList<>();
        for (DeviceLimit limit : limits) {
            DeviceNode node = DeviceNode.ofBlockDevice(limit.path());
            Map<String, Object> device = new LinkedHashMap<>();
            device.put("major", node.major());
            device.put("minor", node.minor());
            device.put(value, limit.value());
            devices.add(device);
        }
        if (!devices.isEmpty()) {
            io.put(name, devices);
        }
    }

    private static void putUnlessZero(Map<String, Object> values, String name, long value) {
        if (value != 0) {
            values.put(name, value);
        }
    }

    private static void put(Map<String, Object> resources, String name, Map<String, Object> values) {
        if (!values.isEmpty()) {
            resources.put(name, values);
        }
    }

    public static String text(String value) {
        return value == null ? "" : value;
    }
}
