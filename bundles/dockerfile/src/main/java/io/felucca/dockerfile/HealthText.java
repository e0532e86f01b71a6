package io.felucca.dockerfile;

import io.felucca.images.ImageConfig.Healthcheck;
import java.util.List;

/** A health check as dockerd's history shows it, which is Go's {@code %q} of its fields. */
final class HealthText {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private HealthText() {}

    static String of(Healthcheck check) {
        String retries = check.retries() < 0x20 || check.retries() > 0x7e
                ? String.format("'\\x%02x'", check.retries())
                : "'" + (char) check.retries() + "'";
        return "&{" + Texts.quoted(check.test() == null ? List.of() : check.test()) + " \""
                + duration(check.intervalNanos()) + "\" \"" + duration(check.timeoutNanos()) + "\" \""
                + duration(check.startPeriodNanos()) + "\" " + retries + "}";
    }

    /** As Go's Duration.String, for what is at least a millisecond or nothing. */
    private static String duration(long nanos) {
        if (nanos == 0) {
            return "0s";
        }
        if (nanos < NANOS_PER_SECOND) {
            return decimal(nanos, 1_000_000L) + "ms";
        }
        long seconds = nanos / NANOS_PER_SECOND;
        StringBuilder text = new StringBuilder();
        if (seconds >= 3600) {
            text.append(seconds / 3600).append('h');
        }
        if (seconds >= 60) {
            text.append(seconds / 60 % 60).append('m');
        }
        return text.append(decimal(nanos % (60 * NANOS_PER_SECOND), NANOS_PER_SECOND))
                .append('s')
                .toString();
    }

    private static String decimal(long value, long unit) {
        return new java.math.BigDecimal(value)
                .divide(new java.math.BigDecimal(unit))
                .stripTrailingZeros()
                .toPlainString();
    }
}
