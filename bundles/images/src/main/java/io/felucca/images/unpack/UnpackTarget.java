package io.felucca.images.unpack;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.storage.Storage;
import io.felucca.storage.spi.LayerStore;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A layer that is being unpacked: a folder of the driver's where it shows one, else a mount. Closing without
 * {@link #commit} removes it. One thread, but for the folder.
 */
public final class UnpackTarget implements AutoCloseable {

    /** Keys of active layers that are being unpacked; a crash leaves them to {@link LayerCollector}. */
    public static final String PREFIX = "unpack-";

    private static final String USER = "unpack";

    private final Storage storage;
    private final String driver;
    private final String key;
    private final boolean mounted;
    private final Path folder;
    private boolean mountedNow;
    private boolean done;

    private UnpackTarget(Storage storage, String driver, String key, Optional<Path> directory) {
        this.storage = storage;
        this.driver = driver;
        this.key = key;
        mounted = directory.isEmpty();
        folder = directory.orElseGet(() -> storage.mount(driver, key, USER));
        mountedNow = mounted;
    }

    /** Into the driver's own folder where it shows one. @param parent chain id of the layer below, or empty */
    public static UnpackTarget prepare(Storage storage, String driver, String parent) {
        return prepare(storage, driver, parent, true);
    }

    /** Into a mount, which shows the layers below too. @param parent chain id of the layer below, or empty */
    static UnpackTarget prepareMounted(Storage storage, String driver, String parent) {
        return prepare(storage, driver, parent, false);
    }

    private static UnpackTarget prepare(Storage storage, String driver, String parent, boolean directly) {
        String key = newKey();
        try {
            Optional<Path> directory = storage.with(driver, store -> {
                store.prepare(key, parent, IdMap.NONE);
                return directly ? LayerDirectories.find(store, key) : Optional.empty();
            });
            return new UnpackTarget(storage, driver, key, directory);
        } catch (RuntimeException e) {
            storage.remove(driver, key);
            throw e;
        }
    }

    /** Works with a mounted look at a committed layer. */
    public static <R> R withView(Storage storage, String driver, String chainId, Function<Path, R> work) {
        try (View view = new View(storage, driver, chainId)) {
            return work.apply(view.path());
        }
    }

    /** A mounted look at a committed layer, until it is closed. */
    public static final class View implements AutoCloseable {

        private final Storage storage;
        private final String driver;
        private final String key = newKey();
        private final Path path;

        public View(Storage storage, String driver, String chainId) {
            this.storage = storage;
            this.driver = driver;
            try {
                storage.with(driver, store -> {
                    store.view(key, chainId);
                    return key;
                });
                path = storage.mount(driver, key, USER);
            } catch (RuntimeException e) {
                storage.remove(driver, key);
                throw e;
            }
        }

        public Path path() {
            return path;
        }

        @Override
        public void close() {
            storage.remove(driver, key);
        }
    }

    private static String newKey() {
        byte[] random = new byte[8];
        RandomGenerator.getDefault().nextBytes(random);
        return PREFIX + HexFormat.of().formatHex(random);
    }

    public String driver() {
        return driver;
    }

    public Path folder() {
        return folder;
    }

    /** True when the folder holds only this layer, deletions in the kernel's form. */
    public boolean isLayerDirectory() {
        return !mounted;
    }

    /** Makes it the committed layer of that id; when there is one already, this one is dropped. */
    public void commit(String id) {
        unmount();
        commit(id, store -> store.commit(id, key));
    }

    /** As {@link #commit}, for one that was prepared without a parent. */
    void commitOver(String id, String parent) {
        commit(id, store -> LayerDirectories.commitOver(store, id, key, parent));
    }

    private void commit(String id, Consumer<LayerStore> work) {
        done = storage.with(driver, store -> {
            if (store.find(id).isPresent()) {
                return false;
            }
            work.accept(store);
            return true;
        });
    }

    private void unmount() {
        if (mountedNow) {
            storage.unmount(driver, key, USER);
            mountedNow = false;
        }
    }

    @Override
    public void close() {
        if (!done) {
            done = true;
            try {
                storage.remove(driver, key);
            } catch (FeluccaException e) {
                // The failure that brought us here matters more; the next sweep of this driver removes the layer.
                LayerCollector.LOG.warn("cannot remove the layer {} of {}: {}", key, driver, e.getMessage());
            }
        }
    }
}
