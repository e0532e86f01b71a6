package io.felucca.registry.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** The JSON of registries; its depth and its number of values are bounded, its length by who reads it. */
public final class ResponseJson {

    /** Begins, ends, names and values of one document, each of which takes up to 70 bytes of heap as a tree. */
    static final long MAX_TOKENS = 250_000;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    .build())
            .build();

    private ResponseJson() {}

    /** A document without content is a node without anything. */
    public static JsonNode read(byte[] content) throws IOException {
        try {
            return MAPPER.readTree(content);
        } catch (JsonProcessingException e) {
            // Without its second line, which says where.
            throw new IOException(e.getOriginalMessage(), e);
        }
    }
}
