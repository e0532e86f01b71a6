package io.felucca.docker.json.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.HostConfig;
import io.felucca.docker.json.Fields;
import io.felucca.images.ImageConfig;
import io.felucca.networks.EndpointSpec;
import java.util.HashSet;
import java.util.List;
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
            "MacAddress",
            "Runtime",
            // Of an image of Windows: how its command is quoted.
            "ArgsEscaped");

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
            "Isolation",
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
        Fields fields = new Fields(body, "");
        fields.refuseOthers(CONFIG);
        Fields host = fields.object("HostConfig");
        Set<String> known = new HashSet<>(HOST_CONFIG);
        known.addAll(ResourcesJson.FIELDS);
        host.refuseOthers(known);
        requireDefaultIsolation(host.textOrEmpty("Isolation"));
        HostConfig hostConfig = hostConfig(host, fields.text("Runtime"));
        Map<String, EndpointSpec> endpoints = EndpointJson.readAll(
                fields.object("NetworkingConfig").members("EndpointsConfig", EndpointJson.PREFIX),
                hostConfig.networkMode(),
                fields.textOrEmpty("MacAddress"));
        // One that is wrong is told as it came.
        boolean slashed = name.lastIndexOf('/') == 0 && name.length() > 1;
        return new ContainerSpec(slashed ? name.substring(1) : name, platform, config(fields), hostConfig, endpoints);
    }

    /** Other isolations are Windows's. */
    private static void requireDefaultIsolation(String isolation) {
        if (!isolation.isEmpty() && !isolation.equalsIgnoreCase("default")) {
            throw FeluccaException.invalid("Invalid isolation: \"" + isolation + "\" - linux only supports 'default'");
        }
    }

    /** The configuration alone, as commit has it: what else is in the body is nobody's, as for dockerd. */
    public static ContainerConfig config(JsonNode body) {
        return config(new Fields(body, ""));
    }

    private static ContainerConfig config(Fields fields) {
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
                fields.has("Healthcheck") ? healthcheck(fields.object("Healthcheck")) : null,
                fields.textOrEmpty("Image"),
                fields.keys("Volumes"),
                fields.text("WorkingDir"),
                fields.words("Entrypoint"),
                fields.map("Labels"),
                fields.text("StopSignal"),
                fields.integer("StopTimeout"));
    }

    private static ImageConfig.Healthcheck healthcheck(Fields fields) {
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

    /** Null for none, and for no size in one direction. Go fills an array of two from as many numbers as come. */
    static HostConfig.ConsoleSize consoleSize(Fields fields) {
        List<Integer> size = fields.integers("ConsoleSize");
        if (size == null || size.size() < 2 || size.get(0) <= 0 || size.get(1) <= 0) {
            return null;
        }
        return new HostConfig.ConsoleSize(size.get(0), size.get(1));
    }

    /** @param runtime what counts where {@code HostConfig} names none; older docker-py puts it beside that */
    private static HostConfig hostConfig(Fields fields, String runtime) {
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
                fields.textOrEmpty("Runtime").isEmpty() ? runtime : fields.text("Runtime"),
                fields.map("StorageOpt"),
                fields.text("CgroupParent"),
                ResourcesJson.read(fields),
                fields.integer("OomScoreAdj"),
                fields.map("Annotations"),
                fields.flagOrNull("Init"),
                fields.texts("MaskedPaths"),
                fields.texts("ReadonlyPaths"),
                consoleSize(fields));
    }
}
