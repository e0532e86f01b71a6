package io.felucca.docker.json.system;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.docker.json.DockerJson;
import io.felucca.registry.Registry;
import java.util.List;

/** {@code RegistryConfig} of {@code /info}: networks apart from hosts, and Docker Hub with its mirrors. */
final class RegistryConfigJson {

    private static final String HUB = "docker.io";
    private static final String LOOPBACK = "127.0.0.0/8";

    private RegistryConfigJson() {}

    static void put(ObjectNode root, Registry.Settings settings) {
        // dockerd writes a mirror with a slash at its end, however it was given.
        List<String> mirrors = settings.mirrors().stream()
                .map(url -> url.replaceFirst("/*$", "/"))
                .distinct()
                .toList();
        ObjectNode registries = root.putObject("RegistryConfig");
        registries.putArray("AllowNondistributableArtifactsCIDRs");
        registries.putArray("AllowNondistributableArtifactsHostnames");
        ArrayNode networks = registries.putArray("InsecureRegistryCIDRs");
        ObjectNode hosts = registries.putObject("IndexConfigs");
        putHost(hosts, HUB, mirrors, true);
        for (String each : settings.insecure()) {
            if (each.indexOf('/') < 0) {
                putHost(hosts, each, List.of(), false);
            } else if (!each.equals(LOOPBACK)) {
                networks.add(each);
            }
        }
        networks.add(LOOPBACK);
        DockerJson.putList(registries, "Mirrors", mirrors);
    }

    private static void putHost(ObjectNode hosts, String name, List<String> mirrors, boolean hub) {
        ObjectNode host = hosts.putObject(name).put("Name", name);
        DockerJson.putList(host, "Mirrors", mirrors);
        host.put("Secure", hub).put("Official", hub);
    }
}
