package io.felucca.docker.json.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.FeluccaException;
import io.felucca.docker.json.DockerJson;
import io.felucca.engine.Drivers;
import io.felucca.log.spi.LogDriver;
import io.felucca.network.spi.NetworkDriver;
import io.felucca.runtime.spi.RuntimeDriver;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.volume.spi.VolumeDriver;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code /plugins} says (API 1.51, Plugin): the drivers that are there now, which are this engine's plugins. */
public final class PluginJson {

    /** Kinds, and what Docker calls the interface of each. */
    private static final Map<String, Class<?>> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("graph", StorageDriver.class);
        KINDS.put("network", NetworkDriver.class);
        KINDS.put("volume", VolumeDriver.class);
        KINDS.put("log", LogDriver.class);
        KINDS.put("runtime", RuntimeDriver.class);
    }

    private PluginJson() {}

    /** @throws FeluccaException INVALID for a filter that plugins do not have */
    public static ArrayNode list(Drivers drivers, Map<String, List<String>> filters) {
        for (String filter : filters.keySet()) {
            if (!Set.of("capability", "enabled").contains(filter)) {
                throw FeluccaException.invalid("Invalid filter '" + filter + "'");
            }
        }
        List<String> enabled = filters.getOrDefault("enabled", List.of("true"));
        List<String> capabilities = filters.getOrDefault("capability", List.of());
        ArrayNode root = DockerJson.mapper().createArrayNode();
        KINDS.forEach((kind, spi) -> {
            if (enabled.contains("true") && (capabilities.isEmpty() || capabilities.contains(kind + "driver"))) {
                drivers.names(spi).forEach(name -> put(root.addObject(), kind, name));
            }
        });
        return root;
    }

    /** @throws FeluccaException NOT_FOUND */
    public static JsonNode inspect(Drivers drivers, String name) {
        for (JsonNode plugin : list(drivers, Map.of())) {
            String full = plugin.path("Name").textValue();
            if (full.equals(name)
                    || full.equals(name + ":latest")
                    || plugin.path("Id").textValue().startsWith(name)) {
                return plugin;
            }
        }
        throw FeluccaException.notFound("plugin \"" + name + "\" not found");
    }

    private static void put(ObjectNode root, String kind, String name) {
        String plugin = "felucca/" + kind + "-" + name + ":latest";
        root.put("Id", id(plugin)).put("Name", plugin).put("Enabled", true);
        ObjectNode settings = root.putObject("Settings");
        settings.putArray("Mounts");
        settings.putArray("Env");
        settings.putArray("Args");
        settings.putArray("Devices");
        ObjectNode config = root.putObject("Config");
        config.put("Description", "The " + kind + " driver " + name + ", a bundle of the engine")
                .put("Documentation", "");
        ObjectNode types = config.putObject("Interface");
        types.putArray("Types").add("docker." + kind + "driver/1.0");
        types.put("Socket", "");
        config.putArray("Entrypoint");
        config.put("WorkDir", "");
        config.putObject("Network").put("Type", "");
        ObjectNode linux = config.putObject("Linux");
        linux.putArray("Capabilities");
        linux.put("AllowAllDevices", false).putArray("Devices");
        config.put("PropagatedMount", "").put("IpcHost", false).put("PidHost", false);
        config.putArray("Mounts");
        config.putArray("Env");
        config.putObject("Args")
                .put("Name", "")
                .put("Description", "")
                .putNull("Settable")
                .putArray("Value");
    }

    /** Docker's ids are 64 digits; of a driver nothing else is as lasting as its name. */
    private static String id(String name) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw FeluccaException.system("this JVM has no SHA-256", e);
        }
    }
}
