package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The settings, as they are now. Thread-safe. */
final class DriverOptions {

    private final Map<String, String> prefixes = new ConcurrentHashMap<>();
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

    /** A driver whose options begin with another word than its name. */
    void prefix(String driver, String prefix) {
        prefixes.put(driver, prefix);
    }

    Map<String, String> of(String driver) {
        return Map.copyOf(values.options.getOrDefault(prefixes.getOrDefault(driver, driver), Map.of()));
    }

    /** Whether every option belongs to one of these drivers. */
    boolean areAllOf(List<String> drivers) {
        Set<String> known = drivers.stream()
                .map(driver -> prefixes.getOrDefault(driver, driver))
                .collect(Collectors.toSet());
        return known.containsAll(values.options.keySet());
    }

    private record Values(String driver, Map<String, Map<String, String>> options) {}
}
