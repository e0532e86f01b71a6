package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.containers.HostConfig;
import io.felucca.containers.HostConfig.Device;
import io.felucca.containers.HostConfig.Resources;
import io.felucca.containers.HostConfig.RestartPolicy;
import io.felucca.containers.spec.Specs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Updates of real containers; needs root, cgroup v1, conmon and crun or runc. */
@Tag("root")
@Timeout(60)
class UpdateTest {

    private static final long MB = 1 << 20;

    private TestEngine engine;
    private Containers containers;

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
        containers = engine.containers();
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    private static Resources limits(Map<String, Object> values) {
        return Specs.resources(values);
    }

    private String cgroup(String id, String file) throws IOException {
        String controller = file.substring(0, file.indexOf('.'));
        Path group = Path.of(
                "/sys/fs/cgroup",
                controller,
                "felucca-fc" + ProcessHandle.current().pid(),
                id);
        return Files.readString(group.resolve(file)).trim();
    }

    private int exec(String id, String... cmd) {
        String exec = containers.createExec(
                id, new ExecSpec(List.of(cmd), false, false, false, false, "", "", List.of(), false));
        containers.startExec(exec, null);
        return containers.awaitExec(exec).join().code();
    }

    private static void refused(Kind kind, String text, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessage(text);
    }

    @Test
    @DisplayName("limits change at once where a container runs, one by one and together, and stay on record")
    void limitsChangeAtOnce() throws IOException {
        String id = engine.run("xx", "sleep", "1000");
        assertThat(containers.update(
                        id,
                        limits(Map.of(
                                "memory",
                                64 * MB,
                                "memorySwap",
                                128 * MB,
                                "memoryReservation",
                                32 * MB,
                                "cpuShares",
                                512L,
                                "nanoCpus",
                                1_500_000_000L,
                                "cpusetCpus",
                                "0",
                                "pidsLimit",
                                50L)),
                        null))
                .isEmpty();
        assertThat(cgroup(id, "memory.limit_in_bytes")).isEqualTo(Long.toString(64 * MB));
        assertThat(cgroup(id, "memory.memsw.limit_in_bytes")).isEqualTo(Long.toString(128 * MB));
        assertThat(cgroup(id, "memory.soft_limit_in_bytes")).isEqualTo(Long.toString(32 * MB));
        assertThat(cgroup(id, "cpu.shares")).isEqualTo("512");
        assertThat(cgroup(id, "cpu.cfs_quota_us")).isEqualTo("150000");
        assertThat(cgroup(id, "cpuset.cpus")).isEqualTo("0");
        assertThat(cgroup(id, "pids.max")).isEqualTo("50");

        containers.update(id, limits(Map.of("memory", 96 * MB, "memorySwap", -1L, "pidsLimit", -1L)), null);
        assertThat(cgroup(id, "memory.limit_in_bytes")).isEqualTo(Long.toString(96 * MB));
        assertThat(cgroup(id, "pids.max")).isEqualTo("4194304");
        containers.update(id, limits(Map.of("memory", 256 * MB, "memorySwap", 300 * MB)), null);
        containers.update(id, limits(Map.of("memory", 10 * MB, "memorySwap", 20 * MB)), null);
        assertThat(cgroup(id, "memory.memsw.limit_in_bytes")).isEqualTo(Long.toString(20 * MB));
        assertThat(exec(id, "true")).isZero();
        await().until(() -> engine.events.contains("update " + id));

        engine.end();
        engine.begin();
        containers = engine.containers();
        Resources kept = containers.get(id).hostConfig().resources();
        assertThat(kept.memory()).isEqualTo(10 * MB);
        assertThat(kept.cpuShares()).isEqualTo(512);
        assertThat(kept.pidsLimit()).isEqualTo(-1);
    }

    @Test
    @DisplayName(
            "--default-ulimit holds from the next start on, also in an exec, where the container gives no such limit")
    void defaultUlimits() throws IOException {
        String id = engine.run("xx", "sleep", "1000");
        String own = containers
                .create(TestEngine.with(
                        TestEngine.spec("own", false, "sleep", "1000"),
                        Map.of("ulimits", List.of(new HostConfig.Ulimit("nofile", 64, 65)))))
                .id();
        engine.end();
        engine.defaultUlimits = new String[] {"nofile=128:256", "core=0"};
        engine.begin();
        containers = engine.containers();
        containers.kill(id, "KILL");
        containers.await(id, Containers.Condition.NOT_RUNNING).join();
        containers.start(id);
        containers.start(own);
        assertThat(exec(id, "sh", "-c", "test $(ulimit -n) = 128")).isZero();
        assertThat(limit(id, "Max open files")).containsExactly("128", "256");
        assertThat(limit(id, "Max core file size")).containsExactly("0", "0");
        assertThat(limit(own, "Max open files")).containsExactly("64", "65");
        assertThat(limit(own, "Max core file size")).containsExactly("0", "0");
        assertThat(containers.get(id).hostConfig().resources().ulimits()).isEmpty();

        engine.end();
        engine.defaultUlimits = new String[] {"nofile=9:3"};
        assertThatThrownBy(engine::begin)
                .hasMessage("invalid --default-ulimit \"nofile=9:3\": write it as name=soft or name=soft:hard, the soft"
                        + " limit no higher than the hard one");
        engine.defaultUlimits = new String[0];
        engine.begin();
        containers = engine.containers();
    }

    private List<String> limit(String id, String name) throws IOException {
        int pid = containers.get(id).state().pid();
        String line = Files.readAllLines(Path.of("/proc/" + pid + "/limits")).stream()
                .filter(each -> each.startsWith(name))
                .findFirst()
                .orElseThrow();
        return List.of(line.substring(name.length()).trim().split(" +")).subList(0, 2);
    }

    @Test
    @DisplayName("what a stopped container may use is changed for its next start")
    void aStoppedOne() throws IOException {
        String id =
                containers.create(TestEngine.spec("xx", false, "sleep", "1000")).id();
        containers.update(id, limits(Map.of("cpuShares", 300L)), new RestartPolicy("on-failure", 7));
        containers.start(id);
        assertThat(cgroup(id, "cpu.shares")).isEqualTo("300");
        assertThat(containers.get(id).hostConfig().restartPolicy()).isEqualTo(new RestartPolicy("on-failure", 7));
    }

    @Test
    @DisplayName("a restart policy that is changed rules the next end")
    void policiesChange() {
        String id = engine.run("xx", "sleep", "1000");
        containers.update(id, Resources.NONE, new RestartPolicy("always", 0));
        ProcessHandle.of(containers.get(id).state().pid()).orElseThrow().destroyForcibly();
        await().until(() -> containers.get(id).restartCount() == 1
                && containers.get(id).state().status() == Status.RUNNING);
        containers.update(id, Resources.NONE, new RestartPolicy("no", 0));
        ProcessHandle.of(containers.get(id).state().pid()).orElseThrow().destroyForcibly();
        await().until(() -> containers.get(id).state().status() == Status.EXITED);
    }

    @Test
    @DisplayName("what cannot be is refused in dockerd's words, and changes nothing")
    void refusals() throws IOException {
        String id = engine.run("xx", "sleep", "1000");
        String cannot = "Cannot update container " + id + ": ";
        refused(
                Kind.CONFLICT,
                cannot
                        + "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the"
                        + " same time",
                () -> containers.update(id, limits(Map.of("memory", 64 * MB)), null));
        refused(
                Kind.INVALID,
                "Minimum memory limit allowed is 6MB",
                () -> containers.update(id, limits(Map.of("memory", 1L)), null));
        refused(
                Kind.INVALID,
                "invalid restart policy 'bogus'",
                () -> containers.update(id, Resources.NONE, new RestartPolicy("bogus", 0)));
        containers.update(id, limits(Map.of("nanoCpus", 1_000_000_000L)), null);
        refused(
                Kind.CONFLICT,
                cannot + "Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set",
                () -> containers.update(id, limits(Map.of("cpuQuota", 50_000L)), null));
        assertThatThrownBy(() -> containers.update(id, limits(Map.of("memory", 64 * MB, "memorySwap", 1L)), null))
                .isInstanceOf(FeluccaException.class);
        assertThat(containers.get(id).hostConfig().resources().memory()).isZero();

        String removing = containers.create(TestEngine.spec("yy", true, "true")).id();
        refused(
                Kind.CONFLICT,
                "Cannot update container " + removing
                        + ": Restart policy cannot be updated because AutoRemove is enabled for the container",
                () -> containers.update(removing, Resources.NONE, new RestartPolicy("always", 0)));
    }

    @Test
    @DisplayName("B11: a running container gets a device, and has it after its next start")
    void B11_devices() {
        String id = engine.run("xx", "sleep", "1000");
        String read = "read -n 1 -r x < /dev/sub/full";
        assertThat(exec(id, "sh", "-c", read)).isNotZero();
        Device full = new Device("/dev/full", "/dev/sub/full", "rm");
        containers.update(id, limits(Map.of("devices", List.of(full))), null);
        assertThat(exec(id, "sh", "-c", read)).isZero();
        assertThat(exec(id, "sh", "-c", "echo x > /dev/sub/full")).isNotZero();
        assertThat(containers.get(id).hostConfig().resources().devices()).containsExactly(full);
        containers.restart(id, 0, null);
        assertThat(exec(id, "sh", "-c", read)).isZero();
        assertThatThrownBy(() -> containers.update(
                        id, limits(Map.of("devices", List.of(new HostConfig.Device("/dev/nosuch", "", "")))), null))
                .hasMessageContaining("error gathering device information while adding custom device \"/dev/nosuch\"");
        assertThat(containers.get(id).hostConfig().resources().devices()).containsExactly(full);
    }
}
