package io.felucca.containers.spec;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.containers.HostConfig;
import io.felucca.containers.check.HostConfigCheck;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.rootfs.ResolvedUser;
import io.felucca.containers.security.CapabilityList;
import io.felucca.containers.security.SeccompJson;
import io.felucca.containers.security.SeccompRules;
import io.felucca.containers.security.SecurityOptions;
import io.felucca.network.spi.NetworkDriver.NamespaceMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes OCI runtime specs (runtime-spec 1.0.2) with the defaults of dockerd 20.10, as JSON values. It reads nothing of
 * the container: what {@link HostConfigCheck} lets pass at create can be made at every start. Thread-safe.
 */
public final class OciSpec {

    /** Of dockerd 20.10; powercap and interrupts by later Dockers. */
    public static final List<String> MASKED = List.of(
            "/proc/asound",
            "/proc/acpi",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");

    public static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");
    /** Debian's tini package, and the name under which Docker's own package has it. */
    private static final List<Path> INIT_PROGRAMS = List.of(
            Path.of("/usr/bin/docker-init"),
            Path.of("/usr/bin/tini-static"),
            Path.of("/usr/libexec/docker/docker-init"));

    private final HostFacts facts;
    private final Path dev;

    public OciSpec(HostFacts facts) {
        this(facts, Path.of("/dev"));
    }

    OciSpec(HostFacts facts, Path dev) {
        this.facts = facts;
        this.dev = dev;
    }

    /** @throws FeluccaException INVALID with Docker's text, UNSUPPORTED for what this machine lacks */
    public Map<String, Object> create(SpecRequest request) {
        HostConfig host = request.host();
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("ociVersion", "1.0.2");
        spec.put("process", SpecProcess.of(request, facts));
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("path", request.rootfs().toString());
        root.put("readonly", host.readonlyRootfs());
        spec.put("root", root);
        if (!Modes.isHost(host.utsMode())) {
            spec.put("hostname", SpecProcess.hostname(request.config(), request.containerId()));
        }
        spec.put("mounts", SpecMounts.of(request, initProgram(host)));
        if (!host.annotations().isEmpty()) {
            spec.put("annotations", host.annotations());
        }
        spec.put("linux", linux(request));
        return spec;
    }

    /** The {@code process} of an exec. Its working directory is made by nobody: the runtime says when it is missing. */
    public Map<String, Object> exec(
            String containerId, ContainerConfig config, HostConfig host, ExecSpec exec, ResolvedUser user) {
        return SpecProcess.ofExec(containerId, config, host, exec, user, facts);
    }

    /** The resources that {@code update} changes; device rules stay. */
    public Map<String, Object> resources(HostConfig.Resources asked) {
        return SpecResources.ofUpdate(asked, facts);
    }

    private Map<String, Object> linux(SpecRequest request) {
        HostConfig host = request.host();
        SpecDevices devices = SpecDevices.of(host, dev);
        SecurityOptions security = SecurityOptions.parse(host.securityOpt());
        Map<String, Object> linux = new LinkedHashMap<>();
        if (!request.idMap().isNone()) {
            linux.put("uidMappings", mappings(request.idMap().uids()));
            linux.put("gidMappings", mappings(request.idMap().gids()));
        }
        Map<String, String> sysctls = sysctls(request);
        if (!sysctls.isEmpty()) {
            linux.put("sysctl", sysctls);
        }
        linux.put("resources", SpecResources.of(host.resources(), facts, devices.rules()));
        linux.put("cgroupsPath", request.cgroupsPath());
        linux.put("namespaces", namespaces(request));
        if (!request.rootPropagation().isEmpty()) {
            linux.put("rootfsPropagation", request.rootPropagation());
        }
        if (!devices.nodes().isEmpty()) {
            linux.put("devices", devices.nodes());
        }
        if (!host.privileged()) {
            seccomp(security, host).ifPresent(profile -> linux.put("seccomp", profile));
            if (!security.openSystemPaths()) {
                linux.put("maskedPaths", host.maskedPaths() == null ? MASKED : host.maskedPaths());
                linux.put("readonlyPaths", host.readonlyPaths() == null ? READ_ONLY : host.readonlyPaths());
            }
        }
        return linux;
    }

    private Optional<Map<String, Object>> seccomp(SecurityOptions security, HostConfig host) {
        if (security.seccompUnconfined()) {
            return Optional.empty();
        }
        Set<String> capabilities = Set.copyOf(CapabilityList.given(host, facts));
        return Optional.of(
                security.seccomp().isEmpty()
                        ? SeccompRules.DEFAULT.profile(capabilities, facts)
                        : SeccompJson.read(security.seccomp(), capabilities, facts));
    }

    private List<Object> namespaces(SpecRequest request) {
        HostConfig host = request.host();
        List<Object> namespaces = new ArrayList<>();
        namespaces.add(Map.of("type", "mount"));
        if (request.network() == NamespaceMode.PRIVATE) {
            namespaces.add(namespace("network", request));
        }
        if (!Modes.isHost(host.utsMode())) {
            namespaces.add(namespace("uts", request));
        }
        if (!Modes.isHost(host.pidMode())) {
            namespaces.add(namespace("pid", request));
        }
        if (!Modes.isHost(host.ipcMode())) {
            namespaces.add(namespace("ipc", request));
        }
        if (Modes.privateCgroups(host, facts)) {
            namespaces.add(Map.of("type", "cgroup"));
        }
        if (!request.idMap().isNone()) {
            namespaces.add(namespace("user", request));
        }
        return namespaces;
    }

    private static Map<String, Object> namespace(String type, SpecRequest request) {
        Path joined = request.namespaces().get(type);
        return joined == null ? Map.of("type", type) : Map.of("type", type, "path", joined.toString());
    }

    /** Ports below 1024 and ping for every user, as dockerd 20.10 has it, where the network is the container's own. */
    private static Map<String, String> sysctls(SpecRequest request) {
        Map<String, String> sysctls = new TreeMap<>();
        if (request.network() == NamespaceMode.PRIVATE
                && !Modes.isContainer(request.host().networkMode())) {
            sysctls.put("net.ipv4.ip_unprivileged_port_start", "0");
            if (request.idMap().isNone()) {
                sysctls.put("net.ipv4.ping_group_range", "0 2147483647");
            }
        }
        String domain = request.config().domainname();
        if (domain != null && !domain.isEmpty() && !Modes.isHost(request.host().utsMode())) {
            sysctls.put("kernel.domainname", domain);
        }
        sysctls.putAll(request.host().sysctls());
        return sysctls;
    }

    private static List<Object> mappings(List<IdMap.Range> ranges) {
        List<Object> mappings = new ArrayList<>();
        for (IdMap.Range range : ranges) {
            Map<String, Object> mapping = new LinkedHashMap<>();
            mapping.put("containerID", range.inside());
            mapping.put("hostID", range.outside());
            mapping.put("size", range.length());
            mappings.add(mapping);
        }
        return mappings;
    }

    private static Optional<Path> initProgram(HostConfig host) {
        if (!Boolean.TRUE.equals(host.init())) {
            return Optional.empty();
        }
        return Optional.of(INIT_PROGRAMS.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> FeluccaException.unsupported("--init needs a static tini at /usr/bin/tini-static:"
                        + " install the package tini, or run without --init")));
    }
}
