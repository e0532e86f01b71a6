package io.felucca.registry.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** When a request is tried again, and after how long: twice as long each time, or as long as the server says. */
public final class Retries {

    public static final int MAX_ATTEMPTS = 5;
    private static final long LONGEST_SECONDS = 60;
    private static final Set<Integer> STATUSES = Set.of(429, 500, 502, 503, 504);
    private static final long POLL_MILLIS = 100;

    /** Waits. */
    public interface Pause {
        /** @throws IOException when the work was cancelled meanwhile */
        void sleep(Duration time) throws IOException;

        /** The same wait, which tells each second how many are left, in dockerd's words. */
        default Pause telling(Consumer<String> progress) {
            return time -> {
                for (long left = time.toSeconds(); left > 0; left--) {
                    progress.accept("Retrying in " + left + (left == 1 ? " second" : " seconds"));
                    sleep(Duration.ofSeconds(1));
                }
            };
        }
    }

    private Retries() {}

    public static boolean mayPass(int status) {
        return STATUSES.contains(status);
    }

    /**
     * @param attempt that failed, from 1
     * @param retryAfter the server's header, seconds or a date; empty for none
     */
    public static Duration before(int attempt, String retryAfter, Instant now) {
        long seconds = 1L << Math.min(attempt - 1, 6);
        if (!retryAfter.isEmpty()) {
            seconds = Math.max(0, seconds(retryAfter, now, seconds));
        }
        return Duration.ofSeconds(Math.min(seconds, LONGEST_SECONDS));
    }

    private static long seconds(String text, Instant now, long otherwise) {
        if (text.matches("[0-9]{1,9}")) {
            return Long.parseLong(text);
        }
        try {
            Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Duration.between(now, date).toSeconds();
        } catch (DateTimeParseException e) {
            return otherwise;
        }
    }

    /** A wait that an interrupt or a cancellation ends. */
    public static Pause unless(BooleanSupplier cancelled) {
        return time -> {
            long end = System.nanoTime() + time.toNanos();
            try {
                while (System.nanoTime() - end < 0) {
                    if (cancelled.getAsBoolean()) {
                        throw new InterruptedIOException("cancelled");
                    }
                    TimeUnit.MILLISECONDS.sleep(Math.min(POLL_MILLIS, time.toMillis() + 1));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("cancelled");
            }
        };
    }
}
