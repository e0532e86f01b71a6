package io.felucca.containers;

import io.felucca.images.ImageConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a container does not depend on the host: {@code Config} of Docker's API 1.51. Null for a list or the health
 * check and an empty text mean not given, so that the image's is taken; an entrypoint of one empty text clears the
 * image's. A text that is given as null is empty.
 */
public record ContainerConfig(
        String hostname,
        String domainname,
        String user,
        boolean attachStdin,
        boolean attachStdout,
        boolean attachStderr,
        Set<String> exposedPorts,
        boolean tty,
        boolean openStdin,
        boolean stdinOnce,
        List<String> env,
        List<String> cmd,
        ImageConfig.Healthcheck healthcheck,
        String image,
        Set<String> volumes,
        String workingDir,
        List<String> entrypoint,
        Map<String, String> labels,
        String stopSignal,
        Integer stopTimeout) {

    public ContainerConfig {
        hostname = orEmpty(hostname);
        domainname = orEmpty(domainname);
        user = orEmpty(user);
        image = orEmpty(image);
        workingDir = orEmpty(workingDir);
        stopSignal = orEmpty(stopSignal);
        exposedPorts = exposedPorts == null ? Set.of() : exposedPorts;
        env = env == null ? List.of() : List.copyOf(env);
        volumes = volumes == null ? Set.of() : volumes;
        labels = labels == null ? Map.of() : labels;
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
