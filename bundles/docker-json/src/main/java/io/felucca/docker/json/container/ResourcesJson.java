package io.felucca.docker.json.container;

import static io.felucca.docker.json.DockerJson.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.containers.HostConfig;
import io.felucca.containers.HostConfig.BlockIo;
import io.felucca.containers.HostConfig.DeviceLimit;
import io.felucca.containers.HostConfig.Resources;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.Fields;
import java.util.List;
import java.util.Set;

/** {@code Resources} of API 1.51, whose fields lie in HostConfig and in the body of an update. */
final class ResourcesJson {

    /** Those that are read. */
    static final Set<String> FIELDS = Set.of(
            "Memory",
            "MemoryReservation",
            "MemorySwap",
            "MemorySwappiness",
            "OomKillDisable",
            "NanoCpus",
            "CpuShares",
            "CpuPeriod",
            "CpuQuota",
            "CpuRealtimePeriod",
            "CpuRealtimeRuntime",
            "CpusetCpus",
            "CpusetMems",
            "PidsLimit",
            "BlkioWeight",
            "BlkioWeightDevice",
            "BlkioDeviceReadBps",
            "BlkioDeviceWriteBps",
            "BlkioDeviceReadIOps",
            "BlkioDeviceWriteIOps",
            "Devices",
            "DeviceCgroupRules",
            "Ulimits");

    private ResourcesJson() {}

    static Resources read(Fields fields) {
        return new Resources(
                fields.number("Memory"),
                fields.number("MemoryReservation"),
                fields.number("MemorySwap"),
                fields.longOrNull("MemorySwappiness"),
                fields.flagOrNull("OomKillDisable"),
                fields.number("NanoCpus"),
                fields.number("CpuShares"),
                fields.number("CpuPeriod"),
                fields.number("CpuQuota"),
                fields.number("CpuRealtimePeriod"),
                fields.number("CpuRealtimeRuntime"),
                fields.text("CpusetCpus"),
                fields.text("CpusetMems"),
                fields.longOrNull("PidsLimit"),
                new BlockIo(
                        (int) Math.max(-1, Math.min(fields.number("BlkioWeight"), Short.MAX_VALUE)),
                        limits(fields, "BlkioWeightDevice", "Weight"),
                        limits(fields, "BlkioDeviceReadBps", "Rate"),
                        limits(fields, "BlkioDeviceWriteBps", "Rate"),
                        limits(fields, "BlkioDeviceReadIOps", "Rate"),
                        limits(fields, "BlkioDeviceWriteIOps", "Rate")),
                fields.objects(
                        "Devices",
                        device -> new HostConfig.Device(
                                device.textOrEmpty("PathOnHost"),
                                device.textOrEmpty("PathInContainer"),
                                device.textOrEmpty("CgroupPermissions"))),
                fields.texts("DeviceCgroupRules"),
                fields.objects(
                        "Ulimits",
                        ulimit -> new HostConfig.Ulimit(
                                ulimit.textOrEmpty("Name"), ulimit.number("Soft"), ulimit.number("Hard"))));
    }

    private static List<DeviceLimit> limits(Fields fields, String name, String value) {
        return fields.objects(name, limit -> new DeviceLimit(limit.textOrEmpty("Path"), limit.number(value)));
    }

    /** Puts the fields in dockerd's order, which has one of HostConfig's own among them. */
    static void put(ObjectNode root, HostConfig config) {
        Resources resources = config.resources();
        root.put("CpuShares", resources.cpuShares());
        root.put("Memory", resources.memory());
        root.put("NanoCpus", resources.nanoCpus());
        root.put("CgroupParent", text(config.cgroupParent()));
        BlockIo io = resources.blockIo();
        root.put("BlkioWeight", io.weight());
        putLimits(root, "BlkioWeightDevice", "Weight", io.weightDevices());
        putLimits(root, "BlkioDeviceReadBps", "Rate", io.readBytesPerSecond());
        putLimits(root, "BlkioDeviceWriteBps", "Rate", io.writeBytesPerSecond());
        putLimits(root, "BlkioDeviceReadIOps", "Rate", io.readsPerSecond());
        putLimits(root, "BlkioDeviceWriteIOps", "Rate", io.writesPerSecond());
        root.put("CpuPeriod", resources.cpuPeriod());
        root.put("CpuQuota", resources.cpuQuota());
        root.put("CpuRealtimePeriod", resources.cpuRealtimePeriod());
        root.put("CpuRealtimeRuntime", resources.cpuRealtimeRuntime());
        root.put("CpusetCpus", text(resources.cpusetCpus()));
        root.put("CpusetMems", text(resources.cpusetMems()));
        ArrayNode devices = root.putArray("Devices");
        for (HostConfig.Device device : resources.devices()) {
            devices.addObject()
                    .put("PathOnHost", device.pathOnHost())
                    .put("PathInContainer", device.pathInContainer())
                    .put("CgroupPermissions", device.cgroupPermissions());
        }
        DockerJson.putListOrNull(root, "DeviceCgroupRules", resources.deviceCgroupRules());
        root.putNull("DeviceRequests");
        root.put("KernelMemory", 0);
        root.put("KernelMemoryTCP", 0);
        root.put("MemoryReservation", resources.memoryReservation());
        root.put("MemorySwap", resources.memorySwap());
        root.put("MemorySwappiness", resources.memorySwappiness());
        root.put("OomKillDisable", Boolean.TRUE.equals(resources.oomKillDisable()));
        root.put("PidsLimit", resources.pidsLimit());
        ArrayNode ulimits = root.putArray("Ulimits");
        for (HostConfig.Ulimit ulimit : resources.ulimits()) {
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

    private static void putLimits(ObjectNode root, String name, String value, List<DeviceLimit> limits) {
        ArrayNode array = root.putArray(name);
        for (DeviceLimit limit : limits) {
            array.addObject().put("Path", limit.path()).put(value, limit.value());
        }
    }
}
