package io.felucca.shell.storage;

import io.felucca.Digest;
import io.felucca.containers.Container;
import io.felucca.containers.Containers;
import io.felucca.docker.text.DockerText;
import io.felucca.images.Image;
import io.felucca.images.Images;
import io.felucca.images.Images.StoredLayer;
import io.felucca.shell.text.FormattedList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code storage ls --verbose} shows. */
final class LayerLines {

    private static final Map<String, Object> HEADERS =
            Map.of("Driver", "DRIVER", "ID", "LAYER", "Layer", "LAYER", "Size", "SIZE", "UsedBy", "USED BY");
    private static final String COLUMNS = "{{.Driver}}\t{{.ID}}\t{{.Size}}\t{{.UsedBy}}";
    private static final int SHORT = 12;

    private final Images images;
    private final Containers containers;

    LayerLines(Images images, Containers containers) {
        this.images = images;
        this.containers = containers;
    }

    String render(String format) {
        Map<String, String> names = names();
        List<Map<String, Object>> lines = new ArrayList<>();
        for (StoredLayer layer : images.storedLayers()) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("Driver", layer.driver());
            line.put("ID", shortened(layer.name()));
            line.put("Layer", layer.name());
            line.put("Size", DockerText.preciseSize(layer.sizeBytes()));
            line.put("UsedBy", users(layer, names));
            lines.add(line);
        }
        return new FormattedList("layer", HEADERS, COLUMNS).render(format, lines);
    }

    /** Of images and containers, by their ids; an image's tags. */
    private Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        for (Image image : images.list(true, Map.of())) {
            if (!image.tags().isEmpty()) {
                names.put(image.id().value(), String.join(", ", image.tags()));
            }
        }
        for (Container container : containers.list(true, Map.of())) {
            names.put(container.id(), container.name());
        }
        return names;
    }

    private static String users(StoredLayer layer, Map<String, String> names) {
        if (layer.images().isEmpty()) {
            return names.getOrDefault(layer.name(), "");
        }
        return String.join(
                ", ",
                layer.images().stream()
                        .map(Digest::value)
                        .map(id -> names.getOrDefault(id, DockerText.shortId(id)))
                        .sorted()
                        .toList());
    }

    /** The beginning of its digest or id, behind what it is. */
    private static String shortened(String name) {
        int dash = name.lastIndexOf('-') + 1;
        return name.substring(0, Math.min(name.length(), dash + SHORT));
    }
}
