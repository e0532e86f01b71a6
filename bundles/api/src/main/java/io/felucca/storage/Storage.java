package io.felucca.storage;

import io.felucca.IdMap;
import io.felucca.storage.spi.LayerLimit;
import io.felucca.storage.spi.LayerStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The storage drivers as the core sees them: opened once each under {@code <data root>/storage/<driver>}, leased for the
 * time of a call, and their mounts made, counted and removed here, so that a driver that goes away leaves running
 * containers whole. Thread-safe.
 */
@ProviderType
public interface Storage {

    /**
     * The driver for new images and containers: the configured one; else what the root already uses; else overlay2
     * where its probe passes; else a driver that was given options (a thin pool); else vfs. The choice is written down.
     *
     * @throws io.felucca.FeluccaException UNSUPPORTED with the probe's reason when the configured one cannot work here
     */
    String defaultDriver();

    /** Names of the drivers present now. */
    List<String> drivers();

    /** Of {@link #drivers} those that this root has been used with: no other has layers of it, or need be opened. */
    default List<String> used() {
        return drivers();
    }

    /** The pairs that {@code info} shows for a driver. */
    Map<String, String> status(String driver);

    /**
     * What the driver tells of a layer for inspect ({@link LayerStore#data}), and {@code MergedDir}, where it is mounted
     * while it is. Empty for a layer that is not there, and, without any wait, while the driver is away.
     */
    default Map<String, String> data(String driver, String key) {
        return drivers().contains(driver)
                ? with(driver, store -> store.find(key).isPresent() ? store.data(key) : Map.of())
                : Map.of();
    }

    /**
     * Calls an opened store under a lease.
     *
     * @throws io.felucca.FeluccaException UNAVAILABLE when the driver is away too long, NOT_FOUND when there is none
     */
    <R> R with(String driver, Function<? super LayerStore, ? extends R> work);

    /**
     * Mounts an active layer or a view on {@code <exec root>/mounts/<key>} for a user and returns that path. Idempotent
     * for a user; the mount stays until the last user has called {@link #unmount}. A mount that is there already (the
     * engine was away) is taken over. While the driver is away, a layer that is mounted already is still given.
     *
     * @param user who mounts: {@code container}, {@code cp-…}
     */
    Path mount(String driver, String key, String user);

    /**
     * Ends a user's mount. With the last user the layer is unmounted, its filesystem written back, and released by the
     * driver, or, when the driver is away, released once it is back. Does nothing for an unknown user.
     */
    void unmount(String driver, String key, String user);

    /**
     * As {@link #unmount}, without the wait: the path is free when it returns, but the kernel still writes the filesystem
     * back (an overlay that ends syncs the whole disk below it), and the release follows that. For containers that end.
     */
    void detach(String driver, String key, String user);

    /**
     * Prepares a container's writable layer over an image: the init layer (mount points that the runtime needs:
     * /dev/console, /dev/pts, /dev/shm, /etc/hosts, /etc/hostname, /etc/resolv.conf, /proc, /sys, .dockerenv) is made
     * once for an image and shared by its containers, whatever their id map; {@code LayerInfo.parent} of the
     * container's layer names it. Idempotent.
     *
     * @param chainId hexadecimal chain id of the image's top layer, or empty for an image without layers
     * @param idMap the container's user namespace, or {@link IdMap#NONE}
     * @param sizeBytes what the layer may grow to, as {@link LayerLimit} has it; 0 for no limit
     * @throws io.felucca.FeluccaException UNSUPPORTED for a limit that the driver cannot keep, INVALID for one that is too
     *     small for it
     */
    void prepareContainer(String driver, String key, String chainId, IdMap idMap, long sizeBytes);

    /** As {@link LayerStore#sync}: a loss of power no longer takes the layer away. */
    default void sync(String driver, String key) {
        with(driver, store -> {
            store.sync(key);
            return key;
        });
    }

    /**
     * Detaches whoever uses it and removes a container's layer, without waiting for the kernel or for the layer's bytes
     * to go. Does nothing when it is gone already. While the driver is away the removal is recorded, and done when it is
     * back.
     */
    void remove(String driver, String key);

    /**
     * Removes an image's layer and the init layer over it. Does nothing when it is gone already.
     *
     * @throws io.felucca.FeluccaException CONFLICT while another layer or a container's is over it
     */
    void removeImageLayer(String driver, String chainId);

    /**
     * Unmounts what an engine before this one left mounted and nobody has asked for since; what is busy stays. Called
     * once, when the running containers have been adopted.
     */
    void unmountUnused();
}
