package io.felucca.docker.json.container;

import static io.felucca.docker.json.DockerJson.putListOrNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.containers.Container;
import io.felucca.containers.NetworkSettings;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.text.DockerText;
import io.felucca.networks.EndpointSpec;
import io.felucca.networks.Sandbox.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** {@code NetworkSettings} of a container (API 1.51), as dockerd 20.10 fills it. */
final class NetworkSettingsJson {

    private static final String BRIDGE = "bridge";
    private static final Set<String> PREDEFINED = Set.of(BRIDGE, "host", "none");

    private NetworkSettingsJson() {}

    static void put(ObjectNode root, Container container) {
        NetworkSettings networks = container.networkSettings();
        ObjectNode settings = root.putObject("NetworkSettings");
        Optional<Endpoint> bridge = networks.sandbox().endpoints().stream()
                .filter(endpoint -> endpoint.network().equals(BRIDGE))
                .findFirst();
        settings.put("Bridge", "")
                .put("SandboxID", networks.sandboxKey().isEmpty() ? "" : container.id())
                .put("HairpinMode", false)
                .put("LinkLocalIPv6Address", "")
                .put("LinkLocalIPv6PrefixLen", 0);
        PortsJson.putNow(settings.putObject("Ports"), container);
        settings.put("SandboxKey", networks.sandboxKey())
                .putNull("SecondaryIPAddresses")
                .putNull("SecondaryIPv6Addresses");
        settings.put("EndpointID", bridge.map(Endpoint::id).orElse(""))
                .put("Gateway", bridge.map(Endpoint::gateway).orElse(""))
                .put("GlobalIPv6Address", bridge.map(Endpoint::ipv6Address).orElse(""))
                .put("GlobalIPv6PrefixLen", prefix(bridge.map(Endpoint::ipv6).orElse("")))
                .put("IPAddress", bridge.map(Endpoint::ipv4Address).orElse(""))
                .put("IPPrefixLen", prefix(bridge.map(Endpoint::ipv4).orElse("")))
                .put("IPv6Gateway", bridge.map(Endpoint::ipv6Gateway).orElse(""))
                .put("MacAddress", bridge.map(Endpoint::mac).orElse(""));
        putNetworks(settings, container, true);
    }

    private static int prefix(String cidr) {
        return cidr.isEmpty() ? 0 : Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1));
    }

    /** @param all what was asked for too, as inspect shows it and a list does not */
    static void putNetworks(ObjectNode settings, Container container, boolean all) {
        NetworkSettings networks = container.networkSettings();
        ObjectNode node = settings.putObject("Networks");
        for (Map.Entry<String, EndpointSpec> wanted : networks.wanted().entrySet()) {
            String id = networks.networkIds().getOrDefault(wanted.getKey(), "");
            putEndpoint(
                    node.putObject(wanted.getKey()),
                    wanted.getValue(),
                    id,
                    networks.sandbox().in(id),
                    container.state().startedAt() == null,
                    all ? aliases(wanted.getValue(), !PREDEFINED.contains(wanted.getKey()), container) : List.of(),
                    all);
        }
    }

    private static void putEndpoint(
            ObjectNode node,
            EndpointSpec spec,
            String networkId,
            Optional<Endpoint> now,
            boolean neverStarted,
            List<String> aliases,
            boolean all) {
        if (spec.hasAddress()) {
            ObjectNode addresses = node.putObject("IPAMConfig");
            if (!spec.ipv4Address().isEmpty()) {
                addresses.put("IPv4Address", spec.ipv4Address());
            }
            if (!spec.ipv6Address().isEmpty()) {
                addresses.put("IPv6Address", spec.ipv6Address());
            }
        } else {
            node.putNull("IPAMConfig");
        }
        putListOrNull(node, "Links", all ? spec.links() : null);
        putListOrNull(node, "Aliases", aliases);
        node.put("NetworkID", networkId)
                .put("EndpointID", now.map(Endpoint::id).orElse(""))
                .put("Gateway", now.map(Endpoint::gateway).orElse(""))
                .put("IPAddress", now.map(Endpoint::ipv4Address).orElse(""))
                .put("IPPrefixLen", prefix(now.map(Endpoint::ipv4).orElse("")))
                .put("IPv6Gateway", now.map(Endpoint::ipv6Gateway).orElse(""))
                .put("GlobalIPv6Address", now.map(Endpoint::ipv6Address).orElse(""))
                .put("GlobalIPv6PrefixLen", prefix(now.map(Endpoint::ipv6).orElse("")))
                .put("MacAddress", now.map(Endpoint::mac).orElse(neverStarted ? spec.macAddress() : ""));
        if (!all || spec.driverOpts().isEmpty()) {
            node.putNull("DriverOpts");
        } else {
            DockerJson.putMap(node, "DriverOpts", spec.driverOpts());
        }
    }

    /** In a user's network its short id and its hostname are aliases too, once it has been there. */
    private static List<String> aliases(EndpointSpec spec, boolean users, Container container) {
        List<String> aliases = new ArrayList<>(spec.aliases());
        String shortId = DockerText.shortId(container.id());
        if (users && container.state().startedAt() != null) {
            Stream.of(shortId, container.config().hostname())
                    .filter(alias -> !alias.isEmpty() && !aliases.contains(alias))
                    .forEach(aliases::add);
        }
        return aliases;
    }
}
