package io.felucca.shell.container.options;

import io.felucca.images.ImageConfig.Healthcheck;
import io.felucca.shell.command.Values;
import java.util.List;
import picocli.CommandLine.Option;

/** The health check that {@code run} and {@code create} ask for. */
final class HealthOptions {

    @Option(names = "--health-cmd", description = "Command to run to check health")
    String command = "";

    @Option(
            names = "--health-interval",
            paramLabel = "duration",
            converter = Values.Nanos.class,
            description = "Time between running the check (ms|s|m|h) (default 0s)")
    long intervalNanos;

    @Option(
            names = "--health-retries",
            paramLabel = "int",
            description = "Consecutive failures needed to report unhealthy")
    int retries;

    @Option(
            names = "--health-start-interval",
            paramLabel = "duration",
            converter = Values.Nanos.class,
            description = "Time between running the check during the start period (ms|s|m|h) (default 0s)")
    long startIntervalNanos;

    @Option(
            names = "--health-start-period",
            paramLabel = "duration",
            converter = Values.Nanos.class,
            description =
                    "Start period for the container to initialize before starting health-retries countdown (ms|s|m|h) (default 0s)")
    long startPeriodNanos;

    @Option(
            names = "--health-timeout",
            paramLabel = "duration",
            converter = Values.Nanos.class,
            description = "Maximum time to allow one check to run (ms|s|m|h) (default 0s)")
    long timeoutNanos;

    @Option(names = "--no-healthcheck", arity = "1", description = "Disable any container-specified HEALTHCHECK")
    boolean none;

    /** Null to take the image's. */
    Healthcheck check() {
        Healthcheck asked = new Healthcheck(
                command.isEmpty() ? null : List.of("CMD-SHELL", command),
                intervalNanos,
                timeoutNanos,
                startPeriodNanos,
                startIntervalNanos,
                retries);
        boolean any = !asked.equals(new Healthcheck(null, 0, 0, 0, 0, 0));
        if (none && any) {
            throw SpecWords.wrong("--no-healthcheck conflicts with --health-* options");
        }
        if (none) {
            return Healthcheck.NONE;
        }
        notNegative("interval", intervalNanos);
        notNegative("timeout", timeoutNanos);
        notNegative("retries", retries);
        notNegative("start-period", startPeriodNanos);
        notNegative("start-interval", startIntervalNanos);
        return any ? asked : null;
    }

    private static void notNegative(String name, long value) {
        if (value < 0) {
            throw SpecWords.wrong("--health-" + name + " cannot be negative");
        }
    }
}
