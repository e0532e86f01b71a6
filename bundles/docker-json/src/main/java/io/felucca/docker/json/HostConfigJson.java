package io.felucca.docker.json;

import static io.felucca.docker.json.DockerJson.putList;
import static io.felucca.docker.json.DockerJson.putListOrNull;
import static io.felucca.docker.json.DockerJson.putMap;
import static io.felucca.docker.json.DockerJson.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.containers.HostConfig;

/** {@code HostConfig} as inspect shows it, fields that the engine does not act on at their defaults. */
final class HostConfigJson {

    private HostConfigJson() {}

    static ObjectNode write(HostConfig config) {
        ObjectNode root = DockerJson.object();
        root.putNull("Binds");
        root.put("ContainerIDFile", "");
        ObjectNode log = root.putObject("LogConfig");
        log.put("Type", text(config.logConfig().type()));
        putMap(log, "Config", config.logConfig().config());
        root.put("NetworkMode", config.networkMode());
        root.putObject("PortBindings");
        root.putObject("RestartPolicy")
                .put("Name", config.restartPolicy().name())
                .put("MaximumRetryCount", config.restartPolicy().maximumRetryCount());
        root.put("AutoRemove", config.autoRemove());
        root.put("VolumeDriver", "");
        root.putNull("VolumesFrom");
        putListOrNull(root, "CapAdd", config.capAdd());
        putListOrNull(root, "CapDrop", config.capDrop());
        root.put("CgroupnsMode", text(config.cgroupnsMode()));
        putList(root, "Dns", config.dns());
        putList(root, "DnsOptions", config.dnsOptions());
        putList(root, "DnsSearch", config.dnsSearch());
        putListOrNull(root, "ExtraHosts", config.extraHosts());
        putListOrNull(root, "GroupAdd", config.groupAdd());
        root.put("IpcMode", text(config.ipcMode()));
        root.put("Cgroup", "");
        root.putNull("Links");
        root.put("OomScoreAdj", config.oomScoreAdj() == null ? 0 : config.oomScoreAdj());
        root.put("PidMode", text(config.pidMode()));
        root.put("Privileged", config.privileged());
        root.put("PublishAllPorts", false);
        root.put("ReadonlyRootfs", config.readonlyRootfs());
        putListOrNull(root, "SecurityOpt", config.securityOpt());
        if (!text(config.storageDriver()).isEmpty()) {
            // Felucca's own: several storage drivers work at once.
            root.put("StorageDriver", config.storageDriver());
        }
        if (!config.tmpfs().isEmpty()) {
            putMap(root, "Tmpfs", config.tmpfs());
        }
        root.put("UTSMode", text(config.utsMode()));
        root.put("UsernsMode", text(config.usernsMode()));
        root.put("ShmSize", config.shmSize());
        if (!config.sysctls().isEmpty()) {
            putMap(root, "Sysctls", config.sysctls());
        }
        root.put("Runtime", text(config.runtime()));
        root.putArray("ConsoleSize").add(0).add(0);
        root.put("Isolation", "");
        putResources(root, config);
        putList(root, "MaskedPaths", config.maskedPaths());
        putList(root, "ReadonlyPaths", config.readonlyPaths());
        if (config.init() != null) {
            root.put("Init", config.init());
        }
        return root;
    }

    private static void putResources(ObjectNode root, HostConfig config) {
        root.put("CpuShares", config.cpuShares());
        root.put("Memory", config.memory());
        root.put("NanoCpus", config.nanoCpus());
        root.put("CgroupParent", text(config.cgroupParent()));
        root.put("BlkioWeight", 0);
        root.putArray("BlkioWeightDevice");
        root.putArray("BlkioDeviceReadBps");
        root.putArray("BlkioDeviceWriteBps");
        root.putArray("BlkioDeviceReadIOps");
        root.putArray("BlkioDeviceWriteIOps");
        root.put("CpuPeriod", config.cpuPeriod());
        root.put("CpuQuota", config.cpuQuota());
        root.put("CpuRealtimePeriod", 0);
        root.put("CpuRealtimeRuntime", 0);
        root.put("CpusetCpus", text(config.cpusetCpus()));
        root.put("CpusetMems", text(config.cpusetMems()));
        ArrayNode devices = root.putArray("Devices");
        for (HostConfig.Device device : config.devices()) {
            devices.addObject()
                    .put("PathOnHost", device.pathOnHost())
                    .put("PathInContainer", device.pathInContainer())
                    .put("CgroupPermissions", device.cgroupPermissions());
        }
        root.putNull("DeviceCgroupRules");
        root.putNull("DeviceRequests");
        root.put("KernelMemory", 0);
        root.put("KernelMemoryTCP", 0);
        root.put("MemoryReservation", config.memoryReservation());
        root.put("MemorySwap", config.memorySwap());
        root.putNull("MemorySwappiness");
        root.put("OomKillDisable", config.oomKillDisable() != null && config.oomKillDisable());
        root.put("PidsLimit", config.pidsLimit());
        ArrayNode ulimits = root.putArray("Ulimits");
        for (HostConfig.Ulimit ulimit : config.ulimits()) {
            ulimits.addObject()
                    .put("Name", ulimit.name())
                    .put("Hard", ulimit.hard())
                    .put("Soft", ulimit.soft());
        }
        root.put("CpuCount", 0);
        root.put("CpuPercent", 0);
        root.put("IOMaximumIOps", 0);
        root.put("IOMaximumBandwidth", 0);
    }
}
