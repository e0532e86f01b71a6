package io.felucca.containers.spec;

import io.felucca.IdMap;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.containers.host.HostFacts;
import io.felucca.containers.host.NumberSet;
import io.felucca.containers.rootfs.ResolvedUser;
import io.felucca.network.spi.NetworkDriver.NamespaceMode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Configurations and machines for tests. */
public final class Specs {

    static final String ID = "b301988dbd9001815c06dcef19883c4fa114f2831f8fc27b9deca3992fb63b84";

    public static final ContainerConfig SLEEP = config(Map.of("cmd", List.of("sleep", "1000")));

    /** Every capability up to 5.8's, as a kernel of today has them. */
    static final List<String> CAPABILITIES = List.of(
            "CAP_AUDIT_CONTROL",
            "CAP_AUDIT_READ",
            "CAP_AUDIT_WRITE",
            "CAP_BLOCK_SUSPEND",
            "CAP_BPF",
            "CAP_CHECKPOINT_RESTORE",
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_DAC_READ_SEARCH",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_IPC_LOCK",
            "CAP_IPC_OWNER",
            "CAP_KILL",
            "CAP_LEASE",
            "CAP_LINUX_IMMUTABLE",
            "CAP_MAC_ADMIN",
            "CAP_MAC_OVERRIDE",
            "CAP_MKNOD",
            "CAP_NET_ADMIN",
            "CAP_NET_BIND_SERVICE",
            "CAP_NET_BROADCAST",
            "CAP_NET_RAW",
            "CAP_PERFMON",
            "CAP_SETFCAP",
            "CAP_SETGID",
            "CAP_SETPCAP",
            "CAP_SETUID",
            "CAP_SYSLOG",
            "CAP_SYS_ADMIN",
            "CAP_SYS_BOOT",
            "CAP_SYS_CHROOT",
            "CAP_SYS_MODULE",
            "CAP_SYS_NICE",
            "CAP_SYS_PACCT",
            "CAP_SYS_PTRACE",
            "CAP_SYS_RAWIO",
            "CAP_SYS_RESOURCE",
            "CAP_SYS_TIME",
            "CAP_SYS_TTY_CONFIG",
            "CAP_WAKE_ALARM");

    private Specs() {}

    public static HostFacts facts() {
        return facts(Set.of(), 20_000, false);
    }

    public static HostFacts withAppArmor(boolean on) {
        return with(on, false);
    }

    public static HostFacts withSeLinux() {
        return with(false, true);
    }

    private static HostFacts with(boolean appArmor, boolean seLinux) {
        HostFacts facts = facts();
        return new HostFacts(
                facts.capabilities(),
                facts.knownCapabilities(),
                facts.hardLimits(),
                facts.oomScoreAdj(),
                facts.architecture(),
                facts.kernelMajor(),
                facts.kernelMinor(),
                facts.cgroups(),
                facts.cpus(),
                facts.memoryNodes(),
                facts.hostname(),
                appArmor,
                seLinux);
    }

    /** @param missing capabilities that the engine does not hold */
    public static HostFacts facts(Set<String> missing, long nofile, boolean unified) {
        return facts(
                missing,
                nofile,
                unified,
                Set.of(
                        "memory",
                        "cpu",
                        "cpuset",
                        "pids",
                        HostFacts.CPU_REALTIME,
                        HostFacts.BLOCK_WEIGHT,
                        HostFacts.BLOCK_THROTTLE));
    }

    /** @param controllers of cgroup v1 that are there */
    public static HostFacts facts(Set<String> controllers) {
        return facts(Set.of(), 20_000, false, controllers);
    }

    private static HostFacts facts(Set<String> missing, long nofile, boolean unified, Set<String> controllers) {
        Set<String> held = new HashSet<>(CAPABILITIES);
        held.removeAll(missing);
        TreeMap<String, Long> limits = new TreeMap<>(Map.of("nofile", nofile, "nproc", -1L, "core", -1L));
        return new HostFacts(
                held,
                Set.copyOf(CAPABILITIES),
                limits,
                0,
                "amd64",
                6,
                18,
                new HostFacts.CgroupSupport(unified, controllers, true),
                NumberSet.parse("0-1"),
                NumberSet.parse("0"),
                "vm",
                false,
                false);
    }

    public static ContainerConfig config(Map<String, Object> values) {
        return make(ContainerConfig.class, values);
    }

    /** Of components of {@link HostConfig} and of its resources. */
    public static HostConfig host(Map<String, Object> values) {
        Map<String, Object> own = new HashMap<>(values);
        Map<String, Object> resources = new HashMap<>(values);
        Set<String> ofResources = components(HostConfig.Resources.class);
        own.keySet().removeAll(ofResources);
        resources.keySet().retainAll(ofResources);
        own.put("resources", resources(resources));
        return make(HostConfig.class, own);
    }

    public static HostConfig.Resources resources(Map<String, Object> values) {
        return make(HostConfig.Resources.class, values);
    }

    private static Set<String> components(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toSet());
    }

    /** A record whose other components are zero, false, null or, for texts, empty. */
    private static <R extends Record> R make(Class<R> type, Map<String, Object> values) {
        RecordComponent[] components = type.getRecordComponents();
        Set<String> names = new HashSet<>();
        Object[] arguments = Arrays.stream(components)
                .map(component -> {
                    names.add(component.getName());
                    Object value = values.get(component.getName());
                    return value != null ? value : nothing(component.getType());
                })
                .toArray();
        if (!names.containsAll(values.keySet())) {
            throw new IllegalArgumentException("no such components: " + values.keySet());
        }
        try {
            return type.getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class[]::new))
                    .newInstance(arguments);
        } catch (InvocationTargetException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Object nothing(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        if (type == long.class) {
            return 0L;
        }
        return type == String.class ? "" : null;
    }

    static SpecRequest request(ContainerConfig config, HostConfig host, ResolvedUser user, NamespaceMode network) {
        return new SpecRequest(
                ID,
                config,
                host,
                user,
                Path.of("/rootfs"),
                Optional.of(Path.of("/etc-of/resolv.conf")),
                Optional.of(Path.of("/etc-of/hostname")),
                Optional.of(Path.of("/etc-of/hosts")),
                "/docker/" + ID,
                IdMap.NONE,
                network,
                Map.of(),
                List.of(),
                "");
    }

    static SpecRequest request(HostConfig host) {
        return request(SLEEP, host, ResolvedUser.ROOT, NamespaceMode.PRIVATE);
    }
}
