package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import java.util.HashMap;
import java.util.Map;

/** The settings, as they are now. Thread-safe. */
final class DriverOptions {

    private volatile Values values;

    DriverOptions(String driver, String... options) {
        set(driver, options);
    }

    /** @throws FeluccaException INVALID for an option without a driver's name or a value */
    void set(String driver, String... options) {
        Map<String, Map<String, String>> byDriver = new HashMap<>();
        for (String option : options) {
            int equals = option.indexOf('=');
            int dot = option.indexOf('.');
            if (dot < 1 || equals < dot + 2) {
                throw FeluccaException.invalid(
                        "invalid storage option: " + option + ": it must be driver.option=value, as overlay2.size=10G");
            }
            byDriver.computeIfAbsent(option.substring(0, dot), name -> new HashMap<>())
                    .put(option.substring(dot + 1, equals), option.substring(equals + 1));
        }
        values = new Values(driver.strip(), byDriver);
    }

    /** The driver asked for, or empty. */
    String driver() {
        return values.driver;
    }

    Map<String, String> of(String driver) {
        return Map.copyOf(values.options.getOrDefault(driver, Map.of()));
    }

    private record Values(String driver, Map<String, Map<String, String>> options) {}
}
