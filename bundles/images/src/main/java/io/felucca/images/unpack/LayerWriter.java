package io.felucca.images.unpack;

import io.felucca.images.layers.Applied;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** Writes a layer into a folder. */
public interface LayerWriter {

    /**
     * @param tar read to its end, not closed
     * @param folder an existing folder
     * @param kernelWhiteouts the folder holds only this layer: deletions become overlay's devices and attributes; else it
     *     shows the layers below too, and they delete there
     * @throws io.felucca.FeluccaException INVALID for a damaged archive or one that climbs out, SYSTEM for the disk
     */
    Applied unpack(InputStream tar, Path folder, boolean kernelWhiteouts);

    /**
     * Gives the folders that no entry described the attributes that they have in the layers below.
     *
     * @return false when the layer must be unpacked into a mounted view instead
     */
    boolean copyParents(Path folder, List<byte[]> impliedParents, Path lowerView);

    /** Gives the folder itself the attributes of another layer's. */
    void copyRoot(Path folder, Path lowerFolder);
}
