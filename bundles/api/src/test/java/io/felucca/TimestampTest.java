package io.felucca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @ParameterizedTest
    @CsvSource({
        "1136073600,2006-01-01T00:00:00Z",
        "1136073600.5,2006-01-01T00:00:00.500Z",
        "2013-01-02T13:23:37Z,2013-01-02T13:23:37Z",
        "2013-01-02T13:23:37.25+01:00,2013-01-02T12:23:37.250Z",
        "42m,2026-01-02T02:22:05Z",
        "1h30m,2026-01-02T01:34:05Z",
        "1.5s,2026-01-02T03:04:03.500Z"
    })
    void pointsInTimeAndAgesAreRead(String text, Instant time) {
        assertThat(Timestamp.parse(text, NOW)).isEqualTo(time);
    }

    @Test
    void aTimeWithoutAZoneIsTheMachines() {
        Instant noon = LocalDateTime.parse("2013-01-02T12:00:00")
                .atZone(ZoneId.systemDefault())
                .toInstant();
        assertThat(Timestamp.parse("2013-01-02T12:00", NOW)).isEqualTo(noon);
        assertThat(Timestamp.parse("2013-01-02", NOW)).isEqualTo(noon.minus(Duration.ofHours(12)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1 h", "1y", "2013-13-01", "99999999999999h"})
    void anythingElseIsRefusedWithDockersText(String text) {
        assertThatThrownBy(() -> Timestamp.parse(text, NOW))
                .isInstanceOf(FeluccaException.class)
                .hasMessage("failed to parse value as time or duration: \"" + text + "\"");
    }
}
