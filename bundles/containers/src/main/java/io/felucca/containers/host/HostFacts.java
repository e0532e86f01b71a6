package io.felucca.containers.host;

import io.felucca.FeluccaException;
import io.felucca.linux.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the machine and this process's rights allow, as far as a spec depends on it. A value, so that specs for any
 * machine can be made in a test.
 *
 * @param capabilities held, effective and bounding
 * @param knownCapabilities all of this kernel
 * @param hardLimits by Docker's name, {@code nofile}; -1 for none
 * @param oomScoreAdj of this process
 * @param architecture Docker's word: {@code amd64}, {@code arm64}
 * @param appArmor whether profiles have any effect, and can be seen and loaded
 * @param seLinux whether SELinux confines processes here
 * @param cpus that are online, such as {@code 0-1}; {@code memoryNodes} likewise
 */
public record HostFacts(
        Set<String> capabilities,
        Set<String> knownCapabilities,
        TreeMap<String, Long> hardLimits,
        int oomScoreAdj,
        String architecture,
        int kernelMajor,
        int kernelMinor,
        CgroupSupport cgroups,
        NumberSet cpus,
        NumberSet memoryNodes,
        String hostname,
        boolean appArmor,
        boolean seLinux) {

    /**
     * @param unified whether cgroup v2 rules
     * @param controllers that are there: {@code memory cpu cpuset pids}, and what not every kernel has of them
     * @param swap whether memory and swap together can be limited
     */
    public record CgroupSupport(boolean unified, Set<String> controllers, boolean swap) {

        public boolean has(String controller) {
            return controllers.contains(controller);
        }
    }

    /** Of {@link CgroupSupport#controllers}: what the controller of that name may lack. */
    public static final String BLOCK_WEIGHT = "blkio.weight";

    public static final String BLOCK_THROTTLE = "blkio.throttle";
    public static final String CPU_REALTIME = "cpu.rt";

    /** Docker's ulimit names are the kernel's resources in lower case. */
    private static final String[] LIMITS = {
        "as",
        "core",
        "cpu",
        "data",
        "fsize",
        "locks",
        "memlock",
        "msgqueue",
        "nice",
        "nofile",
        "nproc",
        "rss",
        "rtprio",
        "rttime",
        "sigpending",
        "stack"
    };

    /** Asks this machine. */
    public static HostFacts of(Host host) {
        Set<String> held = new HashSet<>(host.effectiveCapabilities());
        held.retainAll(host.boundingCapabilities());
        TreeMap<String, Long> limits = new TreeMap<>();
        for (String name : LIMITS) {
            limits.put(name, host.limit(name).hard());
        }
        String machine = host.kernel().machine();
        String[] release = host.kernel().release().split("[^0-9]+", 3);
        return new HostFacts(
                Set.copyOf(held),
                Set.copyOf(host.knownCapabilities()),
                limits,
                Integer.parseInt(read(Path.of("/proc/self/oom_score_adj"), "0")),
                machine.equals("x86_64") ? "amd64" : machine.equals("aarch64") ? "arm64" : machine,
                Integer.parseInt(release[0]),
                Integer.parseInt(release[1]),
                findCgroups(),
                NumberSet.parse(read(Path.of("/sys/devices/system/cpu/online"), "0")),
                NumberSet.parse(read(Path.of("/sys/devices/system/node/online"), "0")),
                host.kernel().node(),
                hasAppArmor(
                        Path.of("/sys/module/apparmor/parameters/enabled"), Path.of("/sys/kernel/security/apparmor")),
                Files.exists(Path.of("/sys/fs/selinux/enforce")));
    }

    /**
     * As dockerd: where securityfs is not mounted, in a container for one, profiles can be neither seen nor loaded, and
     * the kernel being on is not enough.
     */
    public static boolean hasAppArmor(Path enabled, Path profiles) {
        return Files.isDirectory(profiles) && read(enabled, "N").equals("Y");
    }

    public boolean holds(String capability) {
        return capabilities.contains(capability);
    }

    public boolean kernelIsAtLeast(int major, int minor) {
        return kernelMajor > major || kernelMajor == major && kernelMinor >= minor;
    }

    private static CgroupSupport findCgroups() {
        Path root = Path.of("/sys/fs/cgroup");
        Path unified = root.resolve("cgroup.controllers");
        if (Files.exists(unified)) {
            Set<String> controllers = new HashSet<>(Set.of(read(unified, "").split(" +")));
            if (controllers.contains("io")) {
                controllers.addAll(Set.of(BLOCK_WEIGHT, BLOCK_THROTTLE));
            }
            return new CgroupSupport(true, controllers, controllers.contains("memory"));
        }
        Predicate<String> mounted = name -> Files.exists(root.resolve(name).resolve("cgroup.procs"));
        Set<String> controllers = Arrays.stream(new String[] {
                    "memory", "cpu", "cpuacct", "cpuset", "pids", "blkio", "devices", "freezer", "hugetlb"
                })
                .filter(mounted)
                .collect(Collectors.toSet());
        if (hasBlockWeight(root.resolve("blkio"))) {
            controllers.add(BLOCK_WEIGHT);
        }
        if (Files.exists(root.resolve("blkio/blkio.throttle.read_bps_device"))) {
            controllers.add(BLOCK_THROTTLE);
        }
        if (Files.exists(root.resolve("cpu/cpu.rt_runtime_us"))) {
            controllers.add(CPU_REALTIME);
        }
        return new CgroupSupport(false, controllers, Files.exists(root.resolve("memory/memory.memsw.limit_in_bytes")));
    }

    /** BFQ's files of weights show below the root only; where they are, those of its counters are in the root. */
    static boolean hasBlockWeight(Path hierarchy) {
        return Files.exists(hierarchy.resolve("blkio.weight"))
                || Files.exists(hierarchy.resolve("blkio.bfq.io_service_bytes"));
    }

    private static String read(Path file, String absent) {
        try {
            return Files.exists(file) ? Files.readString(file).trim() : absent;
        } catch (IOException e) {
            throw FeluccaException.system("reading " + file, e);
        }
    }
}
