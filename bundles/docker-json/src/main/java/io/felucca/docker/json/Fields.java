package io.felucca.docker.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Reads fields of an object and says which one has the wrong type. Absent and null are the same. */
final class Fields {

    private final JsonNode node;
    private final String prefix;

    Fields(JsonNode node, String prefix) {
        this.node = node;
        this.prefix = prefix;
    }

    private JsonNode get(String name) {
        JsonNode value = node.path(name);
        return value.isMissingNode() || value.isNull() ? null : value;
    }

    private FeluccaException wrong(String name, String wanted) {
        return FeluccaException.invalid("invalid JSON: " + prefix + name + " must be " + wanted);
    }

    /** Null when it is not given. */
    String text(String name) {
        JsonNode value = get(name);
        if (value != null && !value.isTextual()) {
            throw wrong(name, "a text");
        }
        return value == null ? null : value.textValue();
    }

    String textOrEmpty(String name) {
        String text = text(name);
        return text == null ? "" : text;
    }

    boolean flag(String name) {
        Boolean flag = flagOrNull(name);
        return flag != null && flag;
    }

    Boolean flagOrNull(String name) {
        JsonNode value = get(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value == null ? null : value.booleanValue();
    }

    long number(String name) {
        Long number = longOrNull(name);
        return number == null ? 0 : number;
    }

    Long longOrNull(String name) {
        JsonNode value = get(name);
        if (value != null && !value.canConvertToExactIntegral()) {
            throw wrong(name, "a whole number");
        }
        return value == null ? null : value.longValue();
    }

    Integer integer(String name) {
        Long number = longOrNull(name);
        if (number != null && number != number.intValue()) {
            throw wrong(name, "a number of 32 bits");
        }
        return number == null ? null : number.intValue();
    }

    /** Null when it is not given. */
    List<String> texts(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (!value.isArray()) {
            throw wrong(name, "a list of texts");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : value) {
            if (!element.isTextual()) {
                throw wrong(name, "a list of texts");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    /** A command: a list, or, as old clients send it, one text. */
    List<String> words(String name) {
        JsonNode value = get(name);
        return value != null && value.isTextual() ? List.of(value.textValue()) : texts(name);
    }

    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** The keys of an object, Docker's form of a set. */
    Set<String> keys(String name) {
        Set<String> keys = new LinkedHashSet<>();
        object(name).node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    Map<String, String> map(String name) {
        Map<String, String> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object(name).node.properties()) {
            if (!entry.getValue().isTextual()) {
                throw wrong(name, "an object of texts");
            }
            map.put(entry.getKey(), entry.getValue().textValue());
        }
        return map;
    }

    boolean has(String name) {
        return get(name) != null;
    }

    /** A list of lists of texts; null when it is not given. */
    List<List<String>> lists(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        List<List<String>> lists = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            JsonNode list = value.get(i);
            List<String> texts = new ArrayList<>();
            for (int j = 0; list != null && j < list.size(); j++) {
                texts.add(list.get(j).asText());
            }
            if (list == null || !list.isArray() || texts.isEmpty()) {
                throw wrong(name, "a list of lists of texts");
            }
            lists.add(texts);
        }
        return lists;
    }

    /** An empty one when it is not given. */
    Fields object(String name) {
        JsonNode value = get(name);
        if (value != null && !value.isObject()) {
            throw wrong(name, "an object");
        }
        return new Fields(value == null ? DockerJson.object() : value, prefix + name + ".");
    }

    <T> List<T> objects(String name, Function<Fields, T> read) {
        JsonNode value = get(name);
        List<T> all = new ArrayList<>();
        if (value != null) {
            if (!value.isArray()) {
                throw wrong(name, "a list of objects");
            }
            for (JsonNode element : value) {
                if (!element.isObject()) {
                    throw wrong(name, "a list of objects");
                }
                all.add(read.apply(new Fields(element, prefix + name + ".")));
            }
        }
        return all;
    }
}
