package io.felucca.containers.spec;

import io.felucca.containers.HostConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The limits of a container, {@code linux.resources}, in cgroup v1's terms: the runtime translates them where v2 rules.
 * What the machine's cgroups cannot do is left out, with a warning of {@link HostConfigCheck}.
 */
public final class SpecResources {

    private static final int CPU_PERIOD_MICROS = 100_000;

    private SpecResources() {}

    /** @param deviceRules empty for an update, which leaves them as they are */
    public static Map<String, Object> of(HostConfig host, HostFacts facts, List<Object> deviceRules) {
        Map<String, Object> resources = new LinkedHashMap<>();
        if (!deviceRules.isEmpty()) {
            resources.put("devices", deviceRules);
        }
        put(resources, "memory", memory(host, facts.cgroups()));
        put(resources, "cpu", cpu(host, facts.cgroups()));
        if (facts.cgroups().has("pids") && host.pidsLimit() != null && host.pidsLimit() > 0) {
            resources.put("pids", Map.of("limit", host.pidsLimit()));
        }
        return resources;
    }

    private static Map<String, Object> memory(HostConfig host, HostFacts.CgroupSupport cgroups) {
        Map<String, Object> memory = new LinkedHashMap<>();
        if (!cgroups.has("memory")) {
            return memory;
        }
        if (host.memory() > 0) {
            memory.put("limit", host.memory());
            if (cgroups.swap()) {
                // Docker's default: as much swap again
                memory.put("swap", host.memorySwap() == 0 ? 2 * host.memory() : host.memorySwap());
            }
        }
        if (host.memoryReservation() > 0) {
            memory.put("reservation", host.memoryReservation());
        }
        if (Boolean.TRUE.equals(host.oomKillDisable()) && !cgroups.unified()) {
            memory.put("disableOOMKiller", true);
        }
        return memory;
    }

    private static Map<String, Object> cpu(HostConfig host, HostFacts.CgroupSupport cgroups) {
        Map<String, Object> cpu = new LinkedHashMap<>();
        if (cgroups.has("cpu")) {
            if (host.cpuShares() > 0) {
                cpu.put("shares", Math.min(Math.max(host.cpuShares(), 2), 262_144));
            }
            if (host.nanoCpus() > 0) {
                cpu.put("period", CPU_PERIOD_MICROS);
                cpu.put("quota", host.nanoCpus() * CPU_PERIOD_MICROS / 1_000_000_000L);
            }
            if (host.cpuPeriod() > 0) {
                cpu.put("period", host.cpuPeriod());
            }
            if (host.cpuQuota() != 0) {
                cpu.put("quota", host.cpuQuota());
            }
        }
        if (cgroups.has("cpuset")) {
            if (!text(host.cpusetCpus()).isEmpty()) {
                cpu.put("cpus", host.cpusetCpus());
            }
            if (!text(host.cpusetMems()).isEmpty()) {
                cpu.put("mems", host.cpusetMems());
            }
        }
        return cpu;
    }

    private static void put(Map<String, Object> resources, String name, Map<String, Object> values) {
        if (!values.isEmpty()) {
            resources.put(name, values);
        }
    }

    static String text(String value) {
        return value == null ? "" : value;
    }
}
