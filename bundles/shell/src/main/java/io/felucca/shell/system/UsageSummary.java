package io.felucca.shell.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.docker.text.DockerText;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The lines of {@code system df}: counts and sizes as docker's command adds them up (docker/cli, disk_usage.go). */
final class UsageSummary {

    private static final Set<String> ACTIVE = Set.of("running", "paused", "restarting");

    private UsageSummary() {}

    static List<Map<String, Object>> of(JsonNode usage) {
        return List.of(images(usage), containers(usage), volumes(usage), line("Build Cache", 0, 0, 0, 0));
    }

    private static Map<String, Object> images(JsonNode usage) {
        long total = usage.path("LayersSize").asLong();
        long active = 0;
        long used = 0;
        for (JsonNode image : usage.path("Images")) {
            if (image.path("Containers").asLong() > 0) {
                active++;
                used += image.path("Size").asLong() - image.path("SharedSize").asLong();
            }
        }
        return line("Images", usage.path("Images").size(), active, total, total - used);
    }

    private static Map<String, Object> containers(JsonNode usage) {
        long total = 0;
        long active = 0;
        long free = 0;
        for (JsonNode container : usage.path("Containers")) {
            long size = container.path("SizeRw").asLong();
            total += size;
            if (ACTIVE.contains(container.path("State").asText())) {
                active++;
            } else {
                free += size;
            }
        }
        return line("Containers", usage.path("Containers").size(), active, total, free);
    }

    private static Map<String, Object> volumes(JsonNode usage) {
        long total = 0;
        long active = 0;
        long free = 0;
        for (JsonNode volume : usage.path("Volumes")) {
            JsonNode data = volume.path("UsageData");
            long size = Math.max(0, data.path("Size").asLong());
            total += size;
            if (data.path("RefCount").asLong() > 0) {
                active++;
            } else {
                free += size;
            }
        }
        return line("Local Volumes", usage.path("Volumes").size(), active, total, free);
    }

    private static Map<String, Object> line(String type, long count, long active, long bytes, long reclaimable) {
        String share = bytes > 0 ? " (" + reclaimable * 100 / bytes + "%)" : "";
        return Map.of(
                "Type", type,
                "TotalCount", Long.toString(count),
                "Active", Long.toString(active),
                "Size", DockerText.preciseSize(bytes),
                "Reclaimable", DockerText.preciseSize(reclaimable) + share);
    }
}
