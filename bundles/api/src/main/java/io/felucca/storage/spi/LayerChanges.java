package io.felucca.storage.spi;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Optional for a {@link LayerStore} whose layers are snapshots of their parents, and which finds what has changed in one
 * without walking through it. diff and commit then compare the layer's mount with a view of its parent at these paths
 * only.
 */
@ConsumerType
public interface LayerChanges {

    /**
     * Where an active layer may differ from its parent. What is the same inode in both has the same number.
     *
     * @return paths below the layer's root without a leading slash, in no order: each name that one of the two does not
     *     have or that stands for another inode, and each inode whose attributes or content may differ, by all its names in
     *     the layer. What lies below a directory that is the layer's or the parent's alone is not listed: all of it
     *     differs. Empty when it cannot be said, as of a layer without a parent: then all must be compared
     */
    Optional<List<byte[]>> changedPaths(String name);
}
