package io.felucca.launcher;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * The settings of one start: {@code etc/*.json}, in the OSGi Configurator's format (PID to object; {@code pid~name} for
 * a factory), and over it the options. They are written to ConfigAdmin after its bundle has started and before any
 * bundle that reads them, so that no component is ever active with other settings first, which the Configurator
 * (it works in the background) does not give.
 */
final class Settings {

    /** Marks a configuration as written from here: it goes when etc and options no longer name it. */
    static final String ORIGIN = "felucca.origin";

    static final String OWN = "settings";

    private final Map<String, Map<String, Object>> pids;

    private Settings(Map<String, Map<String, Object>> pids) {
        this.pids = pids;
    }

    /** @throws LaunchException naming the file that is wrong */
    static Settings of(Path etc, EngineOptions options) {
        Map<String, Map<String, Object>> pids = new LinkedHashMap<>();
        for (Path file : jsonFiles(etc)) {
            read(file).forEach((pid, properties) -> merge(pids, pid, properties));
        }
        options.configurations().forEach((pid, properties) -> merge(pids, pid, properties));
        return new Settings(pids);
    }

    Map<String, Map<String, Object>> pids() {
        return pids;
    }

    void writeTo(ConfigurationAdmin admin) throws IOException {
        try {
            Configuration[] old = admin.listConfigurations("(" + ORIGIN + "=" + OWN + ")");
            for (Configuration configuration : old == null ? new Configuration[0] : old) {
                String factory = configuration.getFactoryPid();
                String pid = configuration.getPid();
                if (!pids.containsKey(pid) && (factory == null || !pids.containsKey(pid))) {
                    configuration.delete();
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        for (Map.Entry<String, Map<String, Object>> entry : pids.entrySet()) {
            int tilde = entry.getKey().indexOf('~');
            Configuration configuration = tilde < 0
                    ? admin.getConfiguration(entry.getKey(), "?")
                    : admin.getFactoryConfiguration(
                            entry.getKey().substring(0, tilde), entry.getKey().substring(tilde + 1), "?");
            Hashtable<String, Object> properties = new Hashtable<>(entry.getValue());
            properties.put(ORIGIN, OWN);
            configuration.updateIfDifferent(properties);
        }
    }

    private static void merge(Map<String, Map<String, Object>> pids, String pid, Map<String, Object> properties) {
        pids.computeIfAbsent(pid, p -> new LinkedHashMap<>()).putAll(properties);
    }

    private static List<Path> jsonFiles(Path etc) {
        if (!Files.isDirectory(etc)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(etc, "*.json")) {
            found.forEach(files::add);
        } catch (IOException e) {
            throw new LaunchException("cannot read the settings in " + etc + ": " + e.getMessage(), e);
        }
        files.sort(null);
        return files;
    }

    private static Map<String, Map<String, Object>> read(Path file) {
        Map<String, Map<String, Object>> pids = new LinkedHashMap<>();
        try {
            if (!(Json.parse(Files.readString(file)) instanceof Map<?, ?> members)) {
                throw new LaunchException("settings " + file + ": not a JSON object");
            }
            for (Map.Entry<?, ?> member : members.entrySet()) {
                String pid = member.getKey().toString();
                if (pid.startsWith(":configurator:")) {
                    continue;
                }
                if (!(member.getValue() instanceof Map<?, ?> properties)) {
                    throw new LaunchException("settings " + file + ": " + pid + " is not a JSON object");
                }
                Map<String, Object> values = new LinkedHashMap<>();
                properties.forEach((name, value) -> {
                    if (!name.toString().startsWith(":configurator:")) {
                        values.put(name.toString(), value(file, pid + "." + name, value));
                    }
                });
                pids.put(pid, values);
            }
            return pids;
        } catch (IOException e) {
            throw new LaunchException("cannot read the settings " + file + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new LaunchException("settings " + file + ": " + e.getMessage(), e);
        }
    }

    private static Object value(Path file, String name, Object value) {
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof List<?> list) {
            if (list.stream().allMatch(Number.class::isInstance) && !list.isEmpty()) {
                return list.stream().map(n -> ((Number) n).longValue()).toArray(Long[]::new);
            }
            if (list.stream().allMatch(String.class::isInstance)) {
                return Arrays.copyOf(list.toArray(), list.size(), String[].class);
            }
        }
        throw new LaunchException("settings " + file + ": " + name + " must be a string, number, boolean or a list");
    }
}
