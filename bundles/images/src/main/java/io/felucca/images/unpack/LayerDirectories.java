package io.felucca.images.unpack;

import io.felucca.storage.Storage;
import io.felucca.storage.spi.LayerDirectory;
import io.felucca.storage.spi.LayerStore;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Layers' own folders, of the drivers that show them: such a folder holds one layer's files only, and needs no mount.
 * Thread-safe.
 */
public record LayerDirectories(Storage storage) {

    private static Optional<LayerDirectory> of(LayerStore store) {
        return store instanceof LayerDirectory layers ? Optional.of(layers) : Optional.empty();
    }

    boolean areShownBy(String driver) {
        return storage.with(driver, store -> of(store).isPresent());
    }

    /** @param layer the key of an active layer, or the chain id of a committed one */
    public Optional<Path> find(String driver, String layer) {
        return storage.with(driver, store -> find(store, layer));
    }

    public static Optional<Path> find(LayerStore store, String layer) {
        return of(store).flatMap(layers -> layers.directory(layer));
    }

    /** Commits a layer that was prepared without a parent, over one. @param store of a driver that shows folders */
    static void commitOver(LayerStore store, String id, String key, String parent) {
        of(store).orElseThrow().commitOver(id, key, parent);
    }
}
