package io.felucca.containers.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.containers.Container.Probe;
import io.felucca.images.ImageConfig.Healthcheck;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What counts as healthy, without a container. */
class HealthTest {

    private static final long MILLI = 1_000_000;

    @Test
    @DisplayName("S78: failures within the start period do not count, and its probes come at the start interval")
    void S78_startPeriod() {
        HealthCheck check = HealthCheck.of(
                        new Healthcheck(List.of("CMD", "x"), 10_000 * MILLI, 0, 60_000 * MILLI, 1_000 * MILLI, 1),
                        List.of())
                .orElseThrow();
        Instant start = Instant.parse("2026-11-24T10:00:00Z");
        Health health = new Health(check, start);
        assertThat(health.pause(start.plusSeconds(3))).isEqualTo(Duration.ofSeconds(1));
        assertThat(health.add(new Probe(start.plusSeconds(3), start.plusSeconds(4), 1, "")))
                .isFalse();
        assertThat(health.view().failingStreak()).isZero();
        assertThat(health.pause(start.plusSeconds(61))).isEqualTo(Duration.ofSeconds(10));
        assertThat(health.add(new Probe(start.plusSeconds(61), start.plusSeconds(62), 1, "")))
                .isTrue();
        assertThat(health.view().status()).isEqualTo("unhealthy");
        assertThat(health.add(new Probe(start.plusSeconds(71), start.plusSeconds(72), 0, "")))
                .isTrue();
        assertThat(health.pause(start.plusSeconds(72))).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    @DisplayName("S80: a timeout is told as Go prints it")
    void S80_durations() {
        assertThat(GoDurations.text(Duration.ofMillis(90_500))).isEqualTo("1m30.5s");
        assertThat(GoDurations.text(Duration.ofHours(2))).isEqualTo("2h0m0s");
    }
}
