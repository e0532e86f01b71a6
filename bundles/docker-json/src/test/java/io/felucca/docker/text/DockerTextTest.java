package io.felucca.docker.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.containers.Container;
import io.felucca.containers.Container.State;
import io.felucca.containers.Container.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerTextTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    @ParameterizedTest(name = "{0} s is {1}")
    @CsvSource({
        "-5, Less than a second",
        "0, Less than a second",
        "1, 1 second",
        "18, 18 seconds",
        "59, 59 seconds",
        "60, About a minute",
        "119, About a minute",
        "120, 2 minutes",
        "3599, 59 minutes",
        "3600, About an hour",
        "5399, About an hour",
        "5400, 2 hours",
        "172799, 2 days",
        "86400, 24 hours",
        "1209600, 2 weeks",
        "5184000, 2 months",
        "63072000, 2 years"
    })
    @DisplayName("S107: a duration is told in Docker's words")
    void durationsAreDockers(long seconds, String text) {
        assertThat(DockerText.duration(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @ParameterizedTest(name = "{0} bytes is {1}")
    @CsvSource({
        "0, 0B",
        "999, 999B",
        "1000, 1kB",
        "1240000, 1.24MB",
        "4261234, 4.26MB",
        "77800000, 77.8MB",
        "123456789, 123MB",
        "1500000000, 1.5GB",
        "999999, 1e+03kB"
    })
    void sizesAreDockers(long bytes, String text) {
        assertThat(DockerText.size(bytes)).isEqualTo(text);
    }

    @Test
    void progressIsDrawnAsDockersClientDrawsIt() {
        assertThat(DockerText.progress(36_666, 1_986_560)).isEqualTo("[>" + " ".repeat(50) + "]  36.67kB/1.987MB");
        assertThat(DockerText.progress(1_986_560, 1_986_560)).isEqualTo("[" + "=".repeat(50) + ">]  1.987MB/1.987MB");
        assertThat(DockerText.progress(500, 0)).isEqualTo("    500B");
    }

    @Test
    @DisplayName("S107: STATUS says since when a container runs or how it ended")
    void statusesAreDockers() {
        assertThat(DockerText.status(state(Status.CREATED, 0, null, null), NOW)).isEqualTo("Created");
        assertThat(DockerText.status(state(Status.RUNNING, 0, NOW.minusSeconds(17), null), NOW))
                .isEqualTo("Up 17 seconds");
        assertThat(DockerText.status(state(Status.PAUSED, 0, NOW.minusSeconds(60), null), NOW))
                .isEqualTo("Up About a minute (Paused)");
        assertThat(DockerText.status(state(Status.EXITED, 137, NOW.minusSeconds(90), NOW.minusSeconds(120)), NOW))
                .isEqualTo("Exited (137) 2 minutes ago");
        assertThat(DockerText.status(state(Status.RESTARTING, 1, NOW.minusSeconds(90), NOW.minusSeconds(5)), NOW))
                .isEqualTo("Restarting (1) 5 seconds ago");
    }

    @Test
    @DisplayName("S80: STATUS says what the health check has found")
    void healthIsDockers() {
        assertThat(DockerText.status(healthy("starting"), NOW)).isEqualTo("Up 3 seconds (health: starting)");
        assertThat(DockerText.status(healthy("healthy"), NOW)).isEqualTo("Up 3 seconds (healthy)");
        assertThat(DockerText.status(healthy("unhealthy"), NOW)).isEqualTo("Up 3 seconds (unhealthy)");
    }

    private static State healthy(String status) {
        Container.Health health = new Container.Health(status, 0, List.of());
        return new State(Status.RUNNING, false, 7, 0, "", NOW.minusSeconds(3), null, health);
    }

    private static State state(Status status, int code, Instant started, Instant finished) {
        return new State(status, false, 0, code, "", started, finished);
    }

    @ParameterizedTest(name = "{0} bytes is {1} or {2}")
    @CsvSource({
        "0, 0B, 0B",
        "1000, 1kB, 1000B",
        "1236000, 1.236MB, 1.179MiB",
        "999600, 999.6kB, 976.2KiB",
        "67108864, 67.11MB, 64MiB",
        "1610612736, 1.611GB, 1.5GiB"
    })
    void longerSizesAreGosGeneralFormat(long bytes, String precise, String binary) {
        assertThat(DockerText.preciseSize(bytes)).isEqualTo(precise);
        assertThat(DockerText.binarySize(bytes)).isEqualTo(binary);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-24T13:27:42.688429260Z,2026-11-24T13:27:42.68842926Z",
        "2026-11-24T13:27:42.1Z,2026-11-24T13:27:42.1Z",
        "2026-11-24T13:27:42Z,2026-11-24T13:27:42Z",
        "0001-01-01T00:00:00Z,0001-01-01T00:00:00Z"
    })
    void timesAreGosRfc3339Nano(Instant time, String text) {
        assertThat(DockerTime.rfc3339Nano(time)).isEqualTo(text);
        assertThat(DockerTime.rfc3339Nano(null)).isEqualTo("0001-01-01T00:00:00Z");
    }

    @Test
    @DisplayName("S107: COMMAND quotes an argument with a space, and ids have 12 digits")
    void commandsAndIdsAreShortened() {
        assertThat(DockerText.command("sh", List.of("-c", "exit 3"))).isEqualTo("sh -c 'exit 3'");
        assertThat(DockerText.command("sh", List.of())).isEqualTo("sh");
        assertThat(DockerText.shortId("sha256:5ed230f96d5ef23dd95b8448fa0f")).isEqualTo("5ed230f96d5e");
        assertThat(DockerText.shortId("5ed230f96d5ef23dd95b")).isEqualTo("5ed230f96d5e");
        assertThat(DockerText.ellipsis("su postgres -c '/usr/lib'", 20)).isEqualTo("su postgres -c '/us…");
        assertThat(DockerText.ellipsis("短い", 20)).isEqualTo("短い");
    }
}
