package io.felucca.docker.json.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.docker.json.Fields;
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

    /** Of its fields in errors. */
    static final String PREFIX = "EndpointConfig.";

    private EndpointJson() {}

    /**
     * The body of {@code POST /networks/ID/connect} and of {@code disconnect}.
     *
     * @param force of a disconnect
     */
    public record Connection(String container, EndpointSpec endpoint, boolean force) {}

    /** @throws io.felucca.FeluccaException INVALID for a wrong shape, UNSUPPORTED for a field that is not acted on */
    public static Connection connection(JsonNode body) {
        Fields fields = new Fields(body, "");
        return new Connection(
                fields.textOrEmpty("Container"), read(fields.object("EndpointConfig")), fields.flag("Force"));
    }

    private static EndpointSpec read(Fields fields) {
        fields.refuseOthers(KNOWN);
        Fields addresses = fields.object("IPAMConfig");
        addresses.refuseOthers(Set.of("IPv4Address", "IPv6Address"));
        return new EndpointSpec(
                addresses.text("IPv4Address"),
                addresses.text("IPv6Address"),
                fields.texts("Links"),
                fields.texts("Aliases"),
                fields.text("MacAddress"),
                fields.map("DriverOpts"));
    }

    /** @param macAddress of the container as a whole, as API 1.43 and older have it: that of its first network */
    static Map<String, EndpointSpec> readAll(Map<String, Fields> endpoints, String networkMode, String macAddress) {
        Map<String, EndpointSpec> all = new LinkedHashMap<>();
        for (Map.Entry<String, Fields> endpoint : endpoints.entrySet()) {
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
