package io.felucca.storage.spi;

import io.felucca.IdMap;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Optional for a {@link LayerStore} whose filesystem can keep a layer below a size: Docker's
 * {@code --storage-opt size=}. A store without it is never asked for a limit; its users are told so.
 */
@ConsumerType
public interface LayerLimit {

    /**
     * As {@link LayerStore#prepare}, for a layer that is never committed and cannot grow beyond a limit: what writes more
     * into its mount gets ENOSPC or EDQUOT, and other layers go on. The limit lasts as long as the layer and is kept by the
     * kernel, with or without the driver. What counts is the driver's to say in its documents: the layer's own changes, or
     * all that it shows, its parents' files included.
     *
     * @param sizeBytes above 0; may be rounded to the blocks that the filesystem counts
     * @throws io.felucca.FeluccaException UNSUPPORTED, in Docker's words, where the filesystem below the store keeps no
     *     limits; INVALID, in Docker's words, for a limit below what this driver's layers begin with. Nothing is left of
     *     the layer then
     */
    void prepare(String key, String parent, IdMap idMap, long sizeBytes);

    /** The limit of a container's layer that is asked for without one, by the driver's options; 0 for none. */
    default long defaultSizeBytes() {
        return 0;
    }
}
