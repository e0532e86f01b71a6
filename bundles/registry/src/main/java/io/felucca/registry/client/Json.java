package io.felucca.registry.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** The JSON of registries; its depth is bounded, its length by who reads it. */
final class Json {

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(100).build())
                    .build())
            .build();

    private Json() {}

    static JsonNode read(byte[] content) throws IOException {
        try {
            JsonNode node = MAPPER.readTree(content);
            return node == null ? MAPPER.createObjectNode() : node;
        } catch (JsonProcessingException e) {
            // Without its second line, which says where.
            throw new IOException(e.getOriginalMessage(), e);
        }
    }
}
