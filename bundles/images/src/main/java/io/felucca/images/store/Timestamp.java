package io.felucca.images.store;

import io.felucca.FeluccaException;
import io.felucca.images.config.GoDuration;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;

/** Times as Docker's filters take them: seconds since 1970, RFC 3339 with or without a zone, a date, or an age. */
final class Timestamp {

    private Timestamp() {}

    static Instant parse(String text, Clock clock) {
        if (text.matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) {
            return Instant.ofEpochSecond(Long.parseLong(text.replaceAll("\\..*", "")));
        }
        List<Function<String, Instant>> forms = List.of(
                value -> OffsetDateTime.parse(value).toInstant(),
                value -> LocalDateTime.parse(value).atZone(clock.getZone()).toInstant(),
                value -> LocalDate.parse(value).atStartOfDay(clock.getZone()).toInstant());
        for (Function<String, Instant> form : forms) {
            try {
                return form.apply(text);
            } catch (DateTimeException e) {
                // The next form may be it.
            }
        }
        try {
            return clock.instant().minusNanos(GoDuration.nanos(text));
        } catch (FeluccaException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "failed to parse value as time or duration: \"" + text + "\"", e);
        }
    }
}
