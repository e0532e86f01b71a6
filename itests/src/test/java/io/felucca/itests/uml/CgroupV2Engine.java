package io.felucca.itests.uml;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An engine where cgroup v2 rules, by its commands and its API; {@link CgroupV2IT} runs it. */
class CgroupV2Engine {

    private static final int MIB = 1 << 20;

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    private static JsonNode stats(String id) {
        return EngineUnderTest.json(Program.of(
                        "curl",
                        "-s",
                        "--unix-socket",
                        engine.socket().toString(),
                        "http://engine/v1.41/containers/" + id + "/stats?stream=false")
                .ok());
    }

    /** A file of the container's cgroup in the kernel. */
    private static String kernel(String id, String file) throws IOException {
        String pid = engine.inspect(id).path("State").path("Pid").asText();
        String group = Files.readString(Path.of("/proc", pid, "cgroup")).strip();
        assertThat(group).startsWith("0::/").contains(id);
        return Files.readString(Path.of("/sys/fs/cgroup" + group.substring("0::".length()), file))
                .strip();
    }

    @Test
    @DisplayName("stats tells what the kernel counts of a container, with the names that Docker has on cgroup v2")
    void stats() throws IOException {
        String id = engine.runDetached(
                "-m",
                "64m",
                "--pids-limit",
                "50",
                "busybox",
                "sh",
                "-c",
                "dd if=/dev/zero of=/dev/shm/x bs=1M count=16; echo ready; while :; do :; done");
        await().until(() -> engine.ok("logs", id).endsWith("ready"));

        JsonNode stats = stats(id);
        JsonNode memory = stats.path("memory_stats");
        assertThat(memory.path("usage").asLong()).isBetween(16L * MIB, 64L * MIB);
        assertThat(memory.path("limit").asLong()).isEqualTo(64L * MIB);
        assertThat(memory.path("stats").path("shmem").asLong()).isEqualTo(16L * MIB);
        assertThat(memory.path("stats").has("anon")).isTrue();
        assertThat(memory.path("stats").has("inactive_file")).isTrue();
        assertThat(stats.path("pids_stats").path("current").asInt()).isEqualTo(1);
        assertThat(stats.path("pids_stats").path("limit").asInt()).isEqualTo(50);
        JsonNode cpu = stats.path("cpu_stats");
        long used = cpu.path("cpu_usage").path("total_usage").asLong();
        long usedBefore =
                stats.path("precpu_stats").path("cpu_usage").path("total_usage").asLong();
        assertThat(usedBefore).isPositive();
        assertThat(used).isGreaterThan(usedBefore);
        assertThat(cpu.path("system_cpu_usage").asLong()).isPositive();
        assertThat(cpu.path("online_cpus").asInt())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        String counted = kernel(id, "cpu.stat").lines().findFirst().orElseThrow();
        assertThat(Long.parseLong(counted.replace("usage_usec ", "")) * 1000).isGreaterThanOrEqualTo(used);

        assertThat(engine.ok("stats", "--no-stream", "--format", "{{.MemUsage}} {{.PIDs}}", id))
                .endsWith("MiB / 64MiB 1");
    }

    @Test
    @DisplayName("update changes a running container's limits in the kernel, and a lower memory limit holds")
    void update() throws IOException {
        String id = engine.runDetached("-m", "64m", "--memory-swap", "64m", "busybox", "sleep", "1000");
        assertThat(kernel(id, "memory.max")).isEqualTo(Integer.toString(64 * MIB));
        assertThat(kernel(id, "memory.swap.max")).isEqualTo("0");
        assertThat(kernel(id, "pids.max")).isEqualTo("max");

        engine.ok(
                "update",
                "--memory",
                "96m",
                "--memory-swap",
                "128m",
                "--memory-reservation",
                "32m",
                "--cpus",
                "0.5",
                "--cpu-shares",
                "512",
                "--pids-limit",
                "77",
                id);

        assertThat(kernel(id, "memory.max")).isEqualTo(Integer.toString(96 * MIB));
        assertThat(kernel(id, "memory.swap.max")).isEqualTo(Integer.toString(32 * MIB));
        assertThat(kernel(id, "memory.low")).isEqualTo(Integer.toString(32 * MIB));
        assertThat(kernel(id, "cpu.max")).isEqualTo("50000 100000");
        // The runtimes' conversion of 2..262144 to 1..10000.
        assertThat(kernel(id, "cpu.weight")).isEqualTo("20");
        assertThat(kernel(id, "pids.max")).isEqualTo("77");
        assertThat(stats(id).path("memory_stats").path("limit").asLong()).isEqualTo(96L * MIB);

        engine.ok("update", "--memory", "32m", "--memory-swap", "32m", id);
        assertThat(engine.felucca("exec", id, "dd", "if=/dev/zero", "of=/dev/shm/x", "bs=1M", "count=48")
                        .run()
                        .exit())
                .isNotZero();
        assertThat(kernel(id, "memory.events")).containsPattern("oom_kill [1-9]");
    }

    @Test
    @DisplayName("A health check makes a container unhealthy and healthy again, each check in the container's cgroup")
    void healthCheck() {
        String id = engine.runDetached(
                "--health-cmd",
                "test -e /well && grep -q '^0::/$' /proc/self/cgroup",
                "--health-interval",
                "1s",
                "--health-retries",
                "1",
                "busybox",
                "sleep",
                "1000");
        await().until(() -> health(id).equals("unhealthy"));
        engine.ok("exec", id, "touch", "/well");
        await().until(() -> health(id).equals("healthy"));
    }

    private static String health(String id) {
        return engine.inspect(id).path("State").path("Health").path("Status").asText();
    }
}
