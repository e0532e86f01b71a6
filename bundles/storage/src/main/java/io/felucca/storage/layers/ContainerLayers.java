package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.storage.spi.LayerLimit;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Layers of containers, each over its image's init layer. That one is named by the image's top layer, made at first use,
 * and removed with the top layer.
 */
final class ContainerLayers {

    private static final String USER = "init";

    private final OpenStores stores;
    private final LayerMounts mounts;
    private final Directories directories;

    /** Init layers being made, by driver and name: the second asker waits for the first. */
    private final ConcurrentHashMap<String, CompletableFuture<Void>> making = new ConcurrentHashMap<>();

    ContainerLayers(OpenStores stores, LayerMounts mounts, Directories directories) {
        this.stores = stores;
        this.mounts = mounts;
        this.directories = directories;
    }

    /** Tries at once: the init layer is there but for an image's first container. */
    void prepare(String driver, String key, String chainId, IdMap idMap, long sizeBytes) {
        String init = initName(chainId);
        if (tryPrepare(driver, key, init, idMap, sizeBytes)) {
            return;
        }
        if (!chainId.isEmpty()
                && stores.with(driver, store -> store.find(chainId)).isEmpty()) {
            throw FeluccaException.notFound(
                    "cannot prepare layer " + key + ": the storage driver " + driver + " has no layer " + chainId);
        }
        makeInit(driver, init, chainId);
        if (!tryPrepare(driver, key, init, idMap, sizeBytes)) {
            throw FeluccaException.notFound(
                    "cannot prepare layer " + key + ": its init layer " + init + " was removed");
        }
    }

    /** False when there is no init layer. */
    private boolean tryPrepare(String driver, String key, String init, IdMap idMap, long sizeBytes) {
        return stores.with(driver, store -> {
            try {
                long limit = sizeBytes == 0 ? defaultSizeBytes(store) : sizeBytes;
                if (limit == 0) {
                    store.prepare(key, init, idMap);
                } else {
                    limited(driver, store).prepare(key, init, idMap, limit);
                }
                return true;
            } catch (FeluccaException e) {
                if (e.kind() == FeluccaException.Kind.NOT_FOUND) {
                    return false;
                }
                if (e.kind() == FeluccaException.Kind.CONFLICT && isPrepared(store, key, init, idMap)) {
                    return true;
                }
                throw e;
            }
        });
    }

    private static long defaultSizeBytes(LayerStore store) {
        return store instanceof LayerLimit limited ? limited.defaultSizeBytes() : 0;
    }

    private static LayerLimit limited(String driver, LayerStore store) {
        if (store instanceof LayerLimit limited) {
            return limited;
        }
        // As dockerd of its drivers without.
        throw FeluccaException.unsupported("--storage-opt is not supported for " + driver);
    }

    private static boolean isPrepared(LayerStore store, String key, String init, IdMap idMap) {
        Optional<LayerInfo> found = store.find(key);
        return found.isPresent() && found.get().equals(new LayerInfo(key, init, State.ACTIVE, idMap));
    }

    private void makeInit(String driver, String init, String chainId) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> first = making.putIfAbsent(driver + " " + init, mine);
        if (first != null) {
            try {
                first.join();
                return;
            } catch (CompletionException e) {
                throw FeluccaException.system(
                        "cannot make the init layer " + init + ": "
                                + e.getCause().getMessage(),
                        e);
            }
        }
        boolean made = false;
        try {
            if (stores.with(driver, store -> store.find(init)).isEmpty()) {
                makeInitNow(driver, init, chainId);
            }
            made = true;
        } finally {
            making.remove(driver + " " + init);
            if (made) {
                mine.complete(null);
            } else {
                mine.completeExceptionally(FeluccaException.system("another container's start failed at it"));
            }
        }
    }

    private void makeInitNow(String driver, String init, String chainId) {
        String key = init + "-new";
        mounts.detachAndRemove(driver, key);
        stores.with(driver, store -> {
            store.prepare(key, chainId, IdMap.NONE);
            return null;
        });
        boolean made = false;
        try {
            try (Directory root = directories.open(mounts.mount(driver, key, USER))) {
                new InitLayer(root).make();
            } finally {
                mounts.unmount(driver, key, USER);
            }
            stores.with(driver, store -> {
                store.commit(init, key);
                return null;
            });
            made = true;
        } finally {
            if (!made) {
                mounts.detachAndRemove(driver, key);
            }
        }
    }

    void remove(String driver, String key) {
        mounts.detachAndRemoveLater(driver, key);
    }

    /** Children are asked for before the init layer goes, so that a refusal changes nothing. */
    void removeImageLayer(String driver, String chainId) {
        String init = initName(chainId);
        stores.with(driver, store -> {
            if (store.find(init).isPresent()) {
                for (LayerInfo layer : store.list()) {
                    if (layer.parent().equals(chainId) && !layer.name().equals(init)) {
                        throw FeluccaException.conflict(
                                "layer " + chainId + " cannot be removed: layer " + layer.name() + " is over it");
                    }
                }
                store.remove(init);
            }
            if (store.find(chainId).isPresent()) {
                store.remove(chainId);
            }
            return null;
        });
    }

    private static String initName(String chainId) {
        return "init-" + (chainId.isEmpty() ? "scratch" : chainId);
    }
}
