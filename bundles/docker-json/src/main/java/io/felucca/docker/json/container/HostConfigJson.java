package io.felucca.docker.json.container;

import static io.felucca.docker.json.DockerJson.putList;
import static io.felucca.docker.json.DockerJson.putListOrNull;
import static io.felucca.docker.json.DockerJson.putMap;
import static io.felucca.docker.json.DockerJson.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.containers.HostConfig;
import io.felucca.docker.json.DockerJson;

/** {@code HostConfig} as inspect shows it, fields that the engine does not act on at their defaults. */
final class HostConfigJson {

    private HostConfigJson() {}

    static ObjectNode write(HostConfig config) {
        ObjectNode root = DockerJson.object();
        putList(root, "Binds", config.binds());
        root.put("ContainerIDFile", "");
        ObjectNode log = root.putObject("LogConfig");
        log.put("Type", text(config.logConfig().type()));
        putMap(log, "Config", config.logConfig().config());
        root.put("NetworkMode", config.networkMode());
        PortsJson.put(root.putObject("PortBindings"), config.portBindings());
        root.putObject("RestartPolicy")
                .put("Name", config.restartPolicy().name())
                .put("MaximumRetryCount", config.restartPolicy().maximumRetryCount());
        root.put("AutoRemove", config.autoRemove());
        root.put("VolumeDriver", config.volumeDriver());
        putListOrNull(root, "VolumesFrom", config.volumesFrom());
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
        putListOrNull(root, "Links", config.links());
        root.put("OomScoreAdj", config.oomScoreAdj() == null ? 0 : config.oomScoreAdj());
        root.put("PidMode", text(config.pidMode()));
        root.put("Privileged", config.privileged());
        root.put("PublishAllPorts", config.publishAllPorts());
        root.put("ReadonlyRootfs", config.readonlyRootfs());
        putListOrNull(root, "SecurityOpt", config.securityOpt());
        if (!config.storageOpt().isEmpty()) {
            putMap(root, "StorageOpt", config.storageOpt());
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
        HostConfig.ConsoleSize size = config.consoleSize();
        root.putArray("ConsoleSize").add(size == null ? 0 : size.rows()).add(size == null ? 0 : size.columns());
        root.put("Isolation", "");
        ResourcesJson.put(root, config);
        if (!config.annotations().isEmpty()) {
            putMap(root, "Annotations", config.annotations());
        }
        MountJson.putSpecs(root, config.mounts());
        putList(root, "MaskedPaths", config.maskedPaths());
        putList(root, "ReadonlyPaths", config.readonlyPaths());
        if (config.init() != null) {
            root.put("Init", config.init());
        }
        return root;
    }
}
