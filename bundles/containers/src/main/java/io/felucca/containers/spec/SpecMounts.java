package io.felucca.containers.spec;

import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The {@code mounts} of a spec: the kernel's filesystems, shared memory, {@code --tmpfs}, volumes, and the engine's own files. */
public final class SpecMounts {

    static final String INIT_IN_CONTAINER = "/sbin/docker-init";
    public static final long SHM_BYTES = 64L << 20;

    /** Pairs of which the later one given wins. */
    private static final Map<String, String> OPPOSITES = Map.of(
            "exec", "noexec", "noexec", "exec", "suid", "nosuid", "nosuid", "suid", "dev", "nodev", "nodev", "dev",
            "ro", "rw", "rw", "ro");

    private static final Set<String> FLAGS = Set.of(
            "ro",
            "rw",
            "suid",
            "nosuid",
            "dev",
            "nodev",
            "exec",
            "noexec",
            "sync",
            "async",
            "dirsync",
            "remount",
            "mand",
            "nomand",
            "atime",
            "noatime",
            "diratime",
            "nodiratime",
            "bind",
            "rbind",
            "private",
            "unbindable",
            "rprivate",
            "runbindable",
            "shared",
            "rshared",
            "slave",
            "rslave",
            "relatime",
            "norelatime",
            "strictatime",
            "nostrictatime");
    private static final Set<String> DATA = Set.of("size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol");

    private SpecMounts() {}

    static List<Object> of(SpecRequest request, Optional<Path> initProgram) {
        HostConfig host = request.host();
        List<Object> mounts = new ArrayList<>();
        Map<String, List<String>> tmpfs = tmpfs(host);
        Set<String> taken = new HashSet<>(tmpfs.keySet());
        request.mounts().forEach(mount -> taken.add(mount.destination()));
        List<String> kernel = List.of("nosuid", "noexec", "nodev");
        List<String> guarded = host.privileged() ? kernel : List.of("nosuid", "noexec", "nodev", "ro");
        add(mounts, taken, "/proc", "proc", "proc", kernel);
        add(mounts, taken, "/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k"));
        add(
                mounts,
                taken,
                "/dev/pts",
                "devpts",
                "devpts",
                List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"));
        add(mounts, taken, "/sys", "sysfs", "sysfs", guarded);
        add(
                mounts,
                taken,
                "/sys/fs/cgroup",
                "cgroup",
                "cgroup",
                host.privileged() ? kernel : List.of("ro", "nosuid", "noexec", "nodev"));
        add(mounts, taken, "/dev/mqueue", "mqueue", "mqueue", kernel);
        if (Modes.isHost(host.ipcMode())) {
            add(mounts, taken, "/dev/shm", "bind", "/dev/shm", List.of("rbind", "rprivate"));
        } else if (!Modes.NONE.equals(host.ipcMode())) {
            long shmBytes = host.shmSize() > 0 ? host.shmSize() : SHM_BYTES;
            add(
                    mounts,
                    taken,
                    "/dev/shm",
                    "tmpfs",
                    "shm",
                    List.of("nosuid", "noexec", "nodev", "mode=1777", "size=" + shmBytes));
        }
        initProgram.ifPresent(
                program -> mounts.add(mount(INIT_IN_CONTAINER, "bind", program.toString(), List.of("bind", "ro"))));
        List<Map<String, Object>> own = new ArrayList<>();
        tmpfs.forEach((path, options) -> own.add(mount(path, "tmpfs", "tmpfs", options)));
        for (UserMount user : request.mounts()) {
            if (!tmpfs.containsKey(user.destination())) {
                own.add(mount(user.destination(), user.type(), user.source(), options(user)));
            }
        }
        bind(own, taken, "/etc/resolv.conf", request.resolvConf(), host.readonlyRootfs());
        bind(own, taken, "/etc/hostname", request.hostname(), host.readonlyRootfs());
        bind(own, taken, "/etc/hosts", request.hosts(), host.readonlyRootfs());
        // A folder before what lies in it.
        own.sort(Comparator.comparingLong(SpecMounts::depth));
        mounts.addAll(own);
        return mounts;
    }

    private static List<String> options(UserMount user) {
        return user.type().equals("tmpfs") ? tmpfsOptions(String.join(",", user.options())) : user.options();
    }

    private static long depth(Map<String, Object> mount) {
        return mount.get("destination").toString().chars().filter(c -> c == '/').count();
    }

    /** {@code --tmpfs} by path, a folder before what lies in it. */
    public static Map<String, List<String>> tmpfs(HostConfig host) {
        Map<String, List<String>> result = new TreeMap<>();
        host.tmpfs().forEach((path, options) -> {
            String clean = Path.of("/", path).normalize().toString();
            if (!path.startsWith("/")) {
                throw FeluccaException.invalid("invalid mount path: '" + path + "' mount path must be absolute");
            }
            if (clean.equals("/")) {
                throw FeluccaException.invalid("invalid specification: destination can't be '/'");
            }
            if (clean.equals("/proc") || clean.startsWith("/proc/")) {
                throw FeluccaException.invalid("\"" + clean + "\" cannot be mounted because it is inside \"/proc\"");
            }
            result.put(clean, tmpfsOptions(options == null ? "" : options));
        });
        return result;
    }

    /** Docker's noexec, nosuid and nodev, each unless its opposite was given. */
    private static List<String> tmpfsOptions(String text) {
        List<String> options = new ArrayList<>(List.of("noexec", "nosuid", "nodev", "rprivate"));
        for (String option : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String name = option.contains("=") ? option.substring(0, option.indexOf('=')) : option;
            if (!(option.contains("=") ? DATA : FLAGS).contains(name)) {
                throw FeluccaException.invalid("invalid tmpfs option [\"" + option + "\"]");
            }
            options.remove(option);
            options.remove(OPPOSITES.getOrDefault(option, ""));
            options.add(option);
        }
        return options;
    }

    private static void add(
            List<? super Map<String, Object>> mounts,
            Set<String> taken,
            String path,
            String type,
            String source,
            List<String> options) {
        boolean inDev = path.startsWith("/dev/") && taken.contains("/dev");
        if (!taken.contains(path) && !inDev) {
            mounts.add(mount(path, type, source, options));
        }
    }

    private static void bind(
            List<Map<String, Object>> mounts, Set<String> taken, String path, Optional<Path> source, boolean readOnly) {
        source.ifPresent(file -> add(
                mounts,
                taken,
                path,
                "bind",
                file.toString(),
                readOnly ? List.of("rbind", "ro", "rprivate") : List.of("rbind", "rprivate")));
    }

    private static Map<String, Object> mount(String path, String type, String source, List<String> options) {
        Map<String, Object> mount = new LinkedHashMap<>();
        mount.put("destination", path);
        mount.put("type", type);
        mount.put("source", source);
        mount.put("options", options);
        return mount;
    }
}
