package io.felucca.builder.fetch;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** The times of HTTP's headers. */
final class HttpTimes {

    private HttpTimes() {}

    /** Milliseconds since 1970; 0 for no time, and for one before. */
    static long millis(String header) {
        try {
            return Math.max(
                    0,
                    Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header))
                            .toEpochMilli());
        } catch (DateTimeParseException e) {
            return 0;
        }
    }
}
