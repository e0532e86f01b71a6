package io.felucca.shell.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.docker.json.DockerText;
import io.felucca.shell.text.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What {@code system df --verbose} shows. */
final class UsageDetails {

    private static final String NONE = "<none>";

    private UsageDetails() {}

    static String of(JsonNode usage, Instant now) {
        return "Images space usage:\n\n" + images(usage.path("Images"), now)
                + "\nContainers space usage:\n\n" + containers(usage.path("Containers"), now)
                + "\nLocal Volumes space usage:\n\n" + volumes(usage.path("Volumes"))
                + "\nBuild cache usage: 0B\n\n"
                + Table.align(List.of("CACHE ID\tCACHE TYPE\tSIZE\tCREATED\tLAST USED\tUSAGE\tSHARED"));
    }

    private static String images(JsonNode images, Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add("REPOSITORY\tTAG\tIMAGE ID\tCREATED\tSIZE\tSHARED SIZE\tUNIQUE SIZE\tCONTAINERS");
        for (JsonNode image : images) {
            String name = image.path("RepoTags").path(0).asText(NONE + ":" + NONE);
            int colon = name.lastIndexOf(':');
            long size = image.path("Size").asLong();
            long shared = image.path("SharedSize").asLong();
            lines.add(String.join(
                    "\t",
                    name.substring(0, colon),
                    name.substring(colon + 1),
                    DockerText.shortId(image.path("Id").asText()),
                    DockerText.ago(Instant.ofEpochSecond(image.path("Created").asLong()), now),
                    DockerText.size(size),
                    DockerText.preciseSize(shared),
                    DockerText.preciseSize(size - shared),
                    image.path("Containers").asText()));
        }
        return Table.align(lines);
    }

    private static String containers(JsonNode containers, Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add("CONTAINER ID\tIMAGE\tCOMMAND\tLOCAL VOLUMES\tSIZE\tCREATED\tSTATUS\tNAMES");
        for (JsonNode container : containers) {
            long volumes = 0;
            for (JsonNode mount : container.path("Mounts")) {
                volumes += mount.path("Type").asText().equals("volume") ? 1 : 0;
            }
            lines.add(String.join(
                    "\t",
                    DockerText.shortId(container.path("Id").asText()),
                    container.path("Image").asText(),
                    "\"" + DockerText.ellipsis(container.path("Command").asText(), 20) + "\"",
                    Long.toString(volumes),
                    DockerText.size(container.path("SizeRw").asLong()),
                    DockerText.ago(
                            Instant.ofEpochSecond(container.path("Created").asLong()), now),
                    container.path("Status").asText(),
                    container.path("Names").path(0).asText().substring(1)));
        }
        return Table.align(lines);
    }

    private static String volumes(JsonNode volumes) {
        List<String> lines = new ArrayList<>();
        lines.add("VOLUME NAME\tLINKS\tSIZE");
        for (JsonNode volume : volumes) {
            JsonNode data = volume.path("UsageData");
            lines.add(
                    volume.path("Name").asText() + "\t" + data.path("RefCount").asText() + "\t"
                            + DockerText.size(data.path("Size").asLong()));
        }
        return Table.align(lines);
    }
}
