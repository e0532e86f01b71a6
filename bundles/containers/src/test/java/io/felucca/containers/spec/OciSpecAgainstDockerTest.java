package io.felucca.containers.spec;

import static io.felucca.containers.spec.Specs.host;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.containers.rootfs.ResolvedUser;
import io.felucca.network.spi.NetworkDriver.NamespaceMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Our specs beside those that dockerd 20.10.24 gave to runc for the same options (captured, ids and paths replaced). What
 * may differ stands in {@link #comparable}, each with its reason; the seccomp rules have a test of their own.
 */
class OciSpecAgainstDockerTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static Map<String, Object> docker(String name) throws IOException {
        try (InputStream in = OciSpecAgainstDockerTest.class.getResourceAsStream("dockerd-20.10-" + name + ".json")) {
            return map(JSON.readValue(in, Map.class));
        }
    }

    @SuppressWarnings("unchecked") // JSON objects have texts for keys
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    /** Through JSON, so that numbers and maps compare; and without what may differ. */
    private static Map<String, Object> comparable(Map<String, Object> spec) throws IOException {
        Map<String, Object> copy = map(JSON.readValue(JSON.writeValueAsBytes(spec), TreeMap.class));
        copy.remove("ociVersion"); // 1.0.2-dev
        copy.remove("hooks"); // dockerd's network hook: we give the namespace
        Map<String, Object> process = map(copy.get("process"));
        dropFalse(process); // dockerd leaves out what is false or 0, and writes limits of 0
        dropFalse(map(copy.get("root")));
        List<Object> env = new ArrayList<>((List<?>) process.get("env"));
        env.removeIf(pair -> pair.toString().startsWith("HOME=")); // runc looks it up there, we do
        process.put("env", env);
        Map<String, Object> capabilities = map(process.get("capabilities"));
        capabilities.replaceAll((set, names) -> new TreeSet<>((List<?>) names)); // the order means nothing
        Map<String, Object> linux = map(copy.get("linux"));
        linux.remove("seccomp");
        linux.remove("devices", List.of()); // the sample of a privileged container was made without the machine's
        linux.computeIfPresent("maskedPaths", (key, paths) -> {
            List<Object> rest = new ArrayList<>((List<?>) paths);
            rest.removeAll(List.of("/proc/interrupts", "/sys/devices/virtual/powercap")); // of later Dockers
            return rest;
        });
        linux.computeIfPresent("namespaces", (key, list) -> {
            List<Object> rest = new ArrayList<>((List<?>) list);
            rest.removeIf(namespace -> map(namespace).containsKey("path")); // the host's, as a file: we name none
            return rest;
        });
        linux.computeIfPresent("namespaces", (key, list) -> Set.copyOf((List<?>) list));
        Map<String, Object> resources = map(linux.get("resources"));
        resources.remove("blockIO"); // a weight of 0
        for (String group : List.of("cpu", "memory")) {
            resources.computeIfPresent(group, (key, values) -> {
                dropFalse(map(values));
                return map(values).isEmpty() ? null : values;
            });
        }
        Map<String, Object> mounts = new TreeMap<>();
        ((List<?>) copy.get("mounts")).forEach(mount -> {
            Map<String, Object> values = map(mount);
            List<Object> options = new ArrayList<>((List<?>) values.get("options"));
            values.put("options", new TreeSet<>(options));
            mounts.put((String) values.get("destination"), values);
        });
        copy.put("mounts", mounts);
        return copy;
    }

    private static void dropFalse(Map<String, Object> values) {
        values.values()
                .removeIf(value ->
                        Boolean.FALSE.equals(value) || Integer.valueOf(0).equals(value));
    }

    private static void assertSame(String name, SpecRequest request, Set<String> missing) throws IOException {
        Path noDevices = Files.createTempDirectory("dev");
        try {
            Map<String, Object> ours = new OciSpec(Specs.facts(missing, 20_000, false), noDevices).create(request);
            Map<String, Object> theirs = docker(name);
            assertThat(comparable(ours)).isEqualTo(comparable(theirs));
        } finally {
            Files.delete(noDevices);
        }
    }

    @Test
    void plainContainer() throws IOException {
        assertSame("default", Specs.request(host(Map.of())), Set.of());
    }

    @Test
    void terminalUserAndGroups() throws IOException {
        ContainerConfig config =
                Specs.config(Map.of("cmd", List.of("sleep", "1000"), "tty", true, "workingDir", "/work"));
        ResolvedUser user = new ResolvedUser(1000, 1000, List.of(1000, 7), "/");

        assertSame("tty", Specs.request(config, host(Map.of()), user, NamespaceMode.PRIVATE), Set.of());
    }

    @Test
    void privilegedContainer() throws IOException {
        // 20.10 knows 38 capabilities
        assertSame(
                "priv",
                Specs.request(host(Map.of("privileged", true))),
                Set.of("CAP_BPF", "CAP_PERFMON", "CAP_CHECKPOINT_RESTORE"));
    }

    @Test
    void namespacesOfTheHost() throws IOException {
        ContainerConfig config = Specs.config(Map.of("cmd", List.of("sleep", "1000"), "hostname", "vm"));
        HostConfig host = host(Map.of("networkMode", "host", "pidMode", "host", "ipcMode", "host", "utsMode", "host"));

        SpecRequest request = Specs.request(config, host, ResolvedUser.ROOT, NamespaceMode.HOST);
        Map<String, Object> theirs = docker("host");
        theirs.remove("hostname"); // written where it has no effect

        assertThat(comparable(new OciSpec(Specs.facts()).create(request))).isEqualTo(comparable(theirs));
    }

    @Test
    void limitsDevicesAndRights() throws IOException {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("memory", 64L << 20);
        options.put("memoryReservation", 32L << 20);
        options.put("nanoCpus", 1_500_000_000L);
        options.put("cpuShares", 512L);
        options.put("cpusetCpus", "0");
        options.put("pidsLimit", 50L);
        options.put("ulimits", List.of(new HostConfig.Ulimit("nofile", 100, 200)));
        options.put("readonlyRootfs", true);
        options.put("tmpfs", Map.of("/run", "size=1m", "/x", ""));
        options.put("oomScoreAdj", 500);
        options.put("init", true);
        options.put("sysctls", Map.of("net.ipv4.ip_forward", "1"));
        options.put("securityOpt", List.of("no-new-privileges"));
        options.put("capAdd", List.of("SYS_PTRACE"));
        options.put("capDrop", List.of("CHOWN"));
        options.put("shmSize", 8L << 20);
        options.put("devices", List.of(new HostConfig.Device("/dev/loop0", "/dev/xx", "r")));
        ContainerConfig config =
                Specs.config(Map.of("cmd", List.of("sleep", "1000"), "hostname", "hh", "domainname", "dd"));

        assertSame("limits", Specs.request(config, host(options), ResolvedUser.ROOT, NamespaceMode.PRIVATE), Set.of());
    }

    @Test
    void unconfinedContainer() throws IOException {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("securityOpt", List.of("seccomp=unconfined", "systempaths=unconfined"));
        options.put("capAdd", List.of("ALL"));
        options.put("cgroupnsMode", "private");
        options.put("memory", 32L << 20);
        options.put("memorySwap", 40L << 20);
        options.put("oomKillDisable", true);

        assertSame("unconf", Specs.request(host(options)), Set.of("CAP_BPF", "CAP_PERFMON", "CAP_CHECKPOINT_RESTORE"));
    }

    @Test
    void capabilitiesAddedToNone() throws IOException {
        HostConfig host = host(Map.of(
                "capDrop",
                List.of("ALL"),
                "capAdd",
                List.of("SYS_ADMIN", "sys_ptrace", "CAP_NET_ADMIN", "DAC_READ_SEARCH")));

        assertSame("admin", Specs.request(host), Set.of());
    }
}
