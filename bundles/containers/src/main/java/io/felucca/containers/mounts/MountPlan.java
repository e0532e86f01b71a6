package io.felucca.containers.mounts;

import static io.felucca.containers.record.ContainerMount.VOLUME;

import io.felucca.FeluccaException;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.HostConfig;
import io.felucca.containers.MountSpec;
import io.felucca.containers.record.ContainerMount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a new container will have mounted, worked out before anything is touched: others' volumes first, then {@code -v},
 * then {@code --mount}, then the image's and the command's anonymous volumes, each in the place of an earlier one of the
 * same destination, or refused, as dockerd 20.10 does (daemon/volumes.go).
 */
public final class MountPlan {

    /** What dockerd shows as the mode of a named volume without one. */
    private static final String SHARED_LABEL = "z";

    private final Function<String, List<ContainerMount>> mountsOf;
    private final MountParser parser;
    private final String dataRoot;
    private final Map<String, PlannedMount> byDestination = new LinkedHashMap<>();
    private final Set<String> given = new HashSet<>();

    private MountPlan(
            Function<String, List<ContainerMount>> mountsOf,
            Supplier<String> newName,
            Predicate<String> hostHas,
            String dataRoot) {
        this.mountsOf = mountsOf;
        this.parser = new MountParser(newName, hostHas);
        this.dataRoot = dataRoot;
    }

    /**
     * @param config with the image's volumes merged in
     * @param mountsOf of another container, by its name
     * @param newName for anonymous volumes
     * @param hostHas whether a path is there on the host
     * @param dataRoot of the engine: what contains it propagates into containers, so that nothing in it is kept busy
     * @return sorted, a folder before what lies in it
     * @throws FeluccaException INVALID
     */
    public static List<PlannedMount> of(
            ContainerConfig config,
            HostConfig host,
            Function<String, List<ContainerMount>> mountsOf,
            Supplier<String> newName,
            Predicate<String> hostHas,
            String dataRoot) {
        MountPlan plan = new MountPlan(mountsOf, newName, hostHas, dataRoot);
        host.volumesFrom().forEach(plan::addFrom);
        if (host.binds() != null) {
            host.binds().forEach(raw -> plan.add(plan.parser.bind(raw, host.volumeDriver()), host));
        }
        host.mounts().forEach(spec -> plan.add(plan.parser.mount(spec), host));
        config.volumes().forEach(path -> plan.addAnonymous(path, host.volumeDriver()));
        List<PlannedMount> planned = new ArrayList<>(plan.byDestination.values());
        planned.sort(Comparator.comparingLong((PlannedMount mount) -> depth(mount.mount()))
                .thenComparing(mount -> mount.mount().destination()));
        planned.forEach(mount -> refuseProc(mount.mount()));
        return List.copyOf(planned);
    }

    private static long depth(ContainerMount mount) {
        return mount.destination().chars().filter(c -> c == '/').count();
    }

    private void addFrom(String word) {
        if (word.isEmpty()) {
            throw FeluccaException.invalid("volumes-from specification cannot be an empty string");
        }
        String[] parts = word.split(":", 2);
        VolumeModes mode = VolumeModes.ofVolumesFrom(parts.length == 2 ? parts[1] : "rw");
        if (parts[0].isEmpty()) {
            throw FeluccaException.invalid("invalid name or ID supplied: \"\"");
        }
        for (ContainerMount mount : mountsOf.apply(parts[0])) {
            byDestination.put(mount.destination(), PlannedMount.lent(mount.lent(!mode.readOnly())));
        }
    }

    private void add(PlannedMount planned, HostConfig host) {
        ContainerMount mount = planned.mount();
        boolean hidden = !mount.isTmpfs()
                && host.tmpfs().keySet().stream()
                        .anyMatch(path -> CleanPath.of(path).equals(mount.destination()));
        if (hidden || !given.add(mount.destination())) {
            throw FeluccaException.invalid("Duplicate mount point: " + mount.destination());
        }
        if (mount.isBind()) {
            put(besideDataRoot(planned));
        } else {
            put(mount.isVolume() && mount.mode().isEmpty() ? planned.withMode(SHARED_LABEL) : planned);
        }
    }

    /** A private copy of what is mounted in the data root would keep it mounted. */
    private PlannedMount besideDataRoot(PlannedMount planned) {
        ContainerMount mount = planned.mount();
        String source = mount.source().equals("/") ? "" : mount.source();
        boolean beside =
                source.equals(dataRoot) || source.startsWith(dataRoot + "/") || dataRoot.startsWith(source + "/");
        if (!beside) {
            return planned;
        }
        if (!planned.propagationGiven()) {
            return planned.withPropagation("rslave");
        }
        if (!Set.of("rslave", "rshared").contains(mount.propagation())) {
            throw FeluccaException.invalid(
                    "invalid mount config: must use either propagation mode \"rslave\" or \"rshared\" when mount"
                            + " source is within the daemon root, daemon root: \"" + dataRoot
                            + "\", bind mount source: \""
                            + mount.source() + "\", propagation: \"" + mount.propagation() + "\"");
        }
        return planned;
    }

    private void put(PlannedMount planned) {
        byDestination.put(planned.mount().destination(), planned);
    }

    /** Only where nothing else is mounted. A path that does not begin at the root is one below it, as runc takes it. */
    private void addAnonymous(String path, String volumeDriver) {
        String destination = CleanPath.of(path);
        if (byDestination.containsKey(destination)) {
            return;
        }
        MountSpec spec = new MountSpec(
                VOLUME,
                "",
                destination,
                false,
                "",
                null,
                volumeDriver.isEmpty() ? null : new MountSpec.Volume(false, null, "", volumeDriver, null),
                null);
        put(parser.mount(spec));
    }

    /** Refuses a mount over /proc, except a view of lxcfs and the like: it would hide the masks. */
    private static void refuseProc(ContainerMount mount) {
        String path = mount.destination();
        boolean isProc =
                path.equals("/proc") && !(mount.isBind() && mount.source().equals("/proc"));
        if (isProc) {
            throw FeluccaException.invalid("invalid mount over /proc: it must be of type proc");
        }
        if (path.startsWith("/proc/") && !IN_PROC.contains(path)) {
            throw FeluccaException.invalid("\"" + path + "\" cannot be mounted because it is inside /proc");
        }
    }

    /** Those that runc 1.1 lets pass. */
    private static final Set<String> IN_PROC = Set.of(
            "/proc/cpuinfo",
            "/proc/diskstats",
            "/proc/meminfo",
            "/proc/stat",
            "/proc/swaps",
            "/proc/uptime",
            "/proc/loadavg",
            "/proc/slabinfo",
            "/proc/net/dev",
            "/proc/sys/kernel/ns_last_pid");
}
