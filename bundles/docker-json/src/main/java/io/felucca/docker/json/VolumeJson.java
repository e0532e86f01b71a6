package io.felucca.docker.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.FeluccaException;
import io.felucca.volumes.Volume;
import io.felucca.volumes.VolumeSpec;
import io.felucca.volumes.Volumes.Pruned;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** Volumes in Docker's JSON (API 1.51, Volume). */
public final class VolumeJson {

    private VolumeJson() {}

    /** What {@code GET /volumes/NAME} answers. */
    public static ObjectNode inspect(Volume volume) {
        ObjectNode root = DockerJson.object();
        root.put(
                "CreatedAt",
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                        volume.created().truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault())));
        root.put("Driver", volume.driver());
        putMapOrNull(root, "Labels", volume.labels());
        root.put("Mountpoint", volume.mountpoint().toString());
        root.put("Name", volume.name());
        putMapOrNull(root, "Options", volume.options());
        return root.put("Scope", "local");
    }

    private static void putMapOrNull(ObjectNode root, String name, Map<String, String> values) {
        if (values.isEmpty()) {
            root.putNull(name);
        } else {
            DockerJson.putMap(root, name, values);
        }
    }

    /** What {@code GET /volumes} answers. */
    public static ObjectNode list(List<Volume> volumes) {
        ObjectNode root = DockerJson.object();
        ArrayNode array = root.putArray("Volumes");
        volumes.forEach(volume -> array.add(inspect(volume)));
        root.putNull("Warnings");
        return root;
    }

    /** What {@code POST /volumes/prune} answers. */
    public static ObjectNode pruned(Pruned pruned) {
        ObjectNode root = DockerJson.object();
        DockerJson.putList(root, "VolumesDeleted", pruned.names());
        return root.put("SpaceReclaimed", pruned.reclaimedBytes());
    }

    /**
     * The body of {@code POST /volumes/create}.
     *
     * @throws FeluccaException INVALID for a body of the wrong shape, UNSUPPORTED for a cluster's volume
     */
    public static VolumeSpec spec(JsonNode body) {
        if (body == null || !body.isObject() && !body.isNull()) {
            throw FeluccaException.invalid("invalid JSON: the body must be a volume's configuration");
        }
        Fields fields = new Fields(body, "");
        if (fields.has("ClusterVolumeSpec")) {
            throw FeluccaException.unsupported("ClusterVolumeSpec is not supported: this engine is in no cluster");
        }
        return new VolumeSpec(
                fields.text("Name"), fields.text("Driver"), fields.map("DriverOpts"), fields.map("Labels"));
    }
}
