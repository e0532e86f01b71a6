package io.felucca.docker.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The mapper that writes and reads Docker's JSON. The other classes here make trees, in the order in which dockerd
 * 20.10 writes them, so that {@code inspect} reads the same.
 */
public final class DockerJson {

    /** What a value of JSON can begin with. */
    private static final String BEGINNINGS = "{[\"-0123456789tfn";

    /**
     * Begins, ends, names and values of one document. A tree takes up to 70 bytes of heap for each, whatever few bytes
     * they have; a container that publishes every port has 600,000.
     */
    private static final long MAX_TOKENS = 750_000;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    .build())
            // Jackson's shared cache of types would keep this bundle's classes after an uninstall.
            .typeFactory(TypeFactory.defaultInstance()
                    .withCache((LookupCache<Object, JavaType>) new LRUMap<Object, JavaType>(16, 64)))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private DockerJson() {}

    /** Shared and thread-safe; nobody changes its configuration. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /**
     * Reads a client's JSON.
     *
     * @param what begins the message, as {@code invalid JSON}
     * @throws FeluccaException INVALID; what clients see most, an end too early and what is no JSON at all, in Go's words
     */
    public static JsonNode parse(byte[] json, String what) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonEOFException e) {
            throw new FeluccaException(FeluccaException.Kind.INVALID, what + ": unexpected EOF", e);
        } catch (IOException e) {
            throw new FeluccaException(FeluccaException.Kind.INVALID, what + ": " + inGosWords(json, e), e);
        }
    }

    private static String inGosWords(byte[] json, IOException failure) {
        String text = new String(json, StandardCharsets.UTF_8).stripLeading();
        if (!text.isEmpty() && BEGINNINGS.indexOf(text.charAt(0)) < 0) {
            return "invalid character '" + text.charAt(0) + "' looking for beginning of value";
        }
        return failure instanceof JsonProcessingException malformed
                ? malformed.getOriginalMessage()
                : failure.getMessage();
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Puts a list; null stays null. */
    public static void putList(ObjectNode node, String name, Collection<String> values) {
        if (values == null) {
            node.putNull(name);
        } else {
            ArrayNode array = node.putArray(name);
            values.forEach(array::add);
        }
    }

    /** Puts a list that Go writes as null while it is empty. */
    public static void putListOrNull(ObjectNode node, String name, Collection<String> values) {
        putList(node, name, values == null || values.isEmpty() ? null : values);
    }

    /** Puts a map of texts, sorted as Go does. */
    public static void putMap(ObjectNode node, String name, Map<String, String> values) {
        ObjectNode object = node.putObject(name);
        new TreeMap<>(values).forEach(object::put);
    }

    /** Puts Docker's form of a set: its members as keys of empty objects. */
    public static void putSet(ObjectNode node, String name, Collection<String> values) {
        ObjectNode object = node.putObject(name);
        new TreeSet<>(values).forEach(object::putObject);
    }

    /** An empty text for none. */
    public static String text(String value) {
        return value == null ? "" : value;
    }
}
