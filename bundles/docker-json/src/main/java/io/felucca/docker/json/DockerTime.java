package io.felucca.docker.json;

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

    /** UTC with as many decimals as it has; null gives {@link #ZERO}. */
    public static String rfc3339Nano(Instant time) {
        if (time == null) {
            return ZERO;
        }
        String text = SECONDS.format(time);
        if (time.getNano() != 0) {
            String decimals = Integer.toString(1_000_000_000 + time.getNano()).substring(1);
            int end = decimals.length();
            while (decimals.charAt(end - 1) == '0') {
                end--;
            }
            text = text + "." + decimals.substring(0, end);
        }
        return text + "Z";
    }
}
