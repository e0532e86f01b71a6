package io.felucca.shell.container.options;

import io.felucca.containers.HostConfig;
import io.felucca.containers.HostConfig.DeviceLimit;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Limits that can be set by {@code run} and {@code create} alone. */
public final class DeviceOptions {

    @Option(
            names = "--blkio-weight-device",
            converter = Forms.DeviceWeight.class,
            description = "Block IO weight (relative device weight)")
    List<DeviceLimit> weightDevices = new ArrayList<>();

    @Option(names = "--device-cgroup-rule", description = "Add a rule to the cgroup allowed devices list")
    List<String> deviceCgroupRules = new ArrayList<>();

    @Option(
            names = "--device-read-bps",
            converter = Forms.DeviceBytes.class,
            description = "Limit read rate (bytes per second) from a device")
    List<DeviceLimit> readBps = new ArrayList<>();

    @Option(
            names = "--device-read-iops",
            converter = Forms.DeviceOperations.class,
            description = "Limit read rate (IO per second) from a device")
    List<DeviceLimit> readIops = new ArrayList<>();

    @Option(
            names = "--device-write-bps",
            converter = Forms.DeviceBytes.class,
            description = "Limit write rate (bytes per second) to a device")
    List<DeviceLimit> writeBps = new ArrayList<>();

    @Option(
            names = "--device-write-iops",
            converter = Forms.DeviceOperations.class,
            description = "Limit write rate (IO per second) to a device")
    List<DeviceLimit> writeIops = new ArrayList<>();

    @Option(
            names = "--memory-swappiness",
            paramLabel = "int",
            description = "Tune container memory swappiness (0 to 100) (default -1)")
    Long memorySwappiness;

    @Option(names = "--oom-kill-disable", arity = "1", description = "Disable OOM Killer")
    Boolean oomKillDisable;

    @Option(
            names = "--ulimit",
            paramLabel = "ulimit",
            converter = Forms.UlimitForm.class,
            description = "Ulimit options")
    List<HostConfig.Ulimit> ulimits = new ArrayList<>();
}
