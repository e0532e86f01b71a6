package io.felucca.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetriesTest {

    private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "1, '', 1",
        "2, '', 2",
        "4, '', 8",
        "60, '', 60",
        "1, 7, 7",
        "1, 0, 0",
        "1, 99999, 60",
        "1, 'Tue, 1 Dec 2026 10:00:30 GMT', 30",
        "1, 'Tue, 1 Dec 2026 09:00:00 GMT', 0",
        "3, nonsense, 4"
    })
    @DisplayName("S20: waits double, the server's own wish counts, and none is longer than a minute")
    void waitsAreBounded(int attempt, String retryAfter, long seconds) {
        assertThat(Retries.before(attempt, retryAfter, NOW)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void onlyWhatMayPassIsTriedAgain() {
        assertThat(List.of(429, 500, 502, 503, 504)).allMatch(Retries::mayPass);
        assertThat(List.of(0, 200, 400, 401, 403, 404, 416, 501)).noneMatch(Retries::mayPass);
    }

    @Test
    @DisplayName("S20: who waits is told each second how many are left, as by dockerd")
    void waitsAreTold() throws IOException {
        List<Object> seen = new ArrayList<>();
        Retries.Pause pause = seen::add;

        pause.telling(seen::add).sleep(Duration.ofSeconds(2));
        pause.telling(seen::add).sleep(Duration.ZERO);

        Duration second = Duration.ofSeconds(1);
        assertThat(seen).containsExactly("Retrying in 2 seconds", second, "Retrying in 1 second", second);
    }

    @Test
    void aCancelledWaitEndsAtOnce() {
        assertThatThrownBy(() -> Retries.unless(() -> true).sleep(Duration.ofHours(1)))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("cancelled");
    }
}
