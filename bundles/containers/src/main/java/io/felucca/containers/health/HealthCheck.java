package io.felucca.containers.health;

import io.felucca.FeluccaException;
import io.felucca.images.ImageConfig.Healthcheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A container's health check with Docker's defaults in place.
 *
 * @param command to run in the container
 * @param startInterval between probes of one that is starting, within its start period
 */
public record HealthCheck(
        List<String> command,
        Duration interval,
        Duration timeout,
        Duration startPeriod,
        Duration startInterval,
        int retries) {

    private static final Duration DEFAULT = Duration.ofSeconds(30);
    private static final Duration DEFAULT_START_INTERVAL = Duration.ofSeconds(5);
    private static final int DEFAULT_RETRIES = 3;
    private static final long LEAST_NANOS = 1_000_000;

    /** @throws FeluccaException INVALID with Docker's text */
    public static void check(Healthcheck given) {
        if (given == null) {
            return;
        }
        atLeastAMilli("Interval", given.intervalNanos());
        atLeastAMilli("Timeout", given.timeoutNanos());
        if (given.retries() < 0) {
            throw FeluccaException.invalid("Retries in Healthcheck cannot be negative");
        }
        atLeastAMilli("StartPeriod", given.startPeriodNanos());
        atLeastAMilli("StartInterval", given.startIntervalNanos());
    }

    private static void atLeastAMilli(String name, long nanos) {
        if (nanos != 0 && nanos < LEAST_NANOS) {
            throw FeluccaException.invalid(name + " in Healthcheck cannot be less than 1ms");
        }
    }

    /** Empty for NONE, and for what Docker takes for none. */
    static Optional<HealthCheck> of(Healthcheck given, List<String> shell) {
        if (given == null || given.test() == null || given.test().size() < 2) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>();
        switch (given.test().get(0)) {
            case "CMD" -> {}
            case "CMD-SHELL" -> command.addAll(shell);
            default -> {
                return Optional.empty();
            }
        }
        command.addAll(given.test().subList(1, given.test().size()));
        return Optional.of(new HealthCheck(
                List.copyOf(command),
                or(given.intervalNanos(), DEFAULT),
                or(given.timeoutNanos(), DEFAULT),
                Duration.ofNanos(given.startPeriodNanos()),
                or(given.startIntervalNanos(), DEFAULT_START_INTERVAL),
                given.retries() == 0 ? DEFAULT_RETRIES : given.retries()));
    }

    private static Duration or(long nanos, Duration otherwise) {
        return nanos == 0 ? otherwise : Duration.ofNanos(nanos);
    }
}
