package io.felucca.images.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.images.config.ConfigDocument;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.Blobs;
import io.felucca.images.content.ContentJson;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Archives of before docker 1.10 (moby image/spec 1.0): a folder a layer with its {@code json} and {@code layer.tar}, and
 * {@code repositories}. The configuration is made as dockerd makes it, so that the image gets the same id.
 */
final class LegacyArchive {

    static final String REPOSITORIES = "repositories";

    private static final List<String> NOT_IN_CONFIG =
            List.of("id", "parent", "Size", "parent_id", "layer_id", "throwaway");
    private static final int MAX_LAYERS = 1_000;

    private final MemberSpool spool;
    private final LayerBlobs layers;
    private final Blobs blobs;
    private final Blobs.Hold hold;

    LegacyArchive(MemberSpool spool, LayerBlobs layers, Blobs blobs, Blobs.Hold hold) {
        this.spool = spool;
        this.layers = layers;
        this.blobs = blobs;
        this.hold = hold;
    }

    static boolean is(MemberSpool spool) {
        return spool.find(REPOSITORIES).isPresent()
                || spool.names().stream().anyMatch(name -> name.matches("[0-9a-f]{64}/json"));
    }

    List<LoadedImage> load() {
        Map<String, List<ImageReference>> named = new LinkedHashMap<>();
        if (spool.find(REPOSITORIES).isPresent()) {
            JsonNode repositories = ContentJson.readObject(spool.readSmall(REPOSITORIES), REPOSITORIES);
            for (var repository : repositories.properties()) {
                for (var tag : repository.getValue().properties()) {
                    ImageReference name = ImageReference.parse(repository.getKey() + ":" + tag.getKey());
                    named.computeIfAbsent(tag.getValue().asText(), key -> new ArrayList<>())
                            .add(name);
                }
            }
        } else {
            tips().forEach(id -> named.put(id, List.of()));
        }
        List<LoadedImage> loaded = new ArrayList<>();
        named.forEach((id, names) -> loaded.add(load(id, names)));
        return loaded;
    }

    /** Layers that are nobody's parent. */
    private Set<String> tips() {
        Set<String> ids = new TreeSet<>();
        for (String name : spool.names()) {
            if (name.matches("[0-9a-f]{64}/json")) {
                ids.add(name.substring(0, name.indexOf('/')));
            }
        }
        Set<String> parents = new HashSet<>();
        ids.forEach(id -> parents.add(json(id).path("parent").asText("")));
        ids.removeAll(parents);
        return ids;
    }

    private JsonNode json(String id) {
        return ContentJson.readObject(spool.readSmall(id + "/json"), id + "/json");
    }

    private LoadedImage load(String id, List<ImageReference> names) {
        Deque<String> chain = new ArrayDeque<>();
        for (String at = id; !at.isEmpty(); at = json(at).path("parent").asText("")) {
            if (chain.size() >= MAX_LAYERS || chain.contains(at)) {
                throw FeluccaException.invalid("invalid archive: the parents of " + id + " have no end");
            }
            chain.addFirst(at);
        }
        ObjectNode rootfs = ContentJson.mapper().createObjectNode().put("type", "layers");
        List<ObjectNode> history = new ArrayList<>();
        List<LayerBlobs.Checked> checked = new ArrayList<>();
        for (String at : chain) {
            BlobWriter member = spool.get(at + "/layer.tar");
            checked.add(layers.read(member));
            history.add(history(json(at)));
        }
        checked.forEach(layer -> rootfs.withArray("diff_ids").add(layer.diffId().value()));
        Map<String, JsonNode> config = new TreeMap<>();
        json(id).properties().forEach(field -> config.put(field.getKey(), field.getValue()));
        NOT_IN_CONFIG.forEach(config::remove);
        config.put("rootfs", rootfs);
        config.put("history", ContentJson.mapper().valueToTree(history));
        byte[] written = ContentJson.writeAsGo(config);
        ConfigDocument.parse(written).requireLinux();
        return DockerArchive.store(written, checked, blobs, hold, names, "");
    }

    private static ObjectNode history(JsonNode json) {
        ObjectNode entry = ContentJson.mapper().createObjectNode();
        entry.set("created", json.path("created"));
        StringJoiner createdBy = new StringJoiner(" ");
        json.path("container_config").path("Cmd").forEach(word -> createdBy.add(word.asText()));
        put(entry, "author", json.path("author").asText(""));
        put(entry, "created_by", createdBy.toString());
        put(entry, "comment", json.path("comment").asText(""));
        return entry;
    }

    private static void put(ObjectNode entry, String field, String value) {
        if (!value.isEmpty()) {
            entry.put(field, value);
        }
    }
}
