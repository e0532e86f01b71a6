package io.felucca.docker.json;

import static io.felucca.docker.json.DockerJson.putMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.FeluccaException;
import io.felucca.docker.text.DockerTime;
import io.felucca.networks.Network;
import io.felucca.networks.NetworkSpec;
import io.felucca.networks.Networks;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Networks in Docker's JSON (API 1.51, Network and NetworkCreateRequest), as dockerd 20.10 fills it. */
public final class NetworkJson {

    private static final Set<String> CREATE = Set.of(
            "Name",
            // Names are never given twice.
            "CheckDuplicate",
            "Driver",
            "Scope",
            "Internal",
            "Attachable",
            "IPAM",
            "EnableIPv6",
            "EnableIPv4",
            "Options",
            "Labels");

    private NetworkJson() {}

    /** Docker's name for the driver of the network none. */
    public static String driver(Network network) {
        return network.driver().equals("none") ? "null" : network.driver();
    }

    /** What {@code POST /networks/create} answers. */
    public static ObjectNode created(Networks.Created created) {
        return DockerJson.object().put("Id", created.id()).put("Warning", created.warning());
    }

    /** @param members whether containers are shown, as inspect does and a list does not */
    public static ObjectNode inspect(Network network, boolean members) {
        ObjectNode root = DockerJson.object();
        root.put("Name", network.name())
                .put("Id", network.id())
                .put("Created", DockerTime.rfc3339Nano(network.created()))
                .put("Scope", "local")
                .put("Driver", driver(network))
                .put("EnableIPv6", network.ipv6());
        putIpam(root.putObject("IPAM"), network.ipam());
        root.put("Internal", network.internal())
                .put("Attachable", network.attachable())
                .put("Ingress", false);
        root.putObject("ConfigFrom").put("Network", "");
        root.put("ConfigOnly", false);
        ObjectNode containers = root.putObject("Containers");
        if (members) {
            network.members()
                    .forEach((id, member) -> containers
                            .putObject(id)
                            .put("Name", member.name())
                            .put("EndpointID", member.endpointId())
                            .put("MacAddress", member.macAddress())
                            .put("IPv4Address", member.ipv4Address())
                            .put("IPv6Address", member.ipv6Address()));
        }
        putMap(root, "Options", network.options());
        putMap(root, "Labels", network.labels());
        return root;
    }

    private static void putIpam(ObjectNode node, Network.Ipam ipam) {
        node.put("Driver", ipam.driver());
        if (ipam.options() == null) {
            node.putNull("Options");
        } else {
            putMap(node, "Options", ipam.options());
        }
        ArrayNode pools = node.putArray("Config");
        for (Network.Pool pool : ipam.pools()) {
            ObjectNode config = pools.addObject().put("Subnet", pool.subnet());
            if (!pool.ipRange().isEmpty()) {
                config.put("IPRange", pool.ipRange());
            }
            if (!pool.gateway().isEmpty()) {
                config.put("Gateway", pool.gateway());
            }
            if (!pool.auxAddresses().isEmpty()) {
                putMap(config, "AuxiliaryAddresses", pool.auxAddresses());
            }
        }
    }

    /** @throws FeluccaException INVALID for a wrong shape, UNSUPPORTED for a field that is not acted on */
    public static NetworkSpec read(JsonNode body) {
        if (body == null || !body.isObject()) {
            throw FeluccaException.invalid("invalid JSON: the body must be a network's configuration");
        }
        Fields fields = new Fields(body, "");
        fields.refuseOthers(CREATE);
        String scope = fields.textOrEmpty("Scope");
        if (!scope.isEmpty() && !scope.equals("local")) {
            throw FeluccaException.unsupported("networks of the scope " + scope + " are not supported: use local");
        }
        Fields ipam = fields.object("IPAM");
        List<Network.Pool> pools = ipam.objects(
                "Config",
                pool -> new Network.Pool(
                        pool.text("Subnet"),
                        pool.text("IPRange"),
                        pool.text("Gateway"),
                        pool.map("AuxiliaryAddresses")));
        Map<String, String> options = ipam.has("Options") ? ipam.map("Options") : null;
        return new NetworkSpec(
                fields.textOrEmpty("Name"),
                fields.textOrEmpty("Driver"),
                fields.flag("EnableIPv6"),
                new Network.Ipam(ipam.textOrEmpty("Driver"), options, pools),
                fields.flag("Internal"),
                fields.flag("Attachable"),
                fields.map("Options"),
                fields.map("Labels"));
    }
}
