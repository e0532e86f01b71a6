package io.felucca.images.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.Digest;
import io.felucca.images.ImageConfig;
import io.felucca.images.content.ContentJson;
import io.felucca.images.content.Platform;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes the configuration of an image that is made here, with dockerd's fields in dockerd's order (as 20.10 wrote them). */
public final class ConfigWriter {

    private ConfigWriter() {}

    /** The configuration of an image of one layer with one line of history. */
    public static byte[] imported(
            ImageConfig config, Platform platform, Digest diffId, Instant created, String comment) {
        ObjectNode root = ContentJson.mapper().createObjectNode();
        root.put("architecture", platform.architecture());
        root.put("comment", comment);
        root.set("config", config(config));
        root.put("created", created.toString());
        ObjectNode history = root.putArray("history").addObject();
        history.put("created", created.toString());
        history.put("comment", comment);
        root.put("os", "linux");
        ObjectNode rootfs = root.putObject("rootfs");
        rootfs.put("type", "layers");
        rootfs.putArray("diff_ids").add(diffId.value());
        if (platform.variant() != null) {
            root.put("variant", platform.variant());
        }
        return ContentJson.writeAsGo(root);
    }

    /** What an image from nothing begins with, for {@link #committed}. */
    public static byte[] scratch(Platform platform) {
        ObjectNode root = ContentJson.mapper().createObjectNode();
        root.put("architecture", platform.architecture()).put("os", "linux");
        root.putObject("rootfs").put("type", "layers");
        if (platform.variant() != null) {
            root.put("variant", platform.variant());
        }
        return ContentJson.writeAsGo(root);
    }

    /**
     * What a commit adds.
     *
     * @param container id of the one that was committed
     * @param containerConfig of that one
     * @param diffId of the layer; empty when nothing was changed
     */
    public record Step(
            Instant created,
            String author,
            String comment,
            String createdBy,
            String container,
            ImageConfig containerConfig,
            Optional<Digest> diffId) {}

    /** The configuration of an image that has the layers and the history of another, and a step more. */
    public static byte[] committed(byte[] parent, ImageConfig config, Step step) {
        ObjectNode base = (ObjectNode) ContentJson.readObject(parent, "image configuration");
        ObjectNode root = ContentJson.mapper().createObjectNode();
        String created = step.created().toString();
        copy(base, root, "architecture");
        text(root, "author", step.author());
        root.set("config", config(config));
        text(root, "container", step.container());
        root.set("container_config", config(step.containerConfig()));
        root.put("created", created);
        ArrayNode history = root.putArray("history");
        base.path("history").forEach(history::add);
        ObjectNode entry = history.addObject().put("created", created);
        text(entry, "author", step.author());
        text(entry, "created_by", step.createdBy());
        text(entry, "comment", step.comment());
        if (step.diffId().isEmpty()) {
            entry.put("empty_layer", true);
        }
        copy(base, root, "os");
        copy(base, root, "os.features");
        copy(base, root, "os.version");
        ObjectNode rootfs = root.putObject("rootfs").put("type", "layers");
        ArrayNode diffIds = rootfs.putArray("diff_ids");
        base.path("rootfs").path("diff_ids").forEach(diffIds::add);
        step.diffId().ifPresent(diffId -> diffIds.add(diffId.value()));
        copy(base, root, "variant");
        return ContentJson.writeAsGo(root);
    }

    /**
     * The configuration of an image whose layers above its base became one.
     *
     * @param base its base's
     * @param diffId of that layer; empty when nothing differs
     * @param comment of the line of history
     */
    public static byte[] squashed(byte[] image, byte[] base, Optional<Digest> diffId, Instant created, String comment) {
        ObjectNode root = (ObjectNode) ContentJson.readObject(image, "image configuration");
        ObjectNode below = (ObjectNode) ContentJson.readObject(base, "image configuration");
        root.put("created", created.toString());
        int kept = below.path("history").size();
        ArrayNode history = (ArrayNode) root.get("history");
        for (int i = kept; i < history.size(); i++) {
            ((ObjectNode) history.get(i)).put("empty_layer", true);
        }
        ObjectNode line = history.addObject().put("created", created.toString()).put("comment", comment);
        if (diffId.isEmpty()) {
            line.put("empty_layer", true);
        }
        ArrayNode diffIds = ((ObjectNode) root.get("rootfs")).putArray("diff_ids");
        below.path("rootfs").path("diff_ids").forEach(diffIds::add);
        diffId.ifPresent(layer -> diffIds.add(layer.value()));
        return ContentJson.writeAsGo(root);
    }

    private static void copy(ObjectNode from, ObjectNode to, String field) {
        if (from.has(field)) {
            to.set(field, from.get(field));
        }
    }

    private static void text(ObjectNode node, String field, String value) {
        if (!value.isEmpty()) {
            node.put(field, value);
        }
    }

    private static ObjectNode config(ImageConfig config) {
        ObjectNode node = ContentJson.mapper().createObjectNode();
        node.put("Hostname", "").put("Domainname", "").put("User", config.user());
        node.put("AttachStdin", false).put("AttachStdout", false).put("AttachStderr", false);
        if (!config.exposedPorts().isEmpty()) {
            emptyObjects(node, "ExposedPorts", config.exposedPorts());
        }
        node.put("Tty", false).put("OpenStdin", false).put("StdinOnce", false);
        texts(node, "Env", config.env().isEmpty() ? null : config.env());
        texts(node, "Cmd", config.cmd());
        if (config.healthcheck() != null) {
            node.set("Healthcheck", healthcheck(config.healthcheck()));
        }
        node.put("Image", "");
        if (config.volumes().isEmpty()) {
            node.putNull("Volumes");
        } else {
            emptyObjects(node, "Volumes", config.volumes());
        }
        node.put("WorkingDir", config.workingDir());
        texts(node, "Entrypoint", config.entrypoint());
        texts(node, "OnBuild", config.onBuild().isEmpty() ? null : config.onBuild());
        if (config.labels().isEmpty()) {
            node.putNull("Labels");
        } else {
            ObjectNode labels = node.putObject("Labels");
            new TreeMap<>(config.labels()).forEach(labels::put);
        }
        if (!config.stopSignal().isEmpty()) {
            node.put("StopSignal", config.stopSignal());
        }
        if (config.shell() != null) {
            texts(node, "Shell", config.shell());
        }
        return node;
    }

    private static ObjectNode healthcheck(ImageConfig.Healthcheck check) {
        ObjectNode node = ContentJson.mapper().createObjectNode();
        if (check.test() != null && !check.test().isEmpty()) {
            texts(node, "Test", check.test());
        }
        positive(node, "Interval", check.intervalNanos());
        positive(node, "Timeout", check.timeoutNanos());
        positive(node, "StartPeriod", check.startPeriodNanos());
        positive(node, "StartInterval", check.startIntervalNanos());
        positive(node, "Retries", check.retries());
        return node;
    }

    private static void positive(ObjectNode node, String field, long value) {
        if (value > 0) {
            node.put(field, value);
        }
    }

    private static void texts(ObjectNode node, String field, List<String> values) {
        if (values == null) {
            node.putNull(field);
        } else {
            ArrayNode array = node.putArray(field);
            values.forEach(array::add);
        }
    }

    private static void emptyObjects(ObjectNode node, String field, Collection<String> keys) {
        ObjectNode object = node.putObject(field);
        new TreeSet<>(keys).forEach(object::putObject);
    }
}
