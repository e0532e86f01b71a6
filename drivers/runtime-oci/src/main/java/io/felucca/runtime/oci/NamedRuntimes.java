package io.felucca.runtime.oci;

import io.felucca.engine.Drivers;
import io.felucca.runtime.spi.RuntimeDriver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver for each runtime that users may ask for by its name: those of {@link RuntimePrograms#NAMES} that are installed,
 * and those that are configured, which go before. What is wrong with one is logged, and leaves the others.
 */
final class NamedRuntimes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NamedRuntimes.class);
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private final List<ServiceRegistration<RuntimeDriver>> registrations = new ArrayList<>();
    private final Map<String, OciRuntimeDriver> drivers;

    /** @param drivers by their names */
    NamedRuntimes(BundleContext context, Map<String, OciRuntimeDriver> drivers) {
        this.drivers = drivers;
        drivers.forEach((name, driver) -> registrations.add(context.registerService(
                RuntimeDriver.class,
                driver,
                new Hashtable<>(Map.of(Drivers.KIND, RuntimeDriver.KIND, Drivers.NAME, name)))));
    }

    /** @param configured {@code name=program argument...} each */
    static List<RuntimeSettings> read(String[] configured, String monitor, Path directory) {
        Map<String, RuntimeSettings> named = new LinkedHashMap<>();
        for (String name : RuntimePrograms.NAMES) {
            RuntimePrograms.lookUp(name)
                    .ifPresent(path ->
                            named.put(name, new RuntimeSettings(name, path.toString(), List.of(), monitor, directory)));
        }
        for (String each : configured) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? "" : each.substring(0, equals);
            List<String> words = Arrays.stream(each.substring(equals + 1).split(" "))
                    .filter(word -> !word.isEmpty())
                    .toList();
            if (!NAME.matcher(name).matches() || name.equals(RuntimeSettings.CHOOSING) || words.isEmpty()) {
                LOG.error(
                        "{}: no runtime is made of {}; write name=program, and its arguments",
                        OciRuntimeConfig.PID,
                        each);
                continue;
            }
            named.put(
                    name, new RuntimeSettings(name, words.get(0), words.subList(1, words.size()), monitor, directory));
        }
        return List.copyOf(named.values());
    }

    /** Waits for calls that are under way; containers run on. */
    @Override
    public void close() {
        registrations.forEach(ServiceRegistration::unregister);
        registrations.clear();
        drivers.values().forEach(OciRuntimeDriver::close);
    }
}
