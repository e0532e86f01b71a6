package io.felucca.images.catalog;

import io.felucca.Digest;
import io.felucca.images.ImageReference;
import io.felucca.images.content.Descriptor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A line of index.json: a manifest, the image that it is of, and one name or none.
 *
 * @param manifest its digest
 * @param mediaType of the manifest
 * @param sizeBytes of the manifest
 * @param imageId digest of its config
 * @param reference a tag, a {@code repository@digest}, or empty for an untagged image
 * @param parent id of the image that it was built or committed from, empty for none
 */
public record IndexEntry(
        Digest manifest,
        String mediaType,
        long sizeBytes,
        Digest imageId,
        Optional<ImageReference> reference,
        String parent) {

    /** OCI's own; tools such as skopeo look an image of the layout up by it. */
    static final String REF_NAME = "org.opencontainers.image.ref.name";

    /** The reference in full, as containerd and Docker 25 write it. */
    static final String FULL_NAME = "io.containerd.image.name";

    public static final String IMAGE_ID = "io.felucca.image.id";
    static final String PARENT = "io.felucca.image.parent";

    public boolean isTag() {
        return reference.isPresent() && !reference.get().tag().isEmpty();
    }

    /** True for a {@code repository@digest}, which pull and push write. */
    public boolean isRepoDigest() {
        return reference.isPresent() && reference.get().tag().isEmpty();
    }

    public IndexEntry named(ImageReference name) {
        return new IndexEntry(manifest, mediaType, sizeBytes, imageId, Optional.of(name), parent);
    }

    public IndexEntry unnamed() {
        return new IndexEntry(manifest, mediaType, sizeBytes, imageId, Optional.empty(), parent);
    }

    /** A descriptor that other tools find the image by, without what only this engine knows. */
    public Descriptor publicDescriptor() {
        return descriptor(names());
    }

    Descriptor storedDescriptor() {
        Map<String, String> annotations = names();
        annotations.put(IMAGE_ID, imageId.value());
        if (!parent.isEmpty()) {
            annotations.put(PARENT, parent);
        }
        return descriptor(annotations);
    }

    private Map<String, String> names() {
        Map<String, String> annotations = new LinkedHashMap<>();
        reference.ifPresent(name -> {
            annotations.put(FULL_NAME, name.toString());
            annotations.put(REF_NAME, name.familiar());
        });
        return annotations;
    }

    private Descriptor descriptor(Map<String, String> annotations) {
        return new Descriptor(mediaType, manifest.value(), sizeBytes, null, annotations, null);
    }
}
