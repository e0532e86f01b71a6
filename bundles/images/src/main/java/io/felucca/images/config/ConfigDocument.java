package io.felucca.images.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.images.Image;
import io.felucca.images.ImageConfig;
import io.felucca.images.content.ContentJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the engine reads out of a configuration blob (OCI image-spec 1.1, config.md, with Docker's additions). The blob
 * itself stays as it is, fields that nobody here knows included.
 *
 * @param created null when it has none
 * @param history without sizes, which are not in the configuration
 */
public record ConfigDocument(
        String architecture,
        String variant,
        String os,
        Instant created,
        String author,
        String comment,
        ImageConfig config,
        List<Digest> diffIds,
        List<Image.History> history,
        Image.Origin origin) {

    /** @throws FeluccaException INVALID, saying what is wrong */
    public static ConfigDocument parse(byte[] json) {
        JsonNode root = ContentJson.readObject(json, "image configuration");
        if (root.has("layers") && root.get("layers").isArray() && !root.has("rootfs")) {
            throw FeluccaException.invalid("invalid image configuration: it is a manifest");
        }
        JsonNode rootfs = object(root, "rootfs");
        if (!rootfs.isObject()) {
            throw FeluccaException.invalid("invalid image JSON, no RootFS key");
        }
        List<Digest> diffIds =
                texts(rootfs, "diff_ids").stream().map(Digest::new).toList();
        return new ConfigDocument(
                text(root, "architecture"),
                text(root, "variant"),
                text(root, "os"),
                instant(root, "created"),
                text(root, "author"),
                text(root, "comment"),
                config(object(root, "config")),
                diffIds,
                history(root),
                new Image.Origin(text(root, "container"), config(object(root, "container_config"))));
    }

    /** @throws FeluccaException INVALID with Docker's text when it is for another operating system */
    public void requireLinux() {
        if (!os.isEmpty() && !os.equals("linux")) {
            throw FeluccaException.invalid("cannot load " + os + " image on linux");
        }
    }

    /** Chain ids of the layers, lowest first (OCI image-spec 1.1, config.md, "Layer ChainID"). */
    public List<Digest> chainIds() {
        List<Digest> chains = new ArrayList<>(diffIds.size());
        for (Digest diffId : diffIds) {
            chains.add(Digest.chain(chains.isEmpty() ? null : chains.get(chains.size() - 1), diffId));
        }
        return chains;
    }

    private static ImageConfig config(JsonNode node) {
        if (!node.isObject()) {
            return ImageConfig.EMPTY;
        }
        return new ImageConfig(
                text(node, "User"),
                keys(node, "ExposedPorts"),
                texts(node, "Env"),
                textsOrNull(node, "Entrypoint"),
                textsOrNull(node, "Cmd"),
                keys(node, "Volumes"),
                text(node, "WorkingDir"),
                labels(node),
                text(node, "StopSignal"),
                texts(node, "OnBuild"),
                textsOrNull(node, "Shell"),
                healthcheck(object(node, "Healthcheck")));
    }

    private static ImageConfig.Healthcheck healthcheck(JsonNode node) {
        if (!node.isObject()) {
            return null;
        }
        return new ImageConfig.Healthcheck(
                textsOrNull(node, "Test"),
                number(node, "Interval"),
                number(node, "Timeout"),
                number(node, "StartPeriod"),
                number(node, "StartInterval"),
                Math.toIntExact(Math.min(Integer.MAX_VALUE, Math.max(0, number(node, "Retries")))));
    }

    private static List<Image.History> history(JsonNode root) {
        JsonNode list = object(root, "history");
        List<Image.History> history = new ArrayList<>();
        for (JsonNode entry : list) {
            if (!entry.isObject()) {
                throw wrong("history");
            }
            history.add(new Image.History(
                    instant(entry, "created"),
                    text(entry, "created_by"),
                    text(entry, "author"),
                    text(entry, "comment"),
                    entry.path("empty_layer").asBoolean(false),
                    0));
        }
        return List.copyOf(history);
    }

    private static JsonNode object(JsonNode node, String field) {
        return node.path(field);
    }

    private static boolean absent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (absent(value)) {
            return "";
        }
        if (!value.isTextual()) {
            throw wrong(field);
        }
        return value.textValue();
    }

    private static long number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (absent(value)) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(field);
        }
        return value.longValue();
    }

    private static List<String> texts(JsonNode node, String field) {
        List<String> list = textsOrNull(node, field);
        return list == null ? List.of() : list;
    }

    private static List<String> textsOrNull(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (absent(value)) {
            return null;
        }
        if (!value.isArray()) {
            throw wrong(field);
        }
        List<String> list = new ArrayList<>();
        for (JsonNode item : value) {
            if (!item.isTextual()) {
                throw wrong(field);
            }
            list.add(item.textValue());
        }
        return List.copyOf(list);
    }

    private static Set<String> keys(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (absent(value)) {
            return Set.of();
        }
        if (!value.isObject()) {
            throw wrong(field);
        }
        Set<String> keys = new LinkedHashSet<>();
        value.fieldNames().forEachRemaining(keys::add);
        return java.util.Collections.unmodifiableSet(keys);
    }

    private static Map<String, String> labels(JsonNode node) {
        JsonNode value = node.path("Labels");
        if (absent(value)) {
            return Map.of();
        }
        if (!value.isObject()) {
            throw wrong("Labels");
        }
        Map<String, String> labels = new LinkedHashMap<>();
        value.fieldNames().forEachRemaining(key -> labels.put(key, text(value, key)));
        return java.util.Collections.unmodifiableMap(labels);
    }

    private static Instant instant(JsonNode node, String field) {
        String text = text(node, field);
        if (text.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID,
                    "invalid image configuration: " + field + " is not a time: " + text,
                    e);
        }
    }

    private static FeluccaException wrong(String field) {
        return FeluccaException.invalid("invalid image configuration: " + field + " is of the wrong type");
    }
}
