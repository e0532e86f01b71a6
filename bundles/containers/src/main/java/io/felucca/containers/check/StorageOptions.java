package io.felucca.containers.check;

import io.felucca.ByteSize;
import io.felucca.FeluccaException;
import java.util.Locale;
import java.util.Map;

/**
 * A container's {@code --storage-opt}, with the texts of dockerd 20.10.
 *
 * @param driver that holds its layer; empty for the default one
 * @param sizeBytes what the layer may grow to; 0 for no limit
 */
public record StorageOptions(String driver, long sizeBytes) {

    /** @throws FeluccaException INVALID */
    public static StorageOptions of(Map<String, String> options) {
        String driver = "";
        long sizeBytes = 0;
        for (Map.Entry<String, String> option : options.entrySet()) {
            String name = option.getKey().toLowerCase(Locale.ROOT);
            switch (name) {
                case "driver" -> driver = option.getValue();
                case "size" -> sizeBytes = ByteSize.parse(option.getValue());
                default -> throw FeluccaException.invalid("Unknown option " + name);
            }
        }
        return new StorageOptions(driver, sizeBytes);
    }
}
