package io.felucca.volumes;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * A volume as {@code volume inspect} shows it.
 *
 * @param name a user's, or 64 hexadecimal digits for an anonymous one; {@code VOLUME@NAME} for a snapshot
 * @param driver that holds it
 * @param mountpoint where its content is on the host, once it is mounted
 * @param labels those given at create; an anonymous volume has {@value #ANONYMOUS}
 * @param options for the driver, as given at create
 */
public record Volume(
        String name,
        String driver,
        Path mountpoint,
        Instant created,
        Map<String, String> labels,
        Map<String, String> options) {

    /** The label by which Docker 23 and later mark volumes that nobody named. */
    public static final String ANONYMOUS = "com.docker.volume.anonymous";

    public Volume {
        labels = Map.copyOf(labels);
        options = Map.copyOf(options);
    }

    public boolean isAnonymous() {
        return labels.containsKey(ANONYMOUS);
    }
}
