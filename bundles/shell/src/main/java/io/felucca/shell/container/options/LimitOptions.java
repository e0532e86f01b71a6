package io.felucca.shell.container.options;

import io.felucca.containers.HostConfig;
import io.felucca.containers.HostConfig.BlockIo;
import io.felucca.containers.HostConfig.Resources;
import io.felucca.shell.command.Values;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Limits that {@code run}, {@code create} and {@code update} have in common. */
public final class LimitOptions {

    @Option(
            names = "--blkio-weight",
            paramLabel = "uint16",
            description = "Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)")
    int blkioWeight;

    @Option(names = "--cpu-rt-period", paramLabel = "int", description = "Limit CPU real-time period in microseconds")
    long cpuRealtimePeriod;

    @Option(names = "--cpu-rt-runtime", paramLabel = "int", description = "Limit CPU real-time runtime in microseconds")
    long cpuRealtimeRuntime;

    @Option(names = "--cpu-period", description = "Limit CPU CFS (Completely Fair Scheduler) period")
    long cpuPeriod;

    @Option(names = "--cpu-quota", description = "Limit CPU CFS (Completely Fair Scheduler) quota")
    long cpuQuota;

    @Option(
            names = {"-c", "--cpu-shares"},
            description = "CPU shares (relative weight)")
    long cpuShares;

    @Option(names = "--cpus", paramLabel = "decimal", converter = Values.NanoCpus.class, description = "Number of CPUs")
    long nanoCpus;

    @Option(names = "--cpuset-cpus", description = "CPUs in which to allow execution (0-3, 0,1)")
    String cpusetCpus;

    @Option(names = "--cpuset-mems", description = "MEMs in which to allow execution (0-3, 0,1)")
    String cpusetMems;

    @Option(
            names = {"-m", "--memory"},
            paramLabel = "bytes",
            converter = Values.Bytes.class,
            description = "Memory limit")
    long memory;

    @Option(
            names = "--memory-reservation",
            paramLabel = "bytes",
            converter = Values.Bytes.class,
            description = "Memory soft limit")
    long memoryReservation;

    @Option(
            names = "--memory-swap",
            paramLabel = "bytes",
            converter = Values.BytesOrUnlimited.class,
            description = "Swap limit equal to memory plus swap: '-1' to enable unlimited swap")
    long memorySwap;

    @Option(names = "--pids-limit", description = "Tune container pids limit (set -1 for unlimited)")
    Long pidsLimit;

    @Option(names = "--device", converter = Forms.DeviceForm.class, description = "Add a host device to the container")
    List<HostConfig.Device> devices = new ArrayList<>();

    /** With what only {@code run} and {@code create} know of. */
    public Resources with(DeviceOptions of) {
        return new Resources(
                memory,
                memoryReservation,
                memorySwap,
                of.memorySwappiness,
                of.oomKillDisable,
                nanoCpus,
                cpuShares,
                cpuPeriod,
                cpuQuota,
                cpuRealtimePeriod,
                cpuRealtimeRuntime,
                cpusetCpus == null ? "" : cpusetCpus,
                cpusetMems == null ? "" : cpusetMems,
                pidsLimit,
                new BlockIo(blkioWeight, of.weightDevices, of.readBps, of.writeBps, of.readIops, of.writeIops),
                devices,
                of.deviceCgroupRules,
                of.ulimits);
    }
}
