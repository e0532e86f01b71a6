package io.felucca.itests.containers;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What keeps containers running and within their bounds: restart policies, health checks, update, stats, top. */
@Timeout(180)
class RestartIT {

    private static final String API = "1.41";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    private static String run(String name, String... words) {
        String[] all = new String[words.length + 6];
        System.arraycopy(new String[] {"run", "-d", "--name", name, "--network", "none"}, 0, all, 0, 6);
        System.arraycopy(words, 0, all, 6, words.length);
        return engine.ok(all);
    }

    @Test
    @DisplayName("B3: policies go on over a kill -9 of the engine, and stops are respected")
    void B3_policiesOutliveTheEngine() {
        run("always", "--restart", "always", "busybox", "sleep", "1000");
        run("stopped", "--restart", "unless-stopped", "busybox", "sleep", "1000");
        run("failing", "--restart", "on-failure:2", "busybox", "sh", "-c", "exit 5");
        engine.ok("stop", "-t", "0", "stopped");
        await().until(() -> engine.status("failing").equals("exited"));
        assertThat(engine.inspect("failing").path("RestartCount").intValue()).isEqualTo(2);

        long pid = engine.inspect("always").path("State").path("Pid").longValue();
        engine.kill();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        engine.start();
        await().untilAsserted(() -> {
            JsonNode always = engine.inspect("always");
            assertThat(always.path("State").path("Status").textValue()).isEqualTo("running");
            assertThat(always.path("RestartCount").intValue()).isEqualTo(1);
        });
        assertThat(engine.status("stopped")).isEqualTo("exited");
        assertThat(engine.status("failing")).isEqualTo("exited");
    }

    @Test
    @DisplayName("S80: ps of felucca and of docker show what the health check found; the event is told")
    void S80_health() {
        run("well", "--health-cmd", "true", "--health-interval", "100ms", "busybox", "sleep", "1000");
        run(
                "ill",
                "--health-cmd",
                "exit 3",
                "--health-interval",
                "100ms",
                "--health-retries",
                "1",
                "busybox",
                "sleep",
                "1000");
        await().untilAsserted(() -> {
            assertThat(engine.ok("ps", "--filter", "health=healthy", "--format", "{{.Names}} {{.Status}}"))
                    .matches("well Up .* \\(healthy\\)");
            assertThat(engine.docker(API, "ps", "--filter", "health=unhealthy", "--format", "{{.Names}} {{.Status}}")
                            .run()
                            .out())
                    .containsPattern("^ill Up .* \\(unhealthy\\)");
        });
        JsonNode probe =
                engine.inspect("ill").path("State").path("Health").path("Log").get(0);
        assertThat(probe.path("ExitCode").intValue()).isEqualTo(3);
        assertThat(probe.path("Start").textValue()).isNotEmpty();
        assertThat(engine.ok("events", "--since", "60s", "--until", "0s", "--filter", "event=health_status"))
                .contains("health_status: healthy")
                .contains("health_status: unhealthy");
    }

    @Test
    @DisplayName("B11: the docker command updates limits and policies; felucca adds a device to what runs")
    void B11_update() {
        run("grown", "busybox", "sleep", "1000");
        assertThat(engine.docker(API, "update", "-m", "64m", "--memory-swap", "128m", "--restart", "always", "grown")
                        .run()
                        .out())
                .isEqualTo("grown\n");
        JsonNode host = engine.inspect("grown").path("HostConfig");
        assertThat(host.path("Memory").longValue()).isEqualTo(64 << 20);
        assertThat(host.path("RestartPolicy").path("Name").textValue()).isEqualTo("always");
        engine.ok("update", "--device", "/dev/loop-control:/dev/lc:r", "grown");
        assertThat(engine.ok("exec", "grown", "ls", "/dev/lc")).isEqualTo("/dev/lc");
    }

    @Test
    @DisplayName("stats and top of the docker command are right")
    void statsAndTop() {
        run("busy", "-m", "64m", "busybox", "sh", "-c", "while :; do :; done");
        String line = engine.docker(
                        API, "stats", "--no-stream", "--format", "{{.CPUPerc}} {{.MemUsage}} {{.PIDs}}", "busy")
                .run()
                .out();
        assertThat(line).matches("(?s)[1-9][0-9.]*% [0-9.]+[KM]iB / 64MiB 1\n");
        assertThat(engine.docker(API, "top", "busy", "-o", "pid,cmd").run().out())
                .matches("(?s)PID +CMD\n[0-9]+ +sh -c while :; do :; done\n");
        assertThat(engine.ok("top", "busy", "-o", "pid,cmd")).contains("sh -c while :; do :; done");
    }
}
