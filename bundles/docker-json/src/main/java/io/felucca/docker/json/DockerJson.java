package io.felucca.docker.json;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The mapper that writes and reads Docker's JSON. */
public final class DockerJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private DockerJson() {}

    /** Shared and thread-safe; nobody changes its configuration. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }
}
