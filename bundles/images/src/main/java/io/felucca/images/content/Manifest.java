package io.felucca.images.content;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.Digest;
import io.felucca.FeluccaException;
import java.util.List;
import java.util.Map;

/** An image manifest (OCI image-spec 1.1, manifest.md; Docker's schema 2 has the same fields). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Manifest(
        int schemaVersion,
        String mediaType,
        Descriptor config,
        List<Descriptor> layers,
        Map<String, String> annotations) {

    public Manifest {
        layers = layers == null ? List.of() : List.copyOf(layers);
    }

    /**
     * Reads a manifest and checks that it is one: a document that is a manifest and an index at once is refused (* CVE-2021-41190), as are digests that are none.
     *
     * @throws FeluccaException INVALID
     */
    public static Manifest parse(byte[] json, String name) {
        JsonNode node = ContentJson.readObject(json, "manifest " + name);
        if (node.has("manifests") || node.has("fsLayers")) {
            throw FeluccaException.invalid(
                    "invalid manifest " + name + ": it has layers and manifests, or is of schema 1");
        }
        Manifest manifest = ContentJson.read(json, Manifest.class, "manifest " + name);
        if (manifest.config() == null || manifest.schemaVersion() != 2) {
            throw FeluccaException.invalid("invalid manifest " + name + ": no config, or not of schema version 2");
        }
        if (manifest.mediaType() != null && !MediaTypes.isManifest(manifest.mediaType())) {
            throw FeluccaException.invalid("invalid manifest " + name + ": media type " + manifest.mediaType());
        }
        manifest.config().contentDigest();
        manifest.layerDigests();
        return manifest;
    }

    /** An OCI manifest. @param layers some perhaps of an image that came in Docker's form */
    public static Manifest of(Descriptor config, List<Descriptor> layers) {
        List<Descriptor> typed = layers.stream()
                .map(layer -> layer.withMediaType(MediaTypes.ociLayer(layer.mediaType())))
                .toList();
        return new Manifest(2, MediaTypes.MANIFEST, config, typed, null);
    }

    public List<Digest> layerDigests() {
        return layers.stream().map(Descriptor::contentDigest).toList();
    }
}
