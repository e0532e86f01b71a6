package io.felucca.volume.spi;

import java.nio.file.Path;
import java.util.Map;

/**
 * A volume as its driver knows it.
 *
 * @param name {@code [a-zA-Z0-9][a-zA-Z0-9_.@-]+}, one namespace for all drivers
 * @param folder the volume's own, which exists; all that the driver keeps of it on this machine lies there, but for the
 *     file {@code volume.json}, which is the engine's
 * @param options as the driver's {@link VolumeDriver#check} has let pass
 */
public record StoredVolume(String name, Path folder, Map<String, String> options) {

    public StoredVolume {
        options = Map.copyOf(options);
    }
}
