package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.containers.Container;
import io.felucca.containers.Container.Probe;
import io.felucca.containers.ContainerConfig;
import io.felucca.containers.ContainerSpec;
import io.felucca.containers.Containers;
import io.felucca.containers.HostConfig.RestartPolicy;
import io.felucca.images.ImageConfig.Healthcheck;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Health checks on real containers; needs root, conmon and crun or runc. */
@Tag("root")
@Timeout(60)
class HealthChecksTest {

    private static final long MILLI = 1_000_000;

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

    private static Healthcheck check(String command, int retries) {
        return new Healthcheck(List.of("CMD-SHELL", command), 50 * MILLI, 20_000 * MILLI, 0, 0, retries);
    }

    private String run(Healthcheck check, RestartPolicy policy, Map<String, String> labels, String... cmd) {
        ContainerSpec plain = TestEngine.with(
                TestEngine.spec("xx", false, cmd), policy == null ? Map.of() : Map.of("restartPolicy", policy));
        ContainerConfig config = plain.config();
        ContainerConfig checked = new ContainerConfig(
                "",
                "",
                "",
                false,
                false,
                false,
                null,
                false,
                false,
                false,
                null,
                config.cmd(),
                check,
                config.image(),
                null,
                "",
                null,
                labels,
                "",
                0);
        String id = containers
                .create(new ContainerSpec("xx", "", checked, plain.hostConfig()))
                .id();
        containers.start(id);
        return id;
    }

    private Container.Health health(String id) {
        return containers.get(id).state().health();
    }

    @Test
    @DisplayName("S78, S80: probes run in the container; what they find shows, and becomes events")
    void S80_probes() {
        String id = run(check("echo out; echo err >&2; test ! -e /tmp/ill", 2), null, Map.of(), "sleep", "1000");
        assertThat(health(id).status()).isIn("starting", "healthy");
        await().until(() -> health(id).status().equals("healthy"));
        Probe good = health(id).log().get(0);
        assertThat(good.exitCode()).isZero();
        assertThat(good.output()).contains("out\n").contains("err\n");
        assertThat(good.end()).isAfter(good.start());
        assertThat(containers.list(false, Map.of("health", List.of("healthy")))).hasSize(1);
        assertThat(containers.list(false, Map.of("health", List.of("none")))).isEmpty();
        await().until(() -> engine.events.contains("health_status: healthy " + id));

        String exec = containers.createExec(
                id,
                new Containers.ExecSpec(
                        List.of("touch", "/tmp/ill"), false, false, false, false, "", "", List.of(), false));
        containers.startExec(exec, null);
        await().until(() -> health(id).status().equals("unhealthy"));
        assertThat(health(id).failingStreak()).isGreaterThanOrEqualTo(2);
        await().until(() -> engine.events.contains("health_status: unhealthy " + id));
        await().until(() -> health(id).log().size() == 5);
        assertThat(containers.get(id).execIds()).hasSizeLessThanOrEqualTo(1);
        assertThat(containers.get(id).state().status()).isEqualTo(Container.Status.RUNNING);
    }

    @Test
    @DisplayName("S80: a probe that hangs is killed at its timeout, and counts as failed")
    void S80_hangingProbe() {
        Healthcheck hanging = new Healthcheck(List.of("CMD", "sleep", "1234"), 50 * MILLI, 200 * MILLI, 0, 0, 2);
        String id = run(hanging, null, Map.of(), "sleep", "1000");
        await().until(() -> health(id).status().equals("unhealthy"));
        Probe probe = health(id).log().get(0);
        assertThat(probe.exitCode()).isEqualTo(-1);
        assertThat(probe.output()).isEqualTo("Health check exceeded timeout (200ms)");
        containers.pause(id);
        await().until(() -> containers.processes(id).size() <= 2);
        containers.unpause(id);
    }

    @Test
    @DisplayName("S80: output of a probe is cut at 4096 bytes; a command that is not there fails its probe")
    void S80_output() {
        String id = run(check("seq 1 10000", 1), null, Map.of(), "sleep", "1000");
        await().until(() -> !health(id).log().isEmpty());
        assertThat(health(id).log().get(0).output())
                .hasSize(4096 + 3)
                .startsWith("1\n2\n")
                .endsWith("...");
        containers.remove(id, true, false);

        String missing =
                run(new Healthcheck(List.of("CMD", "nosuch"), 50 * MILLI, 0, 0, 0, 1), null, Map.of(), "sleep", "1000");
        await().until(() -> health(missing).status().equals("unhealthy"));
        assertThat(health(missing).log().get(0).exitCode()).isEqualTo(-1);
        assertThat(health(missing).log().get(0).output()).contains("executable file not found in $PATH");
    }

    @Test
    @DisplayName("S79: NONE is no check; what ends is unhealthy; the next engine probes what runs")
    void S79_noneAndEnds() {
        String none = run(Healthcheck.NONE, null, Map.of(), "true");
        assertThat(health(none)).isNull();
        containers.remove(none, true, false);

        String id = run(check("true", 1), null, Map.of(), "sleep", "1000");
        await().until(() -> health(id).status().equals("healthy"));
        engine.end();
        engine.begin();
        containers = engine.containers();
        await().until(() -> health(id) != null && health(id).status().equals("healthy"));
        containers.stop(id, 0, null);
        assertThat(health(id).status()).isEqualTo("unhealthy");
    }

    @Test
    @DisplayName("S78: a driver that is being replaced fails no probe")
    void S78_aDriverThatIsAway() {
        String id = run(check("true", 1), null, Map.of(), "sleep", "1000");
        await().until(() -> health(id).status().equals("healthy"));
        engine.away.add("RuntimeDriver/oci");
        int before = engine.events.size();
        await().during(Duration.ofMillis(300)).until(() -> health(id).status().equals("healthy"));
        engine.away.clear();
        await().until(() -> engine.events.size() > before && health(id).log().size() == 5);
        assertThat(health(id).status()).isEqualTo("healthy");
    }

    @Test
    @DisplayName("B10: on-unhealthy:N restarts what is unhealthy, N times; any other policy does with the label")
    void B10_restartOnUnhealthy() {
        String id = run(check("false", 1), new RestartPolicy("on-unhealthy", 2), Map.of(), "sleep", "1000");
        await().until(() -> containers.get(id).state().status() == Container.Status.EXITED);
        assertThat(containers.get(id).restartCount()).isEqualTo(2);
        containers.remove(id, true, false);

        String labelled = run(
                check("false", 1),
                new RestartPolicy("always", 0),
                Map.of("restart.on-unhealthy", "true"),
                "sleep",
                "1000");
        await().until(() -> containers.get(labelled).restartCount() >= 1);
        containers.remove(labelled, true, false);

        String plain = run(check("false", 1), new RestartPolicy("always", 0), Map.of(), "sleep", "1000");
        await().until(() -> health(plain).log().size() == 5);
        assertThat(containers.get(plain).restartCount()).isZero();
        containers.stop(plain, 0, null);
        assertThat(containers.get(plain).state().status()).isEqualTo(Container.Status.EXITED);
    }

    @Test
    @DisplayName("S78: times below a millisecond and negative retries are refused as by dockerd")
    void S78_refused() {
        assertThatThrownBy(() -> run(new Healthcheck(List.of("CMD", "x"), 1, 0, 0, 0, 0), null, Map.of(), "true"))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("Interval in Healthcheck cannot be less than 1ms");
        assertThatThrownBy(() -> run(new Healthcheck(List.of("CMD", "x"), 0, 0, 0, 0, -1), null, Map.of(), "true"))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("Retries in Healthcheck cannot be negative");
    }
}
