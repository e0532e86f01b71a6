package io.felucca.docker.json.system;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.text.DockerTime;
import io.felucca.engine.Drivers;
import io.felucca.engine.EngineRoot;
import io.felucca.engine.EngineVersion;
import io.felucca.events.Events;
import io.felucca.images.Images;
import io.felucca.log.spi.LogDriver;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.networks.Networks;
import io.felucca.registry.Registry;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.storage.Storage;
import io.felucca.storage.spi.LayerStore;
import io.felucca.volume.spi.VolumeDriver;
import io.felucca.volumes.Volumes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What {@code /info} says, in dockerd's order (API 1.51, SystemInfo): what is so here, and nothing that is only Docker's. */
public final class InfoJson {

    private static final String UNKNOWN = "N/A";

    private InfoJson() {}

    /** Whom to ask. */
    public record Sources(
            EngineRoot root,
            EngineVersion version,
            Drivers drivers,
            Storage storage,
            Images images,
            Containers containers,
            Networks networks,
            Volumes volumes,
            Events events,
            Registry registry) {}

    /** @param apiMinor the 41 of 1.41 */
    public static ObjectNode write(Sources from, Instant now, int apiMinor) {
        ObjectNode root = DockerJson.object();
        Containers.Support support = from.containers().support();
        root.put("ID", from.root().id());
        putCounts(root, from);
        String storage = from.storage().defaultDriver();
        root.put("Driver", storage);
        Map<String, String> status = new LinkedHashMap<>(from.storage().status(storage));
        Optional<String> storageWarning = Optional.ofNullable(status.remove(LayerStore.WARNING));
        putPairs(root.putArray("DriverStatus"), status);
        putPlugins(root, from.drivers());
        putLimits(root, support, apiMinor);
        HostJson.put(root, apiMinor);
        root.put("Debug", false);
        root.put("NFd", HostJson.openFiles());
        root.put("NGoroutines", Thread.activeCount());
        root.put("SystemTime", DockerTime.rfc3339Nano(now));
        root.put("LoggingDriver", support.logDriver());
        root.put("CgroupDriver", "cgroupfs");
        root.put("CgroupVersion", support.cgroupV2() ? "2" : "1");
        root.put("NEventsListener", from.events().followers());
        root.put("IndexServerAddress", "https://index.docker.io/v1/");
        RegistryConfigJson.put(root, from.registry().settings());
        root.putNull("GenericResources");
        root.put("DockerRootDir", from.root().dataRoot().toString());
        root.put("HttpProxy", "").put("HttpsProxy", "").put("NoProxy", "");
        root.putArray("Labels");
        root.put("ExperimentalBuild", false);
        root.put("ServerVersion", from.version().version().dockerVersion());
        putRuntimes(root, from.drivers(), support.runtime());
        putSwarm(root);
        root.put("LiveRestoreEnabled", true);
        root.put("Isolation", "");
        putSecurity(root, support);
        List<String> warnings = warnings(support);
        storageWarning.ifPresent(text -> warnings.add("WARNING: " + storage + ": " + text));
        DockerJson.putListOrNull(root, "Warnings", warnings);
        return root;
    }

    private static void putCounts(ObjectNode root, Sources from) {
        List<Container> all = from.containers().list(true, Map.of());
        long paused = count(all, Set.of(Container.Status.PAUSED));
        long running = count(all, Set.of(Container.Status.RUNNING, Container.Status.RESTARTING));
        root.put("Containers", all.size())
                .put("ContainersRunning", running)
                .put("ContainersPaused", paused)
                .put("ContainersStopped", all.size() - running - paused)
                .put("Images", from.images().list(true, Map.of()).size());
    }

    private static long count(List<Container> all, Set<Container.Status> wanted) {
        return all.stream()
                .filter(container -> wanted.contains(container.state().status()))
                .count();
    }

    private static void putPairs(ArrayNode array, Map<String, String> pairs) {
        pairs.forEach((name, value) -> array.addArray().add(name).add(value));
    }

    private static void putPlugins(ObjectNode root, Drivers drivers) {
        ObjectNode plugins = root.putObject("Plugins");
        DockerJson.putList(plugins, "Volume", drivers.names(VolumeDriver.class));
        DockerJson.putList(plugins, "Network", drivers.names(NetworkDriver.class));
        plugins.putNull("Authorization");
        DockerJson.putList(plugins, "Log", drivers.names(LogDriver.class));
    }

    private static void putLimits(ObjectNode root, Containers.Support support, int apiMinor) {
        boolean memory = support.controllers().contains("memory");
        boolean cpu = support.controllers().contains("cpu");
        root.put("MemoryLimit", memory).put("SwapLimit", support.swap());
        if (apiMinor < 42) {
            root.put("KernelMemory", false).put("KernelMemoryTCP", false);
        }
        root.put("CpuCfsPeriod", cpu)
                .put("CpuCfsQuota", cpu)
                .put("CPUShares", cpu)
                .put("CPUSet", support.controllers().contains("cpuset"))
                .put("PidsLimit", support.controllers().contains("pids"))
                .put("OomKillDisable", memory && !support.cgroupV2());
    }

    /** Of the monitor and of an init there is no version; the runtime's stands where Docker has runc's. */
    private static void putRuntimes(ObjectNode root, Drivers drivers, String standard) {
        ObjectNode runtimes = root.putObject("Runtimes");
        String commit = UNKNOWN;
        for (String name : drivers.names(RuntimeDriver.class)) {
            Map<String, String> status = drivers.call(RuntimeDriver.class, name, RuntimeDriver::status);
            String path = status.getOrDefault("Path", "");
            runtimes.putObject(name).put("path", path);
            if (name.equals(standard)) {
                commit = versionOf(path, status.getOrDefault("Version", UNKNOWN));
            }
        }
        root.put("DefaultRuntime", standard);
        root.put("InitBinary", "");
        root.putObject("ContainerdCommit").put("ID", UNKNOWN).put("Expected", UNKNOWN);
        root.putObject("RuncCommit").put("ID", commit).put("Expected", commit);
        root.putObject("InitCommit").put("ID", UNKNOWN).put("Expected", UNKNOWN);
    }

    /** Clients show it as runc's: another program is named. */
    private static String versionOf(String path, String version) {
        String program = path.substring(path.lastIndexOf('/') + 1);
        return program.isEmpty() || program.equals("runc") ? version : program + " " + version;
    }

    private static void putSwarm(ObjectNode root) {
        root.putObject("Swarm")
                .put("NodeID", "")
                .put("NodeAddr", "")
                .put("LocalNodeState", "inactive")
                .put("ControlAvailable", false)
                .put("Error", "")
                .putNull("RemoteManagers");
    }

    private static void putSecurity(ObjectNode root, Containers.Support support) {
        ArrayNode options = root.putArray("SecurityOptions");
        if (support.appArmor()) {
            options.add("name=apparmor");
        }
        options.add("name=seccomp,profile=default");
        if (support.userNamespace()) {
            options.add("name=userns");
        }
        if (support.cgroupV2()) {
            options.add("name=cgroupns");
        }
    }

    private static List<String> warnings(Containers.Support support) {
        List<String> warnings = new ArrayList<>();
        Map<String, String> needed =
                Map.of("memory", "memory limit", "cpu", "cpu limit", "cpuset", "cpuset", "pids", "pids limit");
        for (String controller : List.of("memory", "cpu", "cpuset", "pids")) {
            if (!support.controllers().contains(controller)) {
                warnings.add("WARNING: No " + needed.get(controller) + " support");
            }
        }
        if (!support.swap() && support.controllers().contains("memory")) {
            warnings.add("WARNING: No swap limit support");
        }
        return warnings;
    }
}
