package io.felucca.storage.spi;

import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Optional for a {@link LayerStore} whose active layer is a folder that holds only the layer's own changes, with
 * whiteouts in the kernel's overlay form (Documentation/filesystems/overlayfs.rst: a character device 0:0, and the
 * {@code trusted.overlay.opaque} attribute). Layers are then unpacked straight into it, in parallel, and diff reads it
 * instead of comparing two mounts.
 */
@ConsumerType
public interface LayerDirectory {

    /** The folder of an active or committed layer's own changes; empty when this layer has none of that form. */
    Optional<Path> directory(String name);
}
