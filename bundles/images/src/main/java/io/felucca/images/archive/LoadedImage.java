package io.felucca.images.archive;

import io.felucca.Digest;
import io.felucca.images.ImageReference;
import java.util.List;

/**
 * An image out of an archive, whose blobs are in the store now.
 *
 * @param mediaType of the manifest
 * @param sizeBytes of the manifest
 * @param references its names, empty for none
 * @param parent id of its parent image, empty for none
 */
public record LoadedImage(
        Digest manifest,
        String mediaType,
        long sizeBytes,
        Digest imageId,
        List<ImageReference> references,
        String parent) {}
