package io.felucca.storage.devicemapper;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.storage.spi.Mount;
import java.util.List;

/** Layers that are larger than what they are snapshots of. */
final class LayerGrowth {

    private static final int BLOCK_BYTES = 4096;

    private LayerGrowth() {}

    /**
     * The size of a layer over another, in whole blocks of its filesystem.
     *
     * @param asked 0 for the other's
     * @throws FeluccaException INVALID, in dockerd's words, for less than the other's
     */
    static long sizeOver(Layer origin, long asked) {
        if (asked != 0 && asked < origin.sizeBytes()) {
            throw FeluccaException.invalid(
                    "devmapper: Container size cannot be smaller than " + OpenPool.size(origin.sizeBytes()));
        }
        return Math.max(origin.sizeBytes(), asked / BLOCK_BYTES * BLOCK_BYTES);
    }

    /** Has a new layer's filesystem, which ends where its origin's does, fill its device. */
    static void grow(OpenPool pool, Layer layer) {
        pool.devices().look(layer, false, device -> {
            List<String> options = FileSystem.options(layer.fileSystem(), List.of());
            Mount mount = new Mount(layer.fileSystem(), device.node().toString(), "", options, IdMap.NONE);
            try (Directory root = pool.mounts().openDetached(mount)) {
                root.growFileSystem(layer.sizeBytes());
            }
            return layer;
        });
    }
}
