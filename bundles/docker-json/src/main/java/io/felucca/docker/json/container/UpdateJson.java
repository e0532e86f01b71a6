package io.felucca.docker.json.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.FeluccaException;
import io.felucca.containers.HostConfig;
import io.felucca.docker.json.DockerJson;
import io.felucca.docker.json.Fields;
import io.felucca.networks.PortBinding;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code POST /containers/ID/update}: its body and its answer. Devices are Felucca's own here; dockerd ignores them.
 *
 * @param restartPolicy null when none is given
 * @param portBindings all that is to be published from now on, Felucca's own too; null when none are given
 */
public record UpdateJson(
        HostConfig.Resources resources,
        HostConfig.RestartPolicy restartPolicy,
        Map<String, List<PortBinding>> portBindings) {

    /** What create can set and an update cannot change. */
    private static final Set<String> FIXED = Set.of(
            "MemorySwappiness",
            "OomKillDisable",
            "BlkioWeightDevice",
            "BlkioDeviceReadBps",
            "BlkioDeviceWriteBps",
            "BlkioDeviceReadIOps",
            "BlkioDeviceWriteIOps",
            "DeviceCgroupRules",
            "Ulimits");

    /** @throws FeluccaException INVALID for a body of the wrong shape, UNSUPPORTED for what cannot be changed */
    public static UpdateJson read(JsonNode body) {
        if (body == null || !body.isObject() && !body.isNull()) {
            throw FeluccaException.invalid("invalid JSON: the body must be a container's new limits");
        }
        Set<String> known = new HashSet<>(ResourcesJson.FIELDS);
        known.removeAll(FIXED);
        known.add("RestartPolicy");
        known.add("PortBindings");
        Fields fields = new Fields(body, "");
        fields.refuseOthers(known);
        return new UpdateJson(
                ResourcesJson.read(fields),
                CreateJson.restartPolicy(fields),
                fields.has("PortBindings") ? PortsJson.bindings(fields.object("PortBindings")) : null);
    }

    public static ObjectNode answer(List<String> warnings) {
        ObjectNode root = DockerJson.object();
        DockerJson.putListOrNull(root, "Warnings", warnings);
        return root;
    }
}
