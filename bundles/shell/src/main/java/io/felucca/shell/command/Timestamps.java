package io.felucca.shell.command;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as Docker's options and columns write them. */
public final class Timestamps {

    private static final Pattern GO_DURATION = Pattern.compile("(\\d+(?:\\.\\d*)?)(ns|us|µs|ms|s|m|h)");
    private static final Pattern UNIX = Pattern.compile("\\d+(\\.\\d{1,9})?");
    private static final DateTimeFormatter COLUMN = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xx zzz");

    private Timestamps() {}

    /** A point in time, or how long ago: {@code 42m}, {@code 1h30m}, {@code 2013-01-02T13:23:37Z}, {@code 1136073600.5}. */
    public static Optional<Instant> parse(String text, Instant now) {
        if (UNIX.matcher(text).matches()) {
            BigDecimal seconds = new BigDecimal(text);
            return Optional.of(Instant.ofEpochSecond(
                    seconds.longValue(),
                    seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue()));
        }
        Optional<Duration> ago = duration(text);
        if (ago.isPresent()) {
            return ago.map(now::minus);
        }
        try {
            if (text.length() <= 10) {
                return Optional.of(LocalDate.parse(text)
                        .atStartOfDay(ZoneId.systemDefault())
                        .toInstant());
            }
            if (text.endsWith("Z") || text.substring(10).matches(".*[+-]\\d\\d:\\d\\d")) {
                return Optional.of(OffsetDateTime.parse(text).toInstant());
            }
            return Optional.of(
                    LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Such as {@code 1h30m}, in Go's form; empty for what is none. */
    static Optional<Duration> duration(String text) {
        Matcher matcher = GO_DURATION.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            nanos = nanos.add(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit(matcher.group(2)))));
            end = matcher.end();
        }
        return end == text.length() && end > 0 ? Optional.of(Duration.ofNanos(nanos.longValue())) : Optional.empty();
    }

    private static long unit(String name) {
        return switch (name) {
            case "ns" -> 1;
            case "us", "µs" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
    }

    /** {@code 2026-11-24 13:19:49 +0000 UTC}, as columns have it. */
    public static String column(Instant time) {
        return COLUMN.format(time.atZone(ZoneId.systemDefault()));
    }
}
