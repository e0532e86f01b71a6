package io.felucca.containers.check;

import static io.felucca.containers.spec.SpecResources.text;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig.BlockIo;
import io.felucca.containers.HostConfig.DeviceLimit;
import io.felucca.containers.HostConfig.Resources;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.host.NumberSet;
import io.felucca.containers.spec.SpecDevices;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What create and update refuse of limits and what they warn of, with the texts of dockerd 20.10. */
public final class ResourceCheck {

    private static final long MEMORY_MIN = 6L << 20;
    private static final String ABSENT = " or the cgroup is not mounted. ";

    private final HostFacts facts;
    private final List<String> warnings = new ArrayList<>();

    private ResourceCheck(HostFacts facts) {
        this.facts = facts;
    }

    /**
     * @return warnings for the answer
     * @throws FeluccaException INVALID
     */
    public static List<String> check(Resources asked, HostFacts facts) {
        if (asked.memory() == 0 && asked.memorySwap() > 0) {
            throw FeluccaException.invalid(
                    "You should always set the Memory limit when using Memoryswap limit, see usage");
        }
        return checkUpdate(asked, facts);
    }

    /** As {@link #check}, but what is not given may have been set before. */
    public static List<String> checkUpdate(Resources asked, HostFacts facts) {
        ResourceCheck check = new ResourceCheck(facts);
        check.memory(asked);
        check.processes(asked);
        check.cpu(asked);
        check.realtime(asked);
        check.blockIo(asked.blockIo());
        asked.devices().forEach(SpecDevices::permissions);
        asked.deviceCgroupRules().forEach(SpecDevices::cgroupRule);
        return List.copyOf(check.warnings);
    }

    private void memory(Resources asked) {
        boolean has = facts.cgroups().has("memory");
        if (asked.memory() > 0 && !has) {
            warn("Your kernel does not support memory limit capabilities or the cgroup is not mounted."
                    + " Limitation discarded.");
        } else if (asked.memory() < 0 || asked.memory() > 0 && asked.memory() < MEMORY_MIN) {
            throw FeluccaException.invalid("Minimum memory limit allowed is 6MB");
        }
        if (asked.memory() > 0
                && asked.memorySwap() != -1
                && has
                && !facts.cgroups().swap()) {
            warn("Your kernel does not support swap limit capabilities or the cgroup is not mounted."
                    + " Memory limited without swap.");
        }
        if (asked.memory() > 0 && asked.memorySwap() > 0 && asked.memorySwap() < asked.memory()) {
            throw FeluccaException.invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        }
        if (asked.memoryReservation() > 0 && !has) {
            warn("Your kernel does not support memory soft limit capabilities or the cgroup is not mounted."
                    + " Limitation discarded.");
        } else if (asked.memoryReservation() != 0 && asked.memoryReservation() < MEMORY_MIN) {
            throw FeluccaException.invalid("Minimum memory reservation allowed is 6MB");
        }
        if (asked.memory() > 0 && asked.memoryReservation() > asked.memory()) {
            throw FeluccaException.invalid(
                    "Minimum memory limit can not be less than memory reservation limit, see usage");
        }
        if (Boolean.TRUE.equals(asked.oomKillDisable())) {
            if (facts.cgroups().unified()) {
                warn("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
            } else if (asked.memory() == 0) {
                warn("OOM killer is disabled for the container, but no memory limit is set,"
                        + " this can result in the system running out of resources.");
            }
        }
        Long swappiness = asked.memorySwappiness();
        if (swappiness != null && swappiness != -1) {
            if (facts.cgroups().unified() || !has) {
                warn("Your kernel does not support memory swappiness capabilities or the cgroup is not mounted."
                        + " Memory swappiness discarded.");
            } else if (swappiness < 0 || swappiness > 100) {
                throw FeluccaException.invalid(
                        "Invalid value: " + swappiness + ", valid memory swappiness range is 0-100");
            }
        }
    }

    private void cpu(Resources asked) {
        boolean has = facts.cgroups().has("cpu");
        if (asked.cpuShares() > 0 && !has) {
            warn("Your kernel does not support CPU shares or the cgroup is not mounted. Shares discarded.");
        }
        if (asked.nanoCpus() > 0 && asked.cpuPeriod() > 0) {
            throw FeluccaException.invalid("Conflicting options: Nano CPUs and CPU Period cannot both be set");
        }
        if (asked.nanoCpus() > 0 && asked.cpuQuota() > 0) {
            throw FeluccaException.invalid("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        }
        int cpus = facts.cpus().count();
        if (asked.nanoCpus() < 0 || asked.nanoCpus() > cpus * 1_000_000_000L) {
            throw FeluccaException.invalid(String.format(
                    Locale.ROOT,
                    "Range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available",
                    cpus,
                    cpus));
        }
        if ((asked.nanoCpus() > 0 || asked.cpuPeriod() > 0 || asked.cpuQuota() > 0) && !has) {
            warn("Your kernel does not support CPU cfs period/quota or the cgroup is not mounted."
                    + " Quota discarded.");
        }
        if (asked.cpuPeriod() != 0 && (asked.cpuPeriod() < 1000 || asked.cpuPeriod() > 1_000_000)) {
            throw FeluccaException.invalid(
                    "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s" + " (i.e. 1000000)");
        }
        if (asked.cpuQuota() > 0 && asked.cpuQuota() < 1000) {
            throw FeluccaException.invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        }
        boolean pinned =
                !text(asked.cpusetCpus()).isEmpty() || !text(asked.cpusetMems()).isEmpty();
        if (pinned && !facts.cgroups().has("cpuset")) {
            warn("Your kernel does not support cpuset or the cgroup is not mounted. Cpuset discarded.");
        }
        numbers("cpus", "CPUs", text(asked.cpusetCpus()), facts.cpus());
        numbers("mems", "memory nodes", text(asked.cpusetMems()), facts.memoryNodes());
    }

    private static void numbers(String option, String what, String asked, NumberSet available) {
        NumberSet set;
        try {
            set = NumberSet.parse(asked);
        } catch (FeluccaException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID,
                    "Invalid value " + asked + " for cpuset " + option + ": " + e.getMessage(),
                    e);
        }
        if (!available.containsAll(set)) {
            throw FeluccaException.invalid("Requested " + what + " are not available - requested " + asked
                    + ", available: " + available.text());
        }
    }

    /**
     * Whether the second set of limits may follow on the first.
     *
     * @throws FeluccaException CONFLICT with Docker's text
     */
    public static void checkChange(Resources set, Resources asked) {
        conflict(asked.nanoCpus() > 0 && set.cpuPeriod() > 0, "Nano CPUs", "CPU Period");
        conflict(asked.nanoCpus() > 0 && set.cpuQuota() > 0, "Nano CPUs", "CPU Quota");
        conflict(asked.cpuPeriod() > 0 && set.nanoCpus() > 0, "CPU Period", "NanoCPUs");
        conflict(asked.cpuQuota() > 0 && set.nanoCpus() > 0, "CPU Quota", "NanoCPUs");
        if (asked.memorySwap() == 0 && asked.memory() > set.memorySwap() && set.memorySwap() != -1) {
            throw FeluccaException.conflict("Memory limit should be smaller than already set memoryswap limit,"
                    + " update the memoryswap at the same time");
        }
    }

    private static void conflict(boolean both, String asked, String set) {
        if (both) {
            throw FeluccaException.conflict(
                    "Conflicting options: " + asked + " cannot be updated as " + set + " has already been set");
        }
    }

    private void processes(Resources asked) {
        if (asked.pidsLimit() != null
                && asked.pidsLimit() > 0
                && !facts.cgroups().has("pids")) {
            warn("Your kernel does not support pids limit capabilities or the cgroup is not mounted."
                    + " PIDs limit discarded.");
        }
    }

    private void realtime(Resources asked) {
        long period = asked.cpuRealtimePeriod();
        long runtime = asked.cpuRealtimeRuntime();
        if ((period != 0 || runtime != 0) && !facts.cgroups().has(HostFacts.CPU_REALTIME)) {
            throw FeluccaException.invalid("Your kernel does not support CPU real-time scheduler");
        }
        if (period != 0 && runtime > period) {
            throw FeluccaException.invalid("cpu real-time runtime cannot be higher than cpu real-time period");
        }
    }

    private void blockIo(BlockIo asked) {
        boolean weighs = facts.cgroups().has(HostFacts.BLOCK_WEIGHT);
        if (asked.weight() > 0 && !weighs) {
            warn("Your kernel does not support Block I/O weight" + ABSENT + "Weight discarded.");
        } else if (asked.weight() != 0 && (asked.weight() < 10 || asked.weight() > 1000)) {
            throw FeluccaException.invalid("Range of blkio weight is from 10 to 1000");
        }
        if (!asked.weightDevices().isEmpty() && !weighs) {
            warn("Your kernel does not support Block I/O weight_device" + ABSENT + "Weight-device discarded.");
        }
        throttle(asked.readBytesPerSecond(), "BPS Block I/O read limit", "Block I/O BPS read limit");
        throttle(asked.writeBytesPerSecond(), "BPS Block I/O write limit", "Block I/O BPS write limit");
        throttle(asked.readsPerSecond(), "IOPS Block read limit", "Block I/O IOPS read limit");
        throttle(asked.writesPerSecond(), "IOPS Block write limit", "Block I/O IOPS write limit");
    }

    private void throttle(List<DeviceLimit> limits, String what, String discarded) {
        if (!limits.isEmpty() && !facts.cgroups().has(HostFacts.BLOCK_THROTTLE)) {
            warn("Your kernel does not support " + what + ABSENT + discarded + " discarded.");
        }
    }

    private void warn(String text) {
        warnings.add(text);
    }
}
