package io.felucca.images.layers;

import java.util.List;

/**
 * What an applied layer was.
 *
 * @param sizeBytes the sum of its files' sizes and symbolic links' lengths, as Docker counts a layer
 * @param impliedParents directories that an entry lies in, but that were neither in the target nor in the archive. Made
 *     root's, 0755: in an upper directory they would cover the lower layers' owner and mode, so
 *     {@link LayerApplier#copyParents} gives them those once the lower layers are there
 * @param needsView an upper directory cannot say what the archive says (its root is opaque): to be thrown away, and the
 *     archive applied to a mounted view with {@link Whiteouts#PLAIN}
 * @param describesRoot the archive has an entry for the root itself
 */
public record Applied(
        long sizeBytes, long entries, List<byte[]> impliedParents, boolean needsView, boolean describesRoot) {}
