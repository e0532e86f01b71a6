package io.felucca.itests.containers;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.images.ImageArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a container sees of the machine, and what its limits hold. */
class IsolationIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path folder;

    @Test
    @DisplayName("S8: a container has namespaces of its own")
    void S8_namespaces() throws IOException {
        for (String name : List.of("mnt", "net", "pid", "ipc", "uts")) {
            String inside = engine.runOnce("busybox", "readlink", "/proc/self/ns/" + name)
                    .ok();
            assertThat(inside)
                    .startsWith(name + ":[")
                    .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns", name))
                            .toString());
        }
        assertThat(engine.runOnce("busybox", "ps", "-o", "pid,comm").run().lines())
                .satisfiesExactly(
                        head -> assertThat(head).contains("PID"),
                        row -> assertThat(row).contains("1 ps"));
        assertThat(engine.runOnce("busybox", "ip", "-o", "link").ok().lines())
                .singleElement()
                .asString()
                .contains(" lo:");
        assertThat(engine.runOnce("--hostname", "its-own", "busybox", "hostname")
                        .ok())
                .isEqualTo("its-own");
    }

    @Test
    @DisplayName("S8: with the network host it has the machine's")
    void S8_hostNetwork() throws IOException {
        assertThat(engine.ok("run", "--rm", "--network", "host", "busybox", "readlink", "/proc/self/ns/net"))
                .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString());
    }

    @Test
    void environmentHostsAndHostnameAreTheContainersOwn() throws IOException {
        Path envFile =
                Files.writeString(folder.resolve("env"), "# comment\nFROM_FILE=a b=c\n\nEMPTY=\nBARE\nNOT_THERE\n");

        List<String> seen = engine.runOnce(
                        "-e",
                        "X=1",
                        "--env-file",
                        envFile.toString(),
                        "--add-host",
                        "peer:10.1.2.3",
                        "--hostname",
                        "named",
                        "busybox",
                        "sh",
                        "-c",
                        "env; cat /etc/hosts; cat /etc/hostname")
                .env("BARE", "the user's")
                .run()
                .requireOk()
                .lines();

        assertThat(seen)
                .contains(
                        "X=1",
                        "FROM_FILE=a b=c",
                        "EMPTY=",
                        "BARE=the user's",
                        "HOSTNAME=named",
                        "HOME=/root",
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "10.1.2.3\tpeer",
                        "127.0.0.1\tlocalhost",
                        "named");
    }

    @Test
    @DisplayName("T23: the engine's environment reaches no container, and its log holds no secret")
    void T23_environment() {
        engine.stop();
        engine.startCommand(List.of())
                .env("ENGINE_SECRET", "s3cr3t-of-the-engine")
                .run(120)
                .requireOk();

        String all = engine.runOnce(
                        "-e", "PASSWORD=s3cr3t-of-the-user", "busybox", "sh", "-c", "env; cat /proc/1/environ")
                .ok();

        assertThat(all).doesNotContain("ENGINE_SECRET", "FELUCCA", "JAVA").contains("PASSWORD=");
        assertThat(engine.log()).doesNotContain("s3cr3t");
    }

    @Test
    void aMemoryLimitIsEnforcedAndTold() {
        engine.runDetached(
                "--name", "eater", "-m", "20m", "busybox", "sh", "-c", "dd if=/dev/zero of=/dev/null bs=200M count=1");
        engine.ok("wait", "eater");

        assertThat(engine.inspect("eater").path("State").path("ExitCode").intValue())
                .isEqualTo(137);
        assertThat(engine.inspect("eater").path("State").path("OOMKilled").booleanValue())
                .isTrue();
        assertThat(engine.inspect("eater").path("HostConfig").path("Memory").longValue())
                .isEqualTo(20L << 20);
    }

    @Test
    void aLimitOfProcessesIsEnforced() {
        Result run = engine.runOnce(
                        "--pids-limit",
                        "5",
                        "busybox",
                        "sh",
                        "-c",
                        "for i in 1 2 3 4 5 6 7 8 9; do sleep 1 & done; wait")
                .run();

        assertThat(run.err()).contains("can't fork");
    }

    @Test
    void aLimitOfProcessorTimeIsInTheCgroup() {
        engine.runDetached("--name", "half", "--cpus", "0.5", "busybox", "sleep", "1000");
        long pid = engine.inspect("half").path("State").path("Pid").longValue();

        assertThat(quota(pid)).isEqualTo(0.5);
    }

    private static double quota(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup"))) {
                String[] parts = line.split(":", 3);
                if (List.of(parts[1].split(",")).contains("cpu")) {
                    Path group = Path.of("/sys/fs/cgroup/cpu" + parts[2]);
                    return Double.parseDouble(Files.readString(group.resolve("cpu.cfs_quota_us"))
                                    .trim())
                            / Double.parseDouble(Files.readString(group.resolve("cpu.cfs_period_us"))
                                    .trim());
                }
                Path unified = Path.of("/sys/fs/cgroup" + parts[2] + "/cpu.max");
                if (parts[0].equals("0") && Files.exists(unified)) {
                    String[] max = Files.readString(unified).trim().split(" ");
                    return Double.parseDouble(max[0]) / Double.parseDouble(max[1]);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("no quota of process " + pid, e);
        }
        throw new AssertionError("no quota of process " + pid);
    }

    @Test
    void ulimitsAreSet() {
        assertThat(engine.runOnce("--ulimit", "nofile=123:456", "busybox", "sh", "-c", "ulimit -n; ulimit -Hn")
                        .run()
                        .lines())
                .containsExactly("123", "456");
    }

    @Test
    void aReadOnlyRootTakesWritesOnTmpfsOnly() {
        Result run = engine.runOnce(
                        "--read-only",
                        "--tmpfs",
                        "/scratch:size=1m,mode=1777",
                        "busybox",
                        "sh",
                        "-c",
                        "echo ok > /scratch/f && cat /scratch/f; df -k /scratch | tail -1; echo no > /f")
                .run();

        assertThat(run.out()).startsWith("ok\n").contains(" 1024 ");
        assertThat(run.err()).contains("Read-only file system");
    }

    @ParameterizedTest
    @DisplayName("T14: users and groups are exact; junk is an error, never root")
    @CsvSource(
            delimiter = '|',
            value = {
                "www|uid=33(www) gid=33(www) groups=33(www),44(extra)",
                "33|uid=33(www) gid=33(www) groups=33(www),44(extra)",
                "33:44|uid=33(www) gid=44(extra) groups=44(extra)",
                "www:nogroup|uid=33(www) gid=65534(nogroup) groups=65534(nogroup)",
                "1234|uid=1234 gid=0(root) groups=0(root)",
                "1234:5678|uid=1234 gid=5678 groups=5678"
            })
    void T14_users(String user, String id) {
        assertThat(engine.runOnce("-u", user, "busybox", "id").ok()).isEqualTo(id);
    }

    @ParameterizedTest
    @DisplayName("T14: users that cannot be are refused")
    @CsvSource({"2147483648", "-1", "nosuch", "www:nosuch", "0x0", "99999999999999999999", "1:4294967296"})
    void T14_junkUsers(String user) {
        Result run = engine.runOnce("--user=" + user, "busybox", "id").run();

        assertThat(run.exit()).isIn(125, 126);
        assertThat(run.out()).isEmpty();
        assertThat(engine.ok("ps", "-a", "-q")).isEmpty();
    }

    @Test
    @DisplayName("T14, T26: Docker's capabilities cut to the engine's, none inheritable; cap-add and cap-drop work")
    void T26_capabilities() {
        assertThat(capability("CapInh")).isZero();
        assertThat(capability("CapAmb")).isZero();
        assertThat(capability("CapEff")).isEqualTo(0xa80425fbL & capability("CapPrm"));
        assertThat(capability("CapEff")).isNotZero();
        assertThat(capability("CapEff", "--cap-drop", "ALL")).isZero();
        assertThat(capability("CapEff", "--cap-drop", "ALL", "--cap-add", "NET_ADMIN"))
                .isEqualTo(1L << 12);
        assertThat(capability("CapEff", "--cap-drop", "CHOWN") & 1).isZero();
        assertThat(capability("CapEff", "-u", "www")).isZero();
        assertThat(capability("CapEff", "--privileged")).isGreaterThan(0xa80425fbL);
    }

    private static long capability(String name, String... options) {
        List<String> words = new ArrayList<>(List.of(options));
        words.addAll(List.of("busybox", "grep", name, "/proc/self/status"));
        String line = engine.runOnce(words.toArray(String[]::new)).ok();
        return Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).trim(), 16);
    }

    @Test
    @DisplayName("T26: the default seccomp profile is active and keeps mount, namespaces and key rings away")
    void T26_seccomp() {
        assertThat(engine.runOnce("busybox", "grep", "Seccomp:", "/proc/self/status")
                        .ok())
                .endsWith("2");
        assertThat(engine.runOnce("busybox", "unshare", "-U", "true").run().err())
                .contains("Operation not permitted");
        assertThat(engine.runOnce("busybox", "unshare", "-m", "true").run().err())
                .contains("Operation not permitted");
        assertThat(engine.runOnce("busybox", "mount", "-t", "tmpfs", "x", "/tmp")
                        .run()
                        .exit())
                .isNotZero();
        assertThat(engine.runOnce(
                                "--security-opt",
                                "seccomp=unconfined",
                                "busybox",
                                "grep",
                                "Seccomp:",
                                "/proc/self/status")
                        .ok())
                .endsWith("0");
        assertThat(engine.runOnce(
                                "--security-opt",
                                "no-new-privileges",
                                "busybox",
                                "grep",
                                "NoNewPrivs",
                                "/proc/self/status")
                        .ok())
                .endsWith("1");
    }

    @Test
    @DisplayName("T3: masked and read-only paths hold while many containers start at once")
    void T3_maskedPaths() {
        List<Program.Running> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(engine.runOnce(
                            "busybox",
                            "sh",
                            "-c",
                            "cat /proc/kcore /proc/keys /proc/timer_list 2>/dev/null | wc -c; ls /proc/acpi"
                                    + " /sys/firmware | grep -v : | wc -w; echo 1 > /proc/sys/kernel/panic; echo h >"
                                    + " /proc/sysrq-trigger")
                    .start());
        }
        for (Program.Running one : all) {
            Result result = one.finish();
            assertThat(result.lines()).containsExactly("0", "0");
            assertThat(result.err()).contains("/proc/sys/kernel/panic: Read-only file system", "/proc/sysrq-trigger");
        }
    }

    @Test
    @DisplayName("T2: a container has no descriptor but its own, and no working directory through one")
    void T2_leakedDescriptors() {
        assertThat(engine.runOnce("busybox", "sh", "-c", "ls /proc/1/fd; true")
                        .run()
                        .lines())
                .allMatch(fd -> Integer.parseInt(fd) <= 2 || Integer.parseInt(fd) == 10);
        engine.runDetached("--name", "fds", "busybox", "sleep", "1000");
        assertThat(engine.ok("exec", "fds", "ls", "/proc/1/fd").lines()).containsExactly("0", "1", "2");
        for (int fd = 3; fd < 20; fd++) {
            Result run = engine.runOnce("-w", "/proc/self/fd/" + fd, "busybox", "ls", "../../..")
                    .run();
            assertThat(run.exit()).as(run.toString()).isNotZero();
            Result exec = engine.felucca("exec", "-w", "/proc/self/fd/" + fd, "fds", "ls")
                    .run();
            assertThat(exec.exit()).as(exec.toString()).isNotZero();
        }
    }

    @Test
    @DisplayName("T2: monitors hold no descriptor of the engine's")
    void T2_monitorDescriptors() throws IOException {
        engine.runDetached("busybox", "sleep", "1000");
        String jar = EngineUnderTest.home().toString();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            Path proc = Path.of("/proc", Long.toString(process.pid()));
            String command = process.info().command().orElse("");
            if (!command.endsWith("/conmon")
                    || !commandLine(proc).contains(engine.folder().toString())) {
                continue;
            }
            try (Stream<Path> fds = Files.list(proc.resolve("fd"))) {
                assertThat(fds.map(IsolationIT::target))
                        .noneMatch(target -> target.startsWith(jar)
                                || target.contains("/content/")
                                || target.startsWith("/proc/")
                                || target.equals(engine.socket().toString()));
            }
        }
    }

    private static String commandLine(Path proc) throws IOException {
        return Files.readString(proc.resolve("cmdline"));
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    @DisplayName("T1: the runtime's binary on the host cannot be written by a container")
    void T1_runtimeBinary() throws IOException {
        List<Path> programs = List.of(Path.of("/usr/bin/crun"), Path.of("/usr/sbin/runc"), Path.of("/usr/bin/conmon"));
        List<Object> before = stamps(programs);
        engine.runDetached(
                "--name",
                "attacker",
                "busybox",
                "sh",
                "-c",
                "while :; do for p in /proc/[0-9]*; do [ -w $p/exe ] && echo overwritten > $p/exe; done; done"
                        + " 2>/dev/null");
        engine.runOnce("--entrypoint", "/proc/self/exe", "busybox", "--version").run();
        for (int i = 0; i < 20; i++) {
            engine.felucca("exec", "attacker", "/proc/self/exe", "echo").run();
        }

        assertThat(stamps(programs)).isEqualTo(before);
    }

    private static List<Object> stamps(List<Path> programs) throws IOException {
        List<Object> stamps = new ArrayList<>();
        for (Path program : programs) {
            if (Files.exists(program)) {
                stamps.add(ImageArchive.sha256(Files.readAllBytes(program)));
            }
        }
        return stamps;
    }

    @Test
    void privilegedContainersSeeTheDevices() {
        assertThat(engine.runOnce("--privileged", "busybox", "ls", "/dev").ok()).contains("loop-control");
        assertThat(engine.runOnce("--device", "/dev/null:/dev/mine", "busybox", "ls", "-l", "/dev/mine")
                        .ok())
                .contains("1,   3");
        assertThat(engine.runOnce("busybox", "ls", "/dev").ok().lines())
                .contains("null", "zero", "tty", "pts", "shm", "urandom")
                .doesNotContain("loop-control", "sda", "mem");
        await().until(() -> engine.ok("ps", "-aq").isEmpty());
    }
}
