package io.felucca.shell.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.containers.Container;
import io.felucca.docker.json.container.PortsJson;
import io.felucca.docker.text.DockerText;
import io.felucca.shell.template.Template;
import io.felucca.shell.text.Cells;
import io.felucca.shell.text.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Images, containers and volumes with the fields that {@code system df --verbose} shows of them: those of docker's command
 * 28 (docker/cli, cli/command/formatter), in its text forms.
 */
final class UsageRows {

    private static final String NONE = "<none>";
    private static final int COMMAND_WIDTH = 20;
    private static final int MOUNT_WIDTH = 15;

    private final JsonNode usage;
    private final Map<String, Container> containers;
    private final Instant now;
    private final boolean truncate;

    /**
     * @param usage as {@code /system/df} answers it
     * @param containers by id; of these come the published ports
     * @param truncate whether ids, commands and mounts are cut, as in tables
     */
    UsageRows(JsonNode usage, Map<String, Container> containers, Instant now, boolean truncate) {
        this.usage = usage;
        this.containers = containers;
        this.now = now;
        this.truncate = truncate;
    }

    List<Map<String, Object>> images() {
        List<Map<String, Object>> rows = new ArrayList<>();
        usage.path("Images").forEach(image -> rows.add(image(image)));
        return rows;
    }

    List<Map<String, Object>> containers() {
        List<Map<String, Object>> rows = new ArrayList<>();
        usage.path("Containers").forEach(container -> rows.add(container(container)));
        return rows;
    }

    List<Map<String, Object>> volumes() {
        List<Map<String, Object>> rows = new ArrayList<>();
        usage.path("Volumes").forEach(volume -> rows.add(volume(volume)));
        return rows;
    }

    private Map<String, Object> image(JsonNode image) {
        String name = image.path("RepoTags").path(0).asText(NONE + ":" + NONE);
        int colon = name.lastIndexOf(':');
        Instant created = Instant.ofEpochSecond(image.path("Created").asLong());
        long size = image.path("Size").asLong();
        long shared = image.path("SharedSize").asLong();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Repository", name.substring(0, colon));
        row.put("Tag", name.substring(colon + 1));
        row.put("Digest", "");
        row.put("ID", id(image));
        row.put("CreatedSince", DockerText.ago(created, now));
        row.put("CreatedAt", Timestamps.column(created));
        row.put("Size", DockerText.size(size));
        row.put("SharedSize", DockerText.preciseSize(shared));
        row.put("UniqueSize", DockerText.preciseSize(size - shared));
        row.put("VirtualSize", DockerText.preciseSize(size));
        row.put("Containers", image.path("Containers").asText());
        return row;
    }

    private Map<String, Object> container(JsonNode container) {
        Instant created = Instant.ofEpochSecond(container.path("Created").asLong());
        String command = container.path("Command").asText();
        Container known = containers.get(container.path("Id").asText());
        Map<String, String> labels = labels(container);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("ID", id(container));
        row.put("Names", names(container));
        row.put("Image", container.path("Image").asText());
        row.put("Command", Template.quote(truncate ? DockerText.ellipsis(command, COMMAND_WIDTH) : command));
        row.put("CreatedAt", Timestamps.column(created));
        row.put("RunningFor", DockerText.ago(created, now));
        row.put("Ports", known == null ? "" : PortsJson.text(known));
        row.put("State", container.path("State").asText());
        row.put("Status", container.path("Status").asText());
        row.put("Size", DockerText.size(container.path("SizeRw").asLong()));
        row.put("Labels", Cells.labels(labels));
        row.put("Label", Cells.label(labels));
        row.put("Mounts", mounts(container));
        row.put("LocalVolumes", Long.toString(localVolumes(container)));
        List<String> networks = new ArrayList<>();
        container.path("NetworkSettings").path("Networks").fieldNames().forEachRemaining(networks::add);
        row.put("Networks", String.join(",", networks));
        row.put("Platform", null);
        return row;
    }

    private static Map<String, Object> volume(JsonNode volume) {
        JsonNode data = volume.path("UsageData");
        Map<String, String> labels = labels(volume);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Name", volume.path("Name").asText());
        row.put("Driver", volume.path("Driver").asText());
        row.put("Scope", volume.path("Scope").asText());
        row.put("Mountpoint", volume.path("Mountpoint").asText());
        row.put("Labels", Cells.labels(labels));
        row.put("Label", Cells.label(labels));
        row.put("Links", data.path("RefCount").asText());
        row.put("Size", DockerText.preciseSize(data.path("Size").asLong()));
        // Fields that only a cluster's volumes have.
        row.put("Availability", "N/A");
        row.put("Group", "N/A");
        row.put("Status", "N/A");
        return row;
    }

    private String id(JsonNode object) {
        String id = object.path("Id").asText();
        return truncate ? DockerText.shortId(id) : id;
    }

    /** Where nothing is cut, what other containers call it is shown too. */
    private String names(JsonNode container) {
        List<String> names = new ArrayList<>();
        for (JsonNode name : container.path("Names")) {
            String text = name.asText().substring(1);
            if (!truncate || text.indexOf('/') < 0) {
                names.add(text);
            }
        }
        return String.join(",", names);
    }

    private String mounts(JsonNode container) {
        List<String> mounts = new ArrayList<>();
        for (JsonNode mount : container.path("Mounts")) {
            String name = mount.path("Name").asText();
            String shown = name.isEmpty() ? mount.path("Source").asText() : name;
            mounts.add(truncate ? DockerText.ellipsis(shown, MOUNT_WIDTH) : shown);
        }
        return String.join(",", mounts);
    }

    private static long localVolumes(JsonNode container) {
        long count = 0;
        for (JsonNode mount : container.path("Mounts")) {
            count += mount.path("Driver").asText().equals("local") ? 1 : 0;
        }
        return count;
    }

    private static Map<String, String> labels(JsonNode object) {
        Map<String, String> labels = new LinkedHashMap<>();
        object.path("Labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }
}
