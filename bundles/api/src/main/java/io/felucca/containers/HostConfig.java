package io.felucca.containers;

import io.felucca.networks.PortBinding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of a container depends on the host: {@code HostConfig} of Docker's API 1.51, as far as the engine acts on it.
 * Zero, empty or null means Docker's default. Sizes in bytes. What has no component here is refused by the front ends, not
 * ignored.
 *
 * @param storageOpt as given: {@code size}, what the container's layer may grow to, in Docker's words ("10G"), and,
 *     beyond Docker, {@code driver}, the name of the storage driver that holds the layer
 */
public record HostConfig(
        String networkMode,
        RestartPolicy restartPolicy,
        boolean autoRemove,
        LogConfig logConfig,
        List<String> capAdd,
        List<String> capDrop,
        List<String> groupAdd,
        List<String> dns,
        List<String> dnsSearch,
        List<String> dnsOptions,
        List<String> extraHosts,
        Map<String, List<PortBinding>> portBindings,
        boolean publishAllPorts,
        List<String> links,
        String ipcMode,
        String pidMode,
        String utsMode,
        String usernsMode,
        String cgroupnsMode,
        boolean privileged,
        boolean readonlyRootfs,
        List<String> securityOpt,
        Map<String, String> tmpfs,
        List<String> binds,
        List<MountSpec> mounts,
        List<String> volumesFrom,
        String volumeDriver,
        long shmSize,
        Map<String, String> sysctls,
        String runtime,
        Map<String, String> storageOpt,
        String cgroupParent,
        Resources resources,
        Integer oomScoreAdj,
        Map<String, String> annotations,
        Boolean init,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        ConsoleSize consoleSize) {

    /** A terminal's size at the start; null for the kernel's default, which a client's resize follows. */
    public record ConsoleSize(int rows, int columns) {}

    /**
     * @param name {@code no}, {@code always}, {@code unless-stopped}, {@code on-failure} and, beyond Docker,
     *     {@code on-unhealthy}, which is {@code on-failure} that also ends and restarts a container that is unhealthy
     * @param maximumRetryCount of {@code on-failure} and {@code on-unhealthy}; 0 for no bound
     */
    public record RestartPolicy(String name, int maximumRetryCount) {}

    /**
     * What a container may use: {@code Resources} of Docker's API, which create and update have in common. Zero, empty
     * or null is Docker's default at create and means no change at update. Sizes in bytes, times in microseconds.
     *
     * @param memorySwap memory and swap together; -1 for no bound
     * @param memorySwappiness 0 to 100; null or -1 for the kernel's
     * @param nanoCpus nanoseconds of processor time a second
     * @param pidsLimit -1 for no bound
     * @param deviceCgroupRules such as {@code c 1:3 rwm}, in the words of cgroup v1
     */
    public record Resources(
            long memory,
            long memoryReservation,
            long memorySwap,
            Long memorySwappiness,
            Boolean oomKillDisable,
            long nanoCpus,
            long cpuShares,
            long cpuPeriod,
            long cpuQuota,
            long cpuRealtimePeriod,
            long cpuRealtimeRuntime,
            String cpusetCpus,
            String cpusetMems,
            Long pidsLimit,
            BlockIo blockIo,
            List<Device> devices,
            List<String> deviceCgroupRules,
            List<Ulimit> ulimits) {

        public static final Resources NONE = new Resources(
                0, 0, 0, null, null, 0, 0, 0, 0, 0, 0, "", "", null, BlockIo.NONE, List.of(), List.of(), List.of());

        public Resources {
            blockIo = blockIo == null ? BlockIo.NONE : blockIo;
            devices = orEmpty(devices);
            deviceCgroupRules = orEmpty(deviceCgroupRules);
            ulimits = orEmpty(ulimits);
        }

        /** With what the other one gives, as an update has it. A device takes the place of one at the same path inside. */
        public Resources updatedBy(Resources other) {
            return new Resources(
                    either(other.memory, memory),
                    either(other.memoryReservation, memoryReservation),
                    either(other.memorySwap, memorySwap),
                    memorySwappiness,
                    oomKillDisable,
                    either(other.nanoCpus, nanoCpus),
                    either(other.cpuShares, cpuShares),
                    either(other.cpuPeriod, cpuPeriod),
                    either(other.cpuQuota, cpuQuota),
                    either(other.cpuRealtimePeriod, cpuRealtimePeriod),
                    either(other.cpuRealtimeRuntime, cpuRealtimeRuntime),
                    either(other.cpusetCpus, cpusetCpus),
                    either(other.cpusetMems, cpusetMems),
                    other.pidsLimit == null ? pidsLimit : other.pidsLimit,
                    blockIo.withWeight(other.blockIo.weight == 0 ? blockIo.weight : other.blockIo.weight),
                    devicesWith(other.devices),
                    deviceCgroupRules,
                    ulimits);
        }

        private List<Device> devicesWith(List<Device> added) {
            Map<String, Device> byPath = new LinkedHashMap<>();
            devices.forEach(device -> byPath.put(device.path(), device));
            added.forEach(device -> byPath.put(device.path(), device));
            return List.copyOf(byPath.values());
        }

        private static long either(long given, long otherwise) {
            return given == 0 ? otherwise : given;
        }

        private static String either(String given, String otherwise) {
            return given == null || given.isEmpty() ? otherwise : given;
        }
    }

    /**
     * Limits of reading and writing block devices.
     *
     * @param weight 10 to 1000, or 0 for none
     */
    public record BlockIo(
            int weight,
            List<DeviceLimit> weightDevices,
            List<DeviceLimit> readBytesPerSecond,
            List<DeviceLimit> writeBytesPerSecond,
            List<DeviceLimit> readsPerSecond,
            List<DeviceLimit> writesPerSecond) {

        public static final BlockIo NONE = new BlockIo(0, null, null, null, null, null);

        public BlockIo {
            weightDevices = orEmpty(weightDevices);
            readBytesPerSecond = orEmpty(readBytesPerSecond);
            writeBytesPerSecond = orEmpty(writeBytesPerSecond);
            readsPerSecond = orEmpty(readsPerSecond);
            writesPerSecond = orEmpty(writesPerSecond);
        }

        BlockIo withWeight(int other) {
            return new BlockIo(
                    other, weightDevices, readBytesPerSecond, writeBytesPerSecond, readsPerSecond, writesPerSecond);
        }
    }

    /** @param path of a block device on the host; {@code value} a weight, or a rate a second */
    public record DeviceLimit(String path, long value) {}

    /** @param type a log driver's name; empty for the engine's default */
    public record LogConfig(String type, Map<String, String> config) {}

    public record Ulimit(String name, long soft, long hard) {}

    public record Device(String pathOnHost, String pathInContainer, String cgroupPermissions) {

        /** Inside: the host's when no other is given. */
        public String path() {
            return pathInContainer == null || pathInContainer.isEmpty() ? pathOnHost : pathInContainer;
        }
    }

    /** Nothing is asked for: all is Docker's default. */
    public static final HostConfig DEFAULT = new HostConfig(
            null, null, false, null, null, null, null, null, null, null, null, null, false, null, "", "", "", "", "",
            false, false, null, null, null, null, null, null, 0, null, "", null, "", null, null, null, null, null, null,
            null);

    public HostConfig {
        networkMode = networkMode == null || networkMode.isEmpty() ? "default" : networkMode;
        restartPolicy = restartPolicy == null ? new RestartPolicy("no", 0) : restartPolicy;
        logConfig = logConfig == null ? new LogConfig("", Map.of()) : logConfig;
        capAdd = orEmpty(capAdd);
        capDrop = orEmpty(capDrop);
        groupAdd = orEmpty(groupAdd);
        dns = orEmpty(dns);
        dnsSearch = orEmpty(dnsSearch);
        dnsOptions = orEmpty(dnsOptions);
        extraHosts = orEmpty(extraHosts);
        portBindings = portBindings == null ? Map.of() : portBindings;
        links = orEmpty(links);
        securityOpt = orEmpty(securityOpt);
        tmpfs = tmpfs == null ? Map.of() : tmpfs;
        binds = binds == null ? null : orEmpty(binds);
        mounts = orEmpty(mounts);
        volumesFrom = orEmpty(volumesFrom);
        volumeDriver = volumeDriver == null ? "" : volumeDriver;
        sysctls = sysctls == null ? Map.of() : sysctls;
        storageOpt = storageOpt == null ? Map.of() : storageOpt;
        resources = resources == null ? Resources.NONE : resources;
        annotations = annotations == null ? Map.of() : annotations;
    }

    /** The same with what an update may change. */
    public HostConfig with(Resources newResources, RestartPolicy newPolicy) {
        return changed(networkMode, newPolicy, portBindings, links, ipcMode, pidMode, mounts, newResources);
    }

    /** The same in the network of that mode, with these ports published and these links. */
    public HostConfig withNetwork(String mode, Map<String, List<PortBinding>> ports, List<String> withLinks) {
        return changed(mode, restartPolicy, ports, withLinks, ipcMode, pidMode, mounts, resources);
    }

    /** The same with those IPC and PID namespaces. */
    public HostConfig withNamespaces(String ipc, String pid) {
        return changed(networkMode, restartPolicy, portBindings, links, ipc, pid, mounts, resources);
    }

    /** The same with these mounts. */
    public HostConfig withMounts(List<MountSpec> others) {
        return changed(networkMode, restartPolicy, portBindings, links, ipcMode, pidMode, others, resources);
    }

    private HostConfig changed(
            String mode,
            RestartPolicy policy,
            Map<String, List<PortBinding>> ports,
            List<String> withLinks,
            String ipc,
            String pid,
            List<MountSpec> allMounts,
            Resources limits) {
        return new HostConfig(
                mode,
                policy,
                autoRemove,
                logConfig,
                capAdd,
                capDrop,
                groupAdd,
                dns,
                dnsSearch,
                dnsOptions,
                extraHosts,
                ports,
                publishAllPorts,
                withLinks,
                ipc,
                pid,
                utsMode,
                usernsMode,
                cgroupnsMode,
                privileged,
                readonlyRootfs,
                securityOpt,
                tmpfs,
                binds,
                allMounts,
                volumesFrom,
                volumeDriver,
                shmSize,
                sysctls,
                runtime,
                storageOpt,
                cgroupParent,
                limits,
                oomScoreAdj,
                annotations,
                init,
                maskedPaths,
                readonlyPaths,
                consoleSize);
    }

    private static <T> List<T> orEmpty(List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
