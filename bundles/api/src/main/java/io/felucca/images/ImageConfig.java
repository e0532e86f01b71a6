package io.felucca.images;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The execution parameters of an image (OCI image-spec 1.1, config.md, and Docker's additions). Lists that are null were
 * not given: an entrypoint that is not given and one that is empty differ in Docker.
 */
public record ImageConfig(
        String user,
        Set<String> exposedPorts,
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        Set<String> volumes,
        String workingDir,
        Map<String, String> labels,
        String stopSignal,
        List<String> onBuild,
        List<String> shell,
        Healthcheck healthcheck) {

    public static final ImageConfig EMPTY =
            new ImageConfig("", Set.of(), List.of(), null, null, Set.of(), "", Map.of(), "", List.of(), null, null);

    /** @param test null or empty inherits; {@code NONE}, {@code CMD}, {@code CMD-SHELL}. Times in nanoseconds, 0 inherits. */
    public record Healthcheck(
            List<String> test,
            long intervalNanos,
            long timeoutNanos,
            long startPeriodNanos,
            long startIntervalNanos,
            int retries) {

        public static final Healthcheck NONE = new Healthcheck(List.of("NONE"), 0, 0, 0, 0, 0);
    }
}
