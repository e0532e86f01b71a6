package io.felucca.docker.json;

import io.felucca.containers.Container;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;

/** Docker's words for times, sizes and states (go-units; seen from docker 28.2 and dockerd 20.10). */
public final class DockerText {

    private static final String[] SIZE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private DockerText() {}

    /** {@code 18 seconds}, {@code About a minute}, {@code 3 weeks}. */
    public static String duration(Duration duration) {
        long seconds = duration.getSeconds();
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        long minutes = seconds / 60;
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        long hours = (seconds + 1800) / 3600;
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 48) {
            return hours + " hours";
        }
        if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        }
        if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        }
        if (hours < 24 * 365 * 2) {
            return hours / 24 / 30 + " months";
        }
        return seconds / 3600 / 24 / 365 + " years";
    }

    /** {@code 18 seconds ago}; what lies ahead, by a clock that was set back, is less than a second ago. */
    public static String ago(Instant then, Instant now) {
        return duration(Duration.between(then, now)) + " ago";
    }

    /** The STATUS column: {@code Up 17 seconds}, {@code Exited (0) 2 minutes ago}. */
    public static String status(Container.State state, Instant now) {
        String since = state.startedAt() == null ? "" : duration(Duration.between(state.startedAt(), now));
        return switch (state.status()) {
            case CREATED -> "Created";
            case RUNNING -> "Up " + since;
            case PAUSED -> "Up " + since + " (Paused)";
            case RESTARTING -> "Restarting (" + state.exitCode() + ")" + finished(state, now);
            case REMOVING -> "Removal In Progress";
            case EXITED -> "Exited (" + state.exitCode() + ")" + finished(state, now);
            case DEAD -> "Dead";
        };
    }

    private static String finished(Container.State state, Instant now) {
        return state.finishedAt() == null ? "" : " " + ago(state.finishedAt(), now);
    }

    /** {@code 4.26MB}: three digits, units of 1000. */
    public static String size(long bytes) {
        BigDecimal size = BigDecimal.valueOf(bytes);
        int unit = 0;
        BigDecimal thousand = BigDecimal.valueOf(1000);
        while (size.abs().compareTo(thousand) >= 0 && unit < SIZE_UNITS.length - 1) {
            size = size.movePointLeft(3);
            unit++;
        }
        BigDecimal rounded = size.round(new MathContext(3, RoundingMode.HALF_EVEN));
        String digits = rounded.compareTo(thousand) >= 0
                ? "1e+03" // as Go's %.3g writes it
                : rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
        return digits + SIZE_UNITS[unit];
    }
}
