package io.felucca.images.content;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import io.felucca.FeluccaException;
import java.io.IOException;

/** Reads and writes the JSON of images. What is read may be hostile: depth and sizes are bounded. */
public final class ContentJson {

    /** No manifest, index or configuration may be longer; registries and containerd draw the line at 4 to 8 MiB. */
    public static final int MAX_BYTES = 8 << 20;

    /**
     * Begins, ends, names and values of one document. A tree takes up to 70 bytes of heap for each, whatever few bytes
     * they have; a configuration that exposes every port has 200,000.
     */
    static final long MAX_TOKENS = 250_000;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxTokenCount(MAX_TOKENS)
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .build())
            // Jackson's shared cache of types would keep this bundle's classes after an uninstall.
            .typeFactory(TypeFactory.defaultInstance()
                    .withCache((LookupCache<Object, JavaType>) new LRUMap<Object, JavaType>(16, 64)))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final ObjectMapper AS_GO = JsonMapper.builder(new JsonFactoryBuilder()
                    .characterEscapes(new GoEscapes())
                    .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
                    .build())
            .typeFactory(TypeFactory.defaultInstance()
                    .withCache((LookupCache<Object, JavaType>) new LRUMap<Object, JavaType>(16, 64)))
            .build();

    private ContentJson() {}

    /** As Go's encoding/json escapes: what is special in HTML, and two line ends of Unicode. */
    private static final class GoEscapes extends CharacterEscapes {

        private static final long serialVersionUID = 1;
        private static final int LINE_SEPARATOR = 0x2028;
        private static final int PARAGRAPH_SEPARATOR = 0x2029;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = CharacterEscapes.standardAsciiEscapesForJSON();
            codes['<'] = CharacterEscapes.ESCAPE_STANDARD;
            codes['>'] = CharacterEscapes.ESCAPE_STANDARD;
            codes['&'] = CharacterEscapes.ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public SerializableString getEscapeSequence(int c) {
            return c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR
                    ? new SerializedString(String.format("\\u%04x", c))
                    : null;
        }
    }

    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /** @throws FeluccaException INVALID, saying what it should have been */
    public static <T> T read(byte[] json, Class<T> type, String what) {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw FeluccaException.invalid("invalid " + what + ": it is null");
            }
            return value;
        } catch (IOException e) {
            throw invalid(what, e);
        }
    }

    /** @throws FeluccaException INVALID when it is no JSON object */
    public static JsonNode readObject(byte[] json, String what) {
        JsonNode node = read(json, JsonNode.class, what);
        if (!node.isObject()) {
            throw FeluccaException.invalid("invalid " + what + ": not a JSON object");
        }
        return node;
    }

    public static byte[] write(Object value) {
        return write(MAPPER, value);
    }

    /** The bytes that dockerd would write, so that digests agree. */
    public static byte[] writeAsGo(Object value) {
        return write(AS_GO, value);
    }

    private static byte[] write(ObjectMapper mapper, Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getName() + " as JSON", e);
        }
    }

    private static FeluccaException invalid(String what, IOException cause) {
        String reason = cause instanceof JsonProcessingException json ? json.getOriginalMessage() : cause.getMessage();
        return new FeluccaException(FeluccaException.Kind.INVALID, "invalid " + what + ": " + reason, cause);
    }
}
