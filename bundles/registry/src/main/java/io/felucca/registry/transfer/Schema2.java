package io.felucca.registry.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.images.ImageContent.Document;
import io.felucca.registry.http.ResponseJson;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * OCI manifests written as Docker's image manifest version 2, schema 2, for registries that know only that one. The blobs stay
 * the same.
 */
final class Schema2 {

    private static final String OCI = "application/vnd.oci.image.manifest.v1+json";
    private static final String TYPE = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String CONFIG = "application/vnd.docker.container.image.v1+json";

    /** Schema 2 has no name for zstd. An OCI manifest may have its names for layers, too. */
    private static final Map<String, String> LAYERS = Map.of(
            "application/vnd.oci.image.layer.v1.tar", "application/vnd.docker.image.rootfs.diff.tar",
            "application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.docker.image.rootfs.diff.tar.gzip",
            "application/vnd.docker.image.rootfs.diff.tar", "application/vnd.docker.image.rootfs.diff.tar",
            "application/vnd.docker.image.rootfs.diff.tar.gzip", "application/vnd.docker.image.rootfs.diff.tar.gzip");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Schema2() {}

    /** Empty when it is no OCI manifest, or has something that schema 2 has no name for. */
    static Optional<Document> of(Document manifest) throws IOException {
        if (!manifest.mediaType().equals(OCI)) {
            return Optional.empty();
        }
        JsonNode oci = ResponseJson.read(manifest.content());
        if (!oci.path("config").path("mediaType").asText().equals(OCI_CONFIG)) {
            return Optional.empty();
        }
        ObjectNode written = MAPPER.createObjectNode().put("schemaVersion", 2).put("mediaType", TYPE);
        written.set("config", descriptor(CONFIG, oci.path("config")));
        ArrayNode layers = written.putArray("layers");
        for (JsonNode layer : oci.path("layers")) {
            String type = LAYERS.get(layer.path("mediaType").asText());
            if (type == null) {
                return Optional.empty();
            }
            layers.add(descriptor(type, layer));
        }
        return Optional.of(new Document(MAPPER.writeValueAsBytes(written), TYPE));
    }

    private static ObjectNode descriptor(String type, JsonNode blob) {
        return MAPPER.createObjectNode()
                .put("mediaType", type)
                .put("size", blob.path("size").asLong())
                .put("digest", blob.path("digest").asText());
    }
}
