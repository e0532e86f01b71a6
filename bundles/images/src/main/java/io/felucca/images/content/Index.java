package io.felucca.images.content;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.FeluccaException;
import java.util.List;
import java.util.Map;

/** An image index (OCI image-spec 1.1, image-index.md; Docker's manifest list has the same fields). */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Index(int schemaVersion, String mediaType, List<Descriptor> manifests, Map<String, String> annotations) {

    public Index {
        manifests = manifests == null ? List.of() : List.copyOf(manifests);
    }

    /**
     * Reads an index and checks that it is one and no manifest (CVE-2021-41190).
     *
     * @throws FeluccaException INVALID
     */
    public static Index parse(byte[] json, String name) {
        JsonNode node = ContentJson.readObject(json, "index " + name);
        if (!node.has("manifests") || node.has("layers") || node.has("config") || node.has("fsLayers")) {
            throw FeluccaException.invalid("invalid index " + name + ": it has no manifests, or is a manifest as well");
        }
        Index index = ContentJson.read(json, Index.class, "index " + name);
        if (index.mediaType() != null && !MediaTypes.isIndex(index.mediaType())) {
            throw FeluccaException.invalid("invalid index " + name + ": media type " + index.mediaType());
        }
        return index;
    }

    public static Index of(List<Descriptor> manifests) {
        return new Index(2, MediaTypes.INDEX, manifests, null);
    }
}
