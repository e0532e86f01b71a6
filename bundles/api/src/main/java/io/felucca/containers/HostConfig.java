package io.felucca.containers;

import java.util.List;
import java.util.Map;

/**
 * What of a container depends on the host: {@code HostConfig} of Docker's API 1.51, as far as the engine acts on it.
 * Zero, empty or null means Docker's default. Sizes in bytes. What has no component here is refused by the doors, not
 * ignored.
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
        String storageDriver,
        String cgroupParent,
        long memory,
        long memoryReservation,
        long memorySwap,
        long nanoCpus,
        long cpuShares,
        long cpuPeriod,
        long cpuQuota,
        String cpusetCpus,
        String cpusetMems,
        Long pidsLimit,
        Integer oomScoreAdj,
        Boolean oomKillDisable,
        List<Ulimit> ulimits,
        List<Device> devices,
        Boolean init,
        List<String> maskedPaths,
        List<String> readonlyPaths) {

    /** @param name {@code no}, {@code always}, {@code unless-stopped}, {@code on-failure} */
    public record RestartPolicy(String name, int maximumRetryCount) {}

    /** @param type a log driver's name; empty for the engine's default */
    public record LogConfig(String type, Map<String, String> config) {}

    /**
     * Where a container's port is published; the key in {@code portBindings} is {@code 80/tcp}.
     *
     * @param hostIp empty for every address
     * @param hostPort a port, a range such as {@code 8000-8010} to choose one of, or empty for any that is free
     */
    public record PortBinding(String hostIp, String hostPort) {

        public PortBinding {
            hostIp = hostIp == null ? "" : hostIp;
            hostPort = hostPort == null ? "" : hostPort;
        }
    }

    public record Ulimit(String name, long soft, long hard) {}

    public record Device(String pathOnHost, String pathInContainer, String cgroupPermissions) {}

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
        binds = orEmpty(binds);
        mounts = orEmpty(mounts);
        volumesFrom = orEmpty(volumesFrom);
        volumeDriver = volumeDriver == null ? "" : volumeDriver;
        sysctls = sysctls == null ? Map.of() : sysctls;
        ulimits = orEmpty(ulimits);
        devices = orEmpty(devices);
    }

    private static <T> List<T> orEmpty(List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
