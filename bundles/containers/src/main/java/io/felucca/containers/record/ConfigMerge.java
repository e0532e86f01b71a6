package io.felucca.containers.record;

import io.felucca.FeluccaException;
import io.felucca.containers.ContainerConfig;
import io.felucca.images.ImageConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Merges what a user gave with what the image says, as dockerd 20.10 does. */
public final class ConfigMerge {

    private ConfigMerge() {}

    /** @throws FeluccaException INVALID when there is no command */
    public static ContainerConfig merge(ContainerConfig given, ImageConfig image) {
        List<String> entrypoint = given.entrypoint();
        List<String> cmd = given.cmd();
        if (isEmpty(entrypoint)) {
            if (isEmpty(cmd)) {
                cmd = image.cmd();
            }
            if (entrypoint == null) {
                entrypoint = image.entrypoint();
            }
        }
        if (entrypoint != null && entrypoint.equals(List.of(""))) {
            entrypoint = null;
        }
        if (isEmpty(entrypoint) && isEmpty(cmd)) {
            throw FeluccaException.invalid("No command specified");
        }
        return new ContainerConfig(
                given.hostname(),
                given.domainname(),
                firstOf(given.user(), image.user()),
                given.attachStdin(),
                given.attachStdout(),
                given.attachStderr(),
                union(given.exposedPorts(), image.exposedPorts()),
                given.tty(),
                given.openStdin(),
                given.stdinOnce(),
                env(given.env(), image.env()),
                cmd,
                healthcheck(given.healthcheck(), image.healthcheck()),
                given.image(),
                union(given.volumes(), image.volumes()),
                firstOf(given.workingDir(), image.workingDir()),
                entrypoint,
                labels(given.labels(), image.labels()),
                firstOf(given.stopSignal(), image.stopSignal()),
                given.stopTimeout());
    }

    /** The same with a hostname. */
    public static ContainerConfig withHostname(ContainerConfig config, String hostname) {
        return with(config, hostname, config.env());
    }

    /** The same with further variables: its own replace those before, and are replaced by those after. */
    public static ContainerConfig withEnv(List<String> before, ContainerConfig config, List<String> after) {
        if (before.isEmpty() && after.isEmpty()) {
            return config;
        }
        List<String> all = new ArrayList<>(before);
        all.addAll(config.env());
        all.addAll(after);
        return with(config, config.hostname(), all);
    }

    private static ContainerConfig with(ContainerConfig config, String hostname, List<String> env) {
        return new ContainerConfig(
                hostname,
                config.domainname(),
                config.user(),
                config.attachStdin(),
                config.attachStdout(),
                config.attachStderr(),
                config.exposedPorts(),
                config.tty(),
                config.openStdin(),
                config.stdinOnce(),
                env,
                config.cmd(),
                config.healthcheck(),
                config.image(),
                config.volumes(),
                config.workingDir(),
                config.entrypoint(),
                config.labels(),
                config.stopSignal(),
                config.stopTimeout());
    }

    /** The user's first, then those of the image that the user did not set. */
    private static List<String> env(List<String> given, List<String> image) {
        if (image == null || image.isEmpty()) {
            return given;
        }
        Set<String> names = new HashSet<>();
        given.forEach(pair -> names.add(name(pair)));
        List<String> merged = new ArrayList<>(given);
        image.stream().filter(pair -> !names.contains(name(pair))).forEach(merged::add);
        return merged;
    }

    private static String name(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0 ? pair : pair.substring(0, equals);
    }

    private static Map<String, String> labels(Map<String, String> given, Map<String, String> image) {
        Map<String, String> merged = new TreeMap<>();
        if (image != null) {
            merged.putAll(image);
        }
        merged.putAll(given);
        return merged;
    }

    private static ImageConfig.Healthcheck healthcheck(ImageConfig.Healthcheck given, ImageConfig.Healthcheck image) {
        if (given == null || image == null) {
            return given == null ? image : given;
        }
        return new ImageConfig.Healthcheck(
                isEmpty(given.test()) ? image.test() : given.test(),
                given.intervalNanos() == 0 ? image.intervalNanos() : given.intervalNanos(),
                given.timeoutNanos() == 0 ? image.timeoutNanos() : given.timeoutNanos(),
                given.startPeriodNanos() == 0 ? image.startPeriodNanos() : given.startPeriodNanos(),
                given.startIntervalNanos() == 0 ? image.startIntervalNanos() : given.startIntervalNanos(),
                given.retries() == 0 ? image.retries() : given.retries());
    }

    private static Set<String> union(Set<String> given, Set<String> image) {
        if (image == null || image.isEmpty()) {
            return given;
        }
        Set<String> all = new TreeSet<>(given);
        all.addAll(image);
        return new LinkedHashSet<>(all);
    }

    private static String firstOf(String given, String image) {
        if (given != null && !given.isEmpty()) {
            return given;
        }
        return image == null ? "" : image;
    }

    private static boolean isEmpty(List<String> list) {
        return list == null || list.isEmpty();
    }
}
