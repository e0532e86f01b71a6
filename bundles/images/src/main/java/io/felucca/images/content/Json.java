package io.felucca.images.content;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.felucca.FeluccaException;
import java.io.IOException;

/** Reads and writes the JSON of images. What is read may be hostile: depth and sizes are bounded. */
public final class Json {

    /** No manifest, index or configuration may be longer (T11); registries and containerd draw the line at 4 to 8 MiB. */
    public static final int MAX_BYTES = 8 << 20;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

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
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getName() + " as JSON", e);
        }
    }

    private static FeluccaException invalid(String what, IOException cause) {
        String reason = cause instanceof JsonProcessingException json ? json.getOriginalMessage() : cause.getMessage();
        return new FeluccaException(FeluccaException.Kind.INVALID, "invalid " + what + ": " + reason, cause);
    }
}
