package io.felucca.docker.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the parameter {@code filters} of lists and prunes. */
public final class FilterJson {

    private FilterJson() {}

    /**
     * @param text {@code {"label":{"a=b":true}}}, or as clients before 1.22 and many libraries write it,
     *     {@code {"label":["a=b"]}}; empty for none
     * @throws FeluccaException INVALID for any other shape
     */
    public static Map<String, List<String>> read(String text) {
        Map<String, List<String>> filters = new LinkedHashMap<>();
        if (text == null || text.isBlank()) {
            return filters;
        }
        JsonNode root = DockerJson.parse(text.getBytes(StandardCharsets.UTF_8), "invalid filter");
        if (!root.isObject()) {
            throw wrong("an object is wanted");
        }
        for (Map.Entry<String, JsonNode> filter : root.properties()) {
            filters.put(filter.getKey(), values(filter.getKey(), filter.getValue()));
        }
        return filters;
    }

    private static List<String> values(String name, JsonNode node) {
        List<String> values = new ArrayList<>();
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> value : node.properties()) {
                if (!value.getValue().isBoolean()) {
                    throw wrong(name + " must have true for each value");
                }
                values.add(value.getKey());
            }
        } else if (node.isArray()) {
            for (JsonNode value : node) {
                if (!value.isTextual()) {
                    throw wrong(name + " must be a list of texts");
                }
                values.add(value.textValue());
            }
        } else {
            throw wrong(name + " must be an object or a list");
        }
        return values;
    }

    private static FeluccaException wrong(String what) {
        return FeluccaException.invalid("invalid filter: " + what);
    }
}
