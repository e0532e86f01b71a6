package io.felucca.docker.json;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The mapper that writes and reads Docker's JSON. The other classes here make trees, in the order in which dockerd
 * 20.10 writes them, so that {@code inspect} reads the same.
 */
public final class DockerJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private DockerJson() {}

    /** Shared and thread-safe; nobody changes its configuration. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Puts a list; null stays null. */
    static void putList(ObjectNode node, String name, Collection<String> values) {
        if (values == null) {
            node.putNull(name);
        } else {
            ArrayNode array = node.putArray(name);
            values.forEach(array::add);
        }
    }

    /** Puts a list that Go writes as null while it is empty. */
    static void putListOrNull(ObjectNode node, String name, Collection<String> values) {
        putList(node, name, values == null || values.isEmpty() ? null : values);
    }

    /** Puts a map of texts, sorted as Go does. */
    static void putMap(ObjectNode node, String name, Map<String, String> values) {
        ObjectNode object = node.putObject(name);
        new TreeMap<>(values).forEach(object::put);
    }

    /** Puts Docker's form of a set: its members as keys of empty objects. */
    static void putSet(ObjectNode node, String name, Collection<String> values) {
        ObjectNode object = node.putObject(name);
        new TreeSet<>(values).forEach(object::putObject);
    }

    /** An empty text for none. */
    static String text(String value) {
        return value == null ? "" : value;
    }
}
