package io.felucca.docker.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.HostConfig;
import io.felucca.images.ImageConfig;
import io.felucca.networks.EndpointSpec;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads the body of {@code POST /containers/create}. A field that the engine does not act on is refused by name unless
 * it has its default value: nothing that was asked for is dropped in silence.
 */
public final class CreateJson {

    private static final Set<String> CONFIG = Set.of(
            "Hostname",
            "Domainname",
            "User",
            "AttachStdin",
            "AttachStdout",
            "AttachStderr",
            "ExposedPorts",
            "Tty",
            "OpenStdin",
            "StdinOnce",
            "Env",
            "Cmd",
            "Healthcheck",
            "Image",
            "Volumes",
            "WorkingDir",
            "Entrypoint",
            "Labels",
            "StopSignal",
            "StopTimeout",
            "HostConfig",
            "NetworkingConfig",
            "MacAddress");

    private static final Set<String> HOST_CONFIG = Set.of(
            "NetworkMode",
            "RestartPolicy",
            "AutoRemove",
            "LogConfig",
            "CapAdd",
            "CapDrop",
            "GroupAdd",
            "Dns",
            "DnsSearch",
            "DnsOptions",
            "ExtraHosts",
            "PortBindings",
            "PublishAllPorts",
            "Links",
            "IpcMode",
            "PidMode",
            "UTSMode",
            "UsernsMode",
            "CgroupnsMode",
            "Privileged",
            "ReadonlyRootfs",
            "SecurityOpt",
            "Tmpfs",
            "Binds",
            "Mounts",
            "VolumesFrom",
            "VolumeDriver",
            "ShmSize",
            "Sysctls",
            "Runtime",
            "StorageOpt",
            "CgroupParent",
            "OomScoreAdj",
            "Annotations",
            "Init",
            "MaskedPaths",
            "ReadonlyPaths",
            "ConsoleSize",
            // Where the client wrote the id: not the engine's business.
            "ContainerIDFile");

    private CreateJson() {}

    /**
     * @param name of the query, with or without a slash; empty for an automatic one
     * @param platform of the query, or empty
     * @throws FeluccaException INVALID for a body of the wrong shape, UNSUPPORTED for a field that is not acted on
     */
    public static ContainerSpec read(JsonNode body, String name, String platform) {
        if (body != null && body.isNull()) {
            throw FeluccaException.invalid("Config cannot be empty in order to create a container");
        }
        if (body == null || !body.isObject()) {
            throw FeluccaException.invalid("invalid JSON: the body must be a container's configuration");
        }
        refuseOthers(body, CONFIG, "");
        JsonNode host = body.path("HostConfig");
        Set<String> known = new HashSet<>(HOST_CONFIG);
        known.addAll(ResourcesJson.FIELDS);
        refuseOthers(host, known, "HostConfig.");
        HostConfig hostConfig = hostConfig(host);
        Map<String, EndpointSpec> endpoints = EndpointJson.readAll(
                body.path("NetworkingConfig").path("EndpointsConfig"),
                hostConfig.networkMode(),
                new Fields(body, "").textOrEmpty("MacAddress"));
        // One that is wrong is told as it came.
        boolean slashed = name.lastIndexOf('/') == 0 && name.length() > 1;
        return new ContainerSpec(slashed ? name.substring(1) : name, platform, config(body), hostConfig, endpoints);
    }

    static void refuseOthers(JsonNode node, Set<String> known, String prefix) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!known.contains(field.getKey()) && !isDefault(field.getValue())) {
                throw unsupported(prefix + field.getKey());
            }
        }
    }

    private static FeluccaException unsupported(String field) {
        return FeluccaException.unsupported(field + " is not supported yet: leave it out");
    }

    private static boolean isDefault(JsonNode value) {
        return value.isNull()
                || (value.isBoolean() && !value.booleanValue())
                || (value.isNumber() && value.doubleValue() == 0)
                || (value.isTextual() && value.textValue().isEmpty())
                || (value.isContainerNode() && value.isEmpty());
    }

    /** The configuration alone, as commit has it: what else is in the body is nobody's, as for dockerd. */
    public static ContainerConfig config(JsonNode body) {
        Fields fields = new Fields(body, "");
        return new ContainerConfig(
                fields.text("Hostname"),
                fields.text("Domainname"),
                fields.text("User"),
                fields.flag("AttachStdin"),
                fields.flag("AttachStdout"),
                fields.flag("AttachStderr"),
                fields.keys("ExposedPorts"),
                fields.flag("Tty"),
                fields.flag("OpenStdin"),
                fields.flag("StdinOnce"),
                fields.texts("Env"),
                fields.words("Cmd"),
                healthcheck(body.path("Healthcheck")),
                fields.textOrEmpty("Image"),
                fields.keys("Volumes"),
                fields.text("WorkingDir"),
                fields.words("Entrypoint"),
                fields.map("Labels"),
                fields.text("StopSignal"),
                fields.integer("StopTimeout"));
    }

    private static ImageConfig.Healthcheck healthcheck(JsonNode node) {
        if (!node.isObject()) {
            return null;
        }
        Fields fields = new Fields(node, "Healthcheck.");
        return new ImageConfig.Healthcheck(
                fields.texts("Test"),
                fields.number("Interval"),
                fields.number("Timeout"),
                fields.number("StartPeriod"),
                fields.number("StartInterval"),
                (int) fields.number("Retries"));
    }

    /** Null when none is given. */
    static HostConfig.RestartPolicy restartPolicy(Fields host) {
        Fields policy = host.object("RestartPolicy");
        String name = policy.textOrEmpty("Name");
        return name.isEmpty() ? null : new HostConfig.RestartPolicy(name, (int) policy.number("MaximumRetryCount"));
    }

    /** Null for none, and for no size in one direction. */
    static HostConfig.ConsoleSize consoleSize(JsonNode size) {
        if (size.isMissingNode() || size.isNull()) {
            return null;
        }
        if (!size.isArray()
                || size.size() != 2
                || !size.get(0).isInt()
                || !size.get(1).isInt()) {
            throw FeluccaException.invalid("invalid JSON: ConsoleSize must be a height and a width");
        }
        int rows = size.get(0).intValue();
        int columns = size.get(1).intValue();
        return rows > 0 && columns > 0 ? new HostConfig.ConsoleSize(rows, columns) : null;
    }

    private static HostConfig hostConfig(JsonNode node) {
        Fields fields = new Fields(node, "HostConfig.");
        Fields log = fields.object("LogConfig");
        return new HostConfig(
                fields.text("NetworkMode"),
                restartPolicy(fields),
                fields.flag("AutoRemove"),
                new HostConfig.LogConfig(log.textOrEmpty("Type"), log.map("Config")),
                fields.texts("CapAdd"),
                fields.texts("CapDrop"),
                fields.texts("GroupAdd"),
                fields.texts("Dns"),
                fields.texts("DnsSearch"),
                fields.texts("DnsOptions"),
                fields.texts("ExtraHosts"),
                PortsJson.bindings(fields.object("PortBindings")),
                fields.flag("PublishAllPorts"),
                fields.texts("Links"),
                fields.text("IpcMode"),
                fields.text("PidMode"),
                fields.text("UTSMode"),
                fields.text("UsernsMode"),
                fields.text("CgroupnsMode"),
                fields.flag("Privileged"),
                fields.flag("ReadonlyRootfs"),
                fields.texts("SecurityOpt"),
                fields.map("Tmpfs"),
                fields.texts("Binds"),
                fields.objects("Mounts", MountJson::read),
                fields.texts("VolumesFrom"),
                fields.text("VolumeDriver"),
                fields.number("ShmSize"),
                fields.map("Sysctls"),
                fields.text("Runtime"),
                fields.map("StorageOpt"),
                fields.text("CgroupParent"),
                ResourcesJson.read(fields),
                fields.integer("OomScoreAdj"),
                fields.map("Annotations"),
                fields.flagOrNull("Init"),
                fields.texts("MaskedPaths"),
                fields.texts("ReadonlyPaths"),
                consoleSize(node.path("ConsoleSize")));
    }
}
