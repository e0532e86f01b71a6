package io.felucca.images.layers;

import io.felucca.linux.Directory;
import java.io.InputStream;
import java.util.List;

/**
 * Unpacks layers. An entry's owner, mode, times, attributes, links, holes and name come out as they were. Names never
 * lead out of the target (T9): leading slashes are dropped, {@code ..} above the root is refused with INVALID, and
 * symbolic links on the way resolve as if the target were the root. Stateless.
 */
public final class LayerApplier {

    private LayerApplier() {}

    /**
     * Unpacks an archive and reads its stream to the end; does not close it.
     *
     * @throws io.felucca.FeluccaException INVALID when it is no tar archive, is cut, climbs out, or passes the limits
     */
    public static Applied apply(InputStream uncompressedTar, Directory target, Whiteouts form, Limits limits) {
        throw new UnsupportedOperationException();
    }

    /** Gives directories that no entry described the owner, mode, times and attributes that a lower view has there. */
    public static void copyParents(Directory target, List<byte[]> impliedParents, Directory lowerView) {
        throw new UnsupportedOperationException();
    }
}
