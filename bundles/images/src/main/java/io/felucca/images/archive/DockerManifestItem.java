package io.felucca.images.archive;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import io.felucca.FeluccaException;
import io.felucca.images.ImageReference;
import io.felucca.images.content.ContentJson;
import java.io.IOException;
import java.util.List;

/** A line of manifest.json in Docker's archives (moby image/spec 1.2, "Combined Image JSON + Filesystem Changeset Format"). */
record DockerManifestItem(
        @JsonProperty("Config") String config,
        @JsonProperty("RepoTags") List<String> repoTags,
        @JsonProperty("Layers") List<String> layers,

        @JsonProperty("Parent") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        String parent) {

    static final String FILE = "manifest.json";

    DockerManifestItem {
        repoTags = repoTags == null ? List.of() : List.copyOf(repoTags);
        layers = layers == null ? List.of() : List.copyOf(layers);
    }

    static List<DockerManifestItem> parse(byte[] json) {
        try {
            List<DockerManifestItem> items = ContentJson.mapper().readValue(json, new TypeReference<>() {});
            if (items == null) {
                throw FeluccaException.invalid("invalid manifest.json: it is null");
            }
            for (DockerManifestItem item : items) {
                if (item == null || item.config() == null) {
                    throw FeluccaException.invalid("invalid manifest.json: an image without Config");
                }
            }
            return items;
        } catch (IOException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "invalid manifest.json: " + Compression.reason(e), e);
        }
    }

    List<ImageReference> references() {
        return repoTags.stream().map(ImageReference::parse).toList();
    }
}
