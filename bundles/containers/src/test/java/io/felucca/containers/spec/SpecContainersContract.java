package io.felucca.containers.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.containers.HostConfig;
import io.felucca.containers.rootfs.WorkingDirectory;
import io.felucca.containers.security.CapabilityList;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a container made by our specs sees, and what it cannot do: real ones, on the machine's busybox. Needs root. */
abstract class SpecContainersContract {

    private RealContainers containers;

    abstract String runtime();

    @BeforeEach
    void open() throws IOException {
        containers = new RealContainers(runtime());
    }

    @AfterEach
    void close() throws IOException {
        containers.close();
    }

    private static List<String> mask(List<String> capabilities) {
        // include/uapi/linux/capability.h
        List<String> order = List.of(
                "CHOWN",
                "DAC_OVERRIDE",
                "DAC_READ_SEARCH",
                "FOWNER",
                "FSETID",
                "KILL",
                "SETGID",
                "SETUID",
                "SETPCAP",
                "LINUX_IMMUTABLE",
                "NET_BIND_SERVICE",
                "NET_BROADCAST",
                "NET_ADMIN",
                "NET_RAW",
                "IPC_LOCK",
                "IPC_OWNER",
                "SYS_MODULE",
                "SYS_RAWIO",
                "SYS_CHROOT",
                "SYS_PTRACE",
                "SYS_PACCT",
                "SYS_ADMIN",
                "SYS_BOOT",
                "SYS_NICE",
                "SYS_RESOURCE",
                "SYS_TIME",
                "SYS_TTY_CONFIG",
                "MKNOD",
                "LEASE",
                "AUDIT_WRITE",
                "AUDIT_CONTROL",
                "SETFCAP",
                "MAC_OVERRIDE",
                "MAC_ADMIN",
                "SYSLOG",
                "WAKE_ALARM",
                "BLOCK_SUSPEND",
                "AUDIT_READ",
                "PERFMON",
                "BPF",
                "CHECKPOINT_RESTORE");
        long bits = 0;
        for (String name : capabilities) {
            bits |= 1L << order.indexOf(name.substring("CAP_".length()));
        }
        return List.of(String.format("%016x", bits));
    }

    @Test
    @DisplayName("T26 T14 the default rights: Docker's capabilities, none inheritable, a filter")
    void defaultRights() throws IOException {
        List<String> given = new ArrayList<>(CapabilityList.DEFAULT);
        given.retainAll(containers.facts().capabilities());
        String bits = mask(given).get(0);

        assertThat(containers.run("grep -E '^(Cap|Seccomp:|NoNew|Groups)' /proc/self/status"))
                .isEqualTo("Groups:\t0 \nCapInh:\t0000000000000000\nCapPrm:\t" + bits + "\nCapEff:\t" + bits
                        + "\nCapBnd:\t" + bits + "\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t2");
    }

    @Test
    @DisplayName("T26 T14 a user without privileges has only the bounding set, and exactly its groups")
    void userWithoutPrivileges() throws IOException {
        Files.writeString(containers.bundle().rootfs().resolve("etc/group"), "x:x:5:\ny:x:6:bob\nz:x:7:bob\n");
        Files.writeString(containers.bundle().rootfs().resolve("etc/passwd"), "bob:x:1000:1000::/home/bob:/bin/sh\n");

        String said = containers.run(
                Map.of("securityOpt", List.of("no-new-privileges"), "groupAdd", List.of("x")),
                IdMap.NONE,
                "bob",
                "id -u; id -G; echo $HOME; grep -E '^(CapEff|CapInh|CapAmb|NoNew)' /proc/self/status");

        assertThat(said)
                .isEqualTo("1000\n1000 5 6 7\n/home/bob\nCapInh:\t0000000000000000\nCapEff:\t0000000000000000\n"
                        + "CapAmb:\t0000000000000000\nNoNewPrivs:\t1");
    }

    @Test
    @DisplayName("T26 mount and new namespaces are refused, a privileged container may")
    void filterIsActive() throws IOException {
        String script =
                "mount -t tmpfs x /tmp && echo mounted; unshare -U true && echo unshared; unshare -m true && echo both";

        assertThat(containers.run(script))
                .doesNotContain("mounted", "unshared", "both")
                .contains("not permitted");
        // Where AppArmor is on, its profile refuses mounts whatever the capabilities.
        Map<String, Object> admin =
                Map.of("capAdd", List.of("SYS_ADMIN"), "securityOpt", List.of("apparmor=unconfined"));
        assertThat(containers.run(admin, script)).contains("mounted", "both");
        assertThat(containers.run(Map.of("privileged", true), script)).contains("mounted", "both");
    }

    @Test
    void aProfileThatIsGivenReplacesTheDefault() throws IOException {
        String json = "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"mkdir\",\"mkdirat\"],"
                + "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":28}]}";

        assertThat(containers.run(Map.of("securityOpt", List.of("seccomp=" + json)), "busybox mkdir /tmp/x"))
                .contains("No space left on device");
        assertThat(containers.run(
                        Map.of("securityOpt", List.of("seccomp=unconfined")), "grep Seccomp: /proc/self/status"))
                .isEqualTo("Seccomp:\t0");
    }

    @Test
    @DisplayName("S8 namespaces are the container's own, and so is its process 1")
    void namespacesAreItsOwn() throws IOException {
        List<String> kinds = List.of("ipc", "mnt", "net", "pid", "uts");
        String said = containers.run(
                "echo $$; hostname; for n in " + String.join(" ", kinds) + "; do readlink /proc/self/ns/$n; done");
        List<String> lines = said.lines().toList();

        assertThat(lines.get(0)).isEqualTo("1");
        for (int i = 0; i < kinds.size(); i++) {
            String ours = Files.readSymbolicLink(Path.of("/proc/self/ns/" + kinds.get(i)))
                    .toString();
            assertThat(lines.get(i + 2)).startsWith(kinds.get(i)).isNotEqualTo(ours);
        }
    }

    @Test
    @DisplayName("S8 namespaces of the host are shared when asked")
    void namespacesOfTheHost() throws IOException {
        String said = containers.run(
                Map.of("networkMode", "host", "pidMode", "host", "ipcMode", "host", "utsMode", "host"),
                "for n in ipc net pid uts; do readlink /proc/self/ns/$n; done");

        assertThat(said.lines())
                .containsExactly(
                        Files.readSymbolicLink(Path.of("/proc/self/ns/ipc")).toString(),
                        Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString(),
                        Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString(),
                        Files.readSymbolicLink(Path.of("/proc/self/ns/uts")).toString());
    }

    @Test
    @DisplayName("S8 T21 in a user namespace root is nobody on the host")
    void userNamespace() throws IOException {
        IdMap map =
                new IdMap(List.of(new IdMap.Range(0, 100_000, 65_536)), List.of(new IdMap.Range(0, 200_000, 65_536)));
        try (Stream<Path> files = Files.walk(containers.bundle().rootfs())) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:uid", 100_000, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(file, "unix:gid", 200_000, LinkOption.NOFOLLOW_LINKS);
            }
        }
        open(containers.bundle().directory().getParent());
        open(containers.bundle().directory());

        String said = containers.run(
                Map.of(), map, "", "id -u; cat /proc/self/uid_map; touch /root/made; echo x > /dev/null && echo dev");

        assertThat(said.replaceAll(" +", " ")).isEqualTo("0\n 0 100000 65536\ndev");
        assertThat(Files.getAttribute(containers.bundle().rootfs().resolve("root/made"), "unix:uid"))
                .isEqualTo(100_000);
    }

    private static void open(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwx--x--x"));
    }

    @Test
    void limitsReachTheKernel() throws IOException {
        String said = containers.run(
                Map.of(
                        "memory",
                        64L << 20,
                        "nanoCpus",
                        500_000_000L,
                        "pidsLimit",
                        40L,
                        "cpusetCpus",
                        "0",
                        "ulimits",
                        List.of(new HostConfig.Ulimit("nofile", 100, 200))),
                """
                cd /sys/fs/cgroup
                cat memory/memory.limit_in_bytes memory.max 2>/dev/null
                cat cpu/cpu.cfs_quota_us cpu.max 2>/dev/null | sed 's/ .*//'
                cat pids/pids.max pids.max 2>/dev/null
                ulimit -Sn; ulimit -Hn; nproc
                """.replace("| sed 's/ .*//'", "| busybox sed 's/ .*//'"));

        assertThat(said.lines()).containsExactly("67108864", "50000", "40", "100", "200", "1");
    }

    @Test
    @DisplayName("S59 --init puts an init at process 1")
    void initIsProcessOne() throws IOException {
        assertThat(containers.run(Map.of("init", true), "cat /proc/1/comm; ps | grep -c 'sh -c'"))
                .startsWith("docker-init\n");
    }

    @Test
    void readOnlyRootAndTmpfs() throws IOException {
        String said = containers.run(
                Map.of("readonlyRootfs", true, "tmpfs", Map.of("/tmp", "size=1m")),
                "touch /x; touch /tmp/x && echo yes; dd if=/dev/zero of=/tmp/y bs=1M count=2; grep ' /tmp ' /proc/mounts");

        assertThat(said)
                .contains("touch: /x: Read-only file system", "yes", "No space left on device")
                .contains("tmpfs /tmp tmpfs rw,nosuid,nodev,noexec,relatime,size=1024k");
    }

    @Test
    void devicesAreThoseThatWereGiven() throws IOException {
        String said = containers.run(
                Map.of("devices", List.of(new HostConfig.Device("/dev/loop0", "/dev/xx", "r"))),
                "ls -1 /dev; head -c 1 /dev/xx >/dev/null; echo read $?; (echo x > /dev/xx) ; busybox mknod /tmp/m b 7 1;"
                        + " head -c 1 /tmp/m");

        assertThat(said.lines())
                .contains("xx", "null", "zero", "full", "random", "urandom", "tty", "ptmx", "shm", "mqueue", "read 0")
                .doesNotContain("loop0", "kmsg", "mem", "sda", "vda");
        assertThat(said)
                .contains("can't create /dev/xx: Operation not permitted", "head: /tmp/m: Operation not permitted");
    }

    @Test
    void sharedMemoryIsThereUnlessIpcIsNone() throws IOException {
        assertThat(containers.run(Map.of("shmSize", 1L << 20), "grep ' /dev/shm ' /proc/mounts"))
                .contains("size=1024k");
        assertThat(containers.run(Map.of("ipcMode", "none"), "grep /dev/shm /proc/mounts; echo none"))
                .isEqualTo("none");
        assertThat(containers.run(Map.of("securityOpt", List.of("apparmor=unconfined", "label=disable")), "echo yes"))
                .isEqualTo("yes");
    }

    @Test
    void privilegedContainerHasTheHostsDevices() throws IOException {
        assertThat(containers.run(Map.of("privileged", true), "ls -1 /dev").lines())
                .contains("kmsg", "loop0");
    }

    @Test
    @DisplayName("T1 the runtime's binary is whole, whatever a container does to /proc/self/exe")
    void runtimeBinaryCannotBeOverwritten() throws Exception {
        Path binary = Path.of(containers.driver().status().get("Path"));
        String before = digest(binary);
        String id = containers.start(
                Map.of(),
                IdMap.NONE,
                "",
                Map.of(
                        "cmd",
                        List.of(
                                "sh",
                                "-c",
                                "while :; do for p in /proc/[0-9]*; do"
                                        + " case \"$(readlink $p/exe)\" in *busybox*|'') continue;; esac;"
                                        + " (echo x >> $p/exe) 2>/dev/null && echo overwritten $p; done; done")));
        for (int i = 0; i < 15; i++) {
            // an exec whose program is the runtime itself, as the exploit has it
            var task = containers
                    .bundle()
                    .task("e" + id + i, containers.bundle().process(List.of("/proc/self/exe", "--version"), false));
            try {
                task.exec(containers.driver(), id, () -> {});
            } catch (FeluccaException refused) {
                assertThat(refused).hasMessageContaining("exec failed");
            }
        }
        containers.driver().delete(id, true);

        assertThat(digest(binary)).isEqualTo(before);
        assertThat(containers.output(id)).doesNotContain("overwritten");
    }

    private static String digest(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    @Test
    @DisplayName("T2 a working directory that is a descriptor of the runtime is refused")
    void noWorkingDirectoryOutOfTheRoot() throws IOException {
        Files.createSymbolicLink(containers.bundle().rootfs().resolve("fd"), Path.of("/proc/self/fd/7"));
        try (Directory root = new KernelDirectories().open(containers.bundle().rootfs())) {
            assertThatThrownBy(() -> WorkingDirectory.prepare(root, "/fd", IdMap.NONE))
                    .isInstanceOf(FeluccaException.class);
            assertThat(root.findDirectory("proc/self".getBytes(StandardCharsets.UTF_8), Resolve.IN_ROOT))
                    .isEmpty();
        }
        for (int fd = 3; fd < 12; fd++) {
            Map<String, Object> config = Map.of("cmd", List.of("ls", ".."), "workingDir", "/proc/self/fd/" + fd);
            assertThatThrownBy(() -> containers.start(Map.of(), IdMap.NONE, "", config))
                    .isInstanceOf(FeluccaException.class);
        }
    }

    @Test
    @DisplayName("T3 masks hold in each of many containers that start at once")
    void masksHoldUnderConcurrentStarts() throws Exception {
        String script = """
                for f in /proc/kcore /proc/keys /proc/timer_list /proc/interrupts; do
                  [ -e $f ] && [ -n "$(head -c 1 $f 2>/dev/null)" ] && echo "$f is readable"; done
                for d in /proc/scsi /proc/acpi /sys/firmware; do
                  [ -d $d ] && [ -n "$(ls $d 2>/dev/null)" ] && echo "$d is full"; done
                for f in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /sys/kernel/uevent_helper; do
                  (echo x > $f) 2>/dev/null && echo "$f was written"; done
                echo done
                """;
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<String>> runs = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                runs.add(pool.submit(() -> containers.run(script)));
            }
            for (Future<String> run : runs) {
                assertThat(run.get()).isEqualTo("done");
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    @DisplayName("T4 an image whose /dev is a link makes nothing on the host")
    void devAsALinkStaysInside() throws IOException {
        Path outside = Files.createTempDirectory("outside");
        Path rootfs = containers.bundle().rootfs();
        for (String target : List.of(outside.toString(), "../../../../../../.." + outside)) {
            Files.deleteIfExists(rootfs.resolve("dev"));
            Files.createSymbolicLink(rootfs.resolve("dev"), Path.of(target));
            assertThatThrownBy(() -> containers.run("echo inside"))
                    .isInstanceOf(FeluccaException.class)
                    .hasMessageContaining("/dev of the container's root is a symbolic link to \"" + target + "\"");
            try (Stream<Path> made = Files.list(outside)) {
                assertThat(made).isEmpty();
            }
        }
        Files.delete(outside);
    }

    @Test
    @DisplayName("T23 the engine's environment does not reach a container")
    void environmentIsTheContainersOwn() throws IOException {
        assertThat(System.getenv()).containsKey("PATH");
        assertThat(containers.run("env").lines().map(pair -> pair.substring(0, pair.indexOf('='))))
                .containsExactlyInAnyOrder("PATH", "HOSTNAME", "HOME", "SHLVL", "PWD");
    }
}
