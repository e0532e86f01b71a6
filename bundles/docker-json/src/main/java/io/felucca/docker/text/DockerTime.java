package io.felucca.docker.text;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times in Docker's JSON: Go's RFC3339Nano. */
public final class DockerTime {

    /** Go's zero time: not yet. */
    public static final String ZERO = "0001-01-01T00:00:00Z";

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    private DockerTime() {}

    /** With nine decimals always, as {@code logs -t} has it: {@code 2026-11-24T13:19:49.615442895Z}. */
    public static String nanoseconds(Instant time) {
        return SECONDS.format(time) + "." + decimals(time) + "Z";
    }

    private static String decimals(Instant time) {
        return Integer.toString(1_000_000_000 + time.getNano()).substring(1);
    }

    /** UTC with as many decimals as it has; null gives {@link #ZERO}. */
    public static String rfc3339Nano(Instant time) {
        if (time == null) {
            return ZERO;
        }
        String text = SECONDS.format(time);
        if (time.getNano() != 0) {
            String decimals = decimals(time);
            int end = decimals.length();
            while (decimals.charAt(end - 1) == '0') {
                end--;
            }
            text = text + "." + decimals.substring(0, end);
        }
        return text + "Z";
    }
}
