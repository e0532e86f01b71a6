package io.felucca.docker.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.networks.EndpointSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads {@code EndpointSettings} (API 1.51): what a container asks of a network. */
public final class EndpointJson {

    /** What clients send back of what they were told, and the engine decides. */
    private static final Set<String> KNOWN = Set.of(
            "IPAMConfig",
            "Links",
            "Aliases",
            "MacAddress",
            "DriverOpts",
            "NetworkID",
            "EndpointID",
            "Gateway",
            "IPAddress",
            "IPPrefixLen",
            "IPv6Gateway",
            "GlobalIPv6Address",
            "GlobalIPv6PrefixLen",
            "DNSNames");

    private EndpointJson() {}

    /** @throws io.felucca.FeluccaException INVALID for a wrong shape, UNSUPPORTED for a field that is not acted on */
    public static EndpointSpec read(JsonNode node) {
        if (node == null || !node.isObject()) {
            return EndpointSpec.NONE;
        }
        CreateJson.refuseOthers(node, KNOWN, "EndpointConfig.");
        Fields fields = new Fields(node, "EndpointConfig.");
        Fields addresses = fields.object("IPAMConfig");
        CreateJson.refuseOthers(
                node.path("IPAMConfig"), Set.of("IPv4Address", "IPv6Address"), "EndpointConfig.IPAMConfig.");
        return new EndpointSpec(
                addresses.text("IPv4Address"),
                addresses.text("IPv6Address"),
                fields.texts("Links"),
                fields.texts("Aliases"),
                fields.text("MacAddress"),
                fields.map("DriverOpts"));
    }

    /** @param macAddress of the container as a whole, as API 1.43 and older have it: that of its first network */
    static Map<String, EndpointSpec> readAll(JsonNode endpoints, String networkMode, String macAddress) {
        Map<String, EndpointSpec> all = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> endpoint : endpoints.properties()) {
            EndpointSpec spec = read(endpoint.getValue());
            boolean plain = endpoint.getKey().equals(networkMode) && spec.equals(EndpointSpec.NONE);
            if (!plain) {
                all.put(endpoint.getKey(), spec);
            }
        }
        if (!macAddress.isEmpty()) {
            all.merge(
                    networkMode,
                    EndpointSpec.NONE.withMacAddress(macAddress),
                    (asked, mac) -> asked.macAddress().isEmpty() ? asked.withMacAddress(macAddress) : asked);
        }
        return all;
    }
}
