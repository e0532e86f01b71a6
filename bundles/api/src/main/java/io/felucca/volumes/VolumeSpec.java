package io.felucca.volumes;

import java.util.Map;

/**
 * What is asked for at create.
 *
 * @param name empty for an anonymous volume, which gets 64 hexadecimal digits
 * @param driver empty for the default one
 * @param options for the driver; {@code from=NAME} is the engine's own: the new volume begins as a copy of that volume
 *     or snapshot
 */
public record VolumeSpec(String name, String driver, Map<String, String> options, Map<String, String> labels) {

    public VolumeSpec {
        name = name == null ? "" : name;
        driver = driver == null ? "" : driver;
        options = options == null ? Map.of() : Map.copyOf(options);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
    }
}
