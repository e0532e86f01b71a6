package io.felucca.storage.spi;

import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Optional for a {@link LayerStore} whose active layer is a folder that holds only the layer's own changes, with
 * whiteouts in the kernel's overlay form (Documentation/filesystems/overlayfs.rst: a character device 0:0, and the
 * {@code trusted.overlay.opaque} attribute of the value {@code y}). Layers are then unpacked straight into it, in
 * parallel, and diff reads it instead of comparing two mounts. Owners in it are the host's: for a layer with an
 * {@link io.felucca.IdMap} they are mapped already.
 */
@ConsumerType
public interface LayerDirectory {

    /** The folder of an active or committed layer's own changes; empty when this layer has none of that form. */
    Optional<Path> directory(String name);

    /**
     * As {@link LayerStore#commit}, for a layer that was prepared without a parent and unpacked while its parent was
     * not there yet: it becomes a layer over {@code parent}. The caller gives the root folder owner, mode and times of
     * the parent's where the layer does not say its own.
     *
     * @param parent a committed layer, or empty
     */
    void commitOver(String id, String key, String parent);
}
