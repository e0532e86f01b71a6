package io.felucca.containers.health;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations as Go prints them: {@code 1m30s}, {@code 1.5s}, {@code 200ms}. */
final class GoDurations {

    private GoDurations() {}

    static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.toNanos() < 1_000) {
            return duration.toNanos() + "ns";
        }
        if (duration.toNanos() < 1_000_000) {
            return decimal(duration.toNanos(), 3) + "µs";
        }
        if (duration.toSeconds() == 0) {
            return decimal(duration.toNanos(), 6) + "ms";
        }
        StringBuilder text = new StringBuilder();
        if (duration.toHours() > 0) {
            text.append(duration.toHours()).append('h');
        }
        if (duration.toMinutes() > 0) {
            text.append(duration.toMinutesPart()).append('m');
        }
        return text.append(decimal(duration.toSecondsPart() * 1_000_000_000L + duration.toNanosPart(), 9))
                .append('s')
                .toString();
    }

    private static String decimal(long nanos, int places) {
        return BigDecimal.valueOf(nanos, places).stripTrailingZeros().toPlainString();
    }
}
