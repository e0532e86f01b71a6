package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import io.felucca.linux.Directories;
import io.felucca.linux.Directory;
import io.felucca.linux.MountInfo;
import io.felucca.linux.Mounts;
import io.felucca.storage.spi.Mount;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mounts layers and counts who uses them. What is mounted is asked of the kernel once, at the start; from then on only
 * this class mounts and unmounts here. Calls for one key take turns, as the drivers' contract demands; different keys
 * never wait for each other.
 */
final class LayerMounts {

    private static final Logger LOG = LoggerFactory.getLogger(LayerMounts.class);

    private final OpenStores stores;
    private final Mounts kernel;
    private final Directories directories;
    private final MountFolders folders;
    private final Removals removals;
    private final Endings endings = new Endings();
    private final Map<String, Layer> layers = new HashMap<>();

    LayerMounts(OpenStores stores, Mounts kernel, Directories directories, Path storageRoot, Path execRoot) {
        this.stores = stores;
        this.kernel = kernel;
        this.directories = directories;
        removals = new Removals(storageRoot);
        folders = new MountFolders(execRoot);
        Set<String> mounted = new HashSet<>();
        for (MountInfo mount : kernel.list()) {
            folders.keyOf(mount.mountPoint()).ifPresent(mounted::add);
        }
        folders.noted().forEach((key, driver) -> layers.put(key, new Layer(driver, mounted.remove(key))));
        mounted.forEach(key -> layers.put(key, new Layer("", true)));
    }

    /** Where a layer is mounted while it is. */
    Path mountPoint(String key) {
        return folders.mountPoint(key);
    }

    Path mount(String driver, String key, String user) {
        return inTurn(driver, key, layer -> {
            if (!layer.mounted) {
                layer.driver = driver;
                mountNow(key, layer);
            }
            layer.users.add(user);
            return folders.mountPoint(key);
        });
    }

    private void mountNow(String key, Layer layer) {
        layer.ending.join();
        List<Mount> mounts = stores.with(layer.driver, store -> store.mounts(key));
        Path target = folders.mountPoint(key);
        folders.begin(layer.driver, key);
        try {
            kernel.mountAll(mounts, target);
            layer.mounted = true;
            layer.toRelease = false;
            for (Mount mount : mounts) {
                // An overlay holds its layers by mounts of its own: what led there is not needed longer.
                if (mount.target().startsWith("/")) {
                    kernel.unmount(Path.of(mount.target()), false);
                }
            }
        } finally {
            if (!layer.mounted) {
                folders.removeMountPoint(key);
                release(key, layer);
            }
        }
    }

    void unmount(String driver, String key, String user) {
        inTurn(driver, key, layer -> {
            if (layer.users.remove(user) && layer.users.isEmpty()) {
                detachNow(key, layer).ifPresent(Directory::close);
                release(key, layer);
            }
            return null;
        });
    }

    void detach(String driver, String key, String user) {
        inTurn(driver, key, layer -> {
            if (layer.users.remove(user) && layer.users.isEmpty()) {
                Optional<Directory> last = detachNow(key, layer);
                layer.toRelease = true;
                layer.ending = endings.end(last, () -> releaseIfPending(driver, key));
            }
            return null;
        });
    }

    /** Unmounts whoever uses it and removes it from its store, all in one turn. */
    void detachAndRemove(String driver, String key) {
        inTurn(driver, key, layer -> {
            layer.users.clear();
            if (layer.mounted) {
                layer.toRelease = true;
                endings.end(detachNow(key, layer), () -> {});
            }
            stores.with(driver, store -> {
                if (store.find(key).isPresent()) {
                    store.remove(key);
                }
                return null;
            });
            folders.released(key);
            layer.toRelease = false;
            return null;
        });
    }

    /** As {@link #detachAndRemove}; a driver that is away removes the layer when it is back: nobody waits for that. */
    void detachAndRemoveLater(String driver, String key) {
        if (stores.isPresent(driver)) {
            try {
                detachAndRemove(driver, key);
                return;
            } catch (FeluccaException e) {
                if (e.kind() != FeluccaException.Kind.UNAVAILABLE) {
                    throw e;
                }
            }
        }
        inTurn(driver, key, layer -> {
            layer.users.clear();
            if (layer.mounted) {
                endings.end(detachNow(key, layer), () -> {});
            }
            removals.add(driver, key);
            folders.released(key);
            layer.toRelease = false;
            return null;
        });
        LOG.debug("layer {} is removed when the storage driver {} is back", key, driver);
    }

    private void releaseIfPending(String driver, String key) {
        inTurn(driver, key, layer -> {
            if (layer.toRelease && !layer.mounted) {
                release(key, layer);
            }
            return null;
        });
    }

    /** A driver is there: it removes and releases what had to wait while it was away. */
    void catchUp(String driver) {
        for (String key : removals.of(driver)) {
            try {
                detachAndRemove(driver, key);
                removals.done(key);
            } catch (FeluccaException e) {
                LOG.warn("cannot remove layer {} of {}, tried again when the driver comes again", key, driver, e);
            }
        }
        List<String> keys;
        synchronized (layers) {
            keys = layers.entrySet().stream()
                    .filter(entry -> entry.getValue().toRelease
                            && entry.getValue().driver.equals(driver))
                    .map(Map.Entry::getKey)
                    .toList();
        }
        for (String key : keys) {
            try {
                releaseIfPending(driver, key);
            } catch (FeluccaException e) {
                LOG.warn("cannot release layer {} of {}, tried again when the driver comes again", key, driver, e);
            }
        }
    }

    void unmountUnused() {
        List<String> keys;
        synchronized (layers) {
            keys = List.copyOf(layers.keySet());
        }
        for (String key : keys) {
            inTurn("", key, layer -> {
                if (layer.mounted && layer.users.isEmpty()) {
                    unmountUnused(key, layer);
                }
                return null;
            });
        }
    }

    private void unmountUnused(String key, Layer layer) {
        try {
            while (kernel.unmount(folders.mountPoint(key), false)) {
                LOG.debug("unmounted {}, which an engine before this one left", folders.mountPoint(key));
            }
            layer.mounted = false;
            folders.removeMountPoint(key);
            release(key, layer);
        } catch (FeluccaException e) {
            LOG.warn("left mounted, since it is in use: {} ({})", folders.mountPoint(key), e.getMessage());
        }
    }

    /**
     * Takes the mount off its place, busy or not: a process that sits in it keeps what it sees. The kernel ends the
     * filesystem when the directory that is returned is closed.
     */
    private Optional<Directory> detachNow(String key, Layer layer) {
        Path target = folders.mountPoint(key);
        Optional<Directory> last = Optional.empty();
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            last = Optional.of(directories.open(target));
            boolean wasMounted;
            do {
                wasMounted = kernel.unmount(target, true);
            } while (wasMounted);
        }
        layer.mounted = false;
        folders.removeMountPoint(key);
        return last;
    }

    private void release(String key, Layer layer) {
        layer.toRelease = true;
        if (layer.driver.isEmpty() || !stores.isPresent(layer.driver)) {
            LOG.debug("layer {} is released when the storage driver {} is back", key, layer.driver);
            return;
        }
        try {
            stores.with(layer.driver, store -> {
                if (store.find(key).isPresent()) {
                    store.release(key);
                }
                return null;
            });
            folders.released(key);
            layer.toRelease = false;
        } catch (FeluccaException e) {
            if (e.kind() != FeluccaException.Kind.UNAVAILABLE) {
                throw e;
            }
            LOG.debug("layer {} is released when the storage driver {} is back", key, layer.driver);
        }
    }

    void close() {
        endings.close();
    }

    /** Runs the work while nobody else works on that key. */
    private <R> R inTurn(String driver, String key, Work<R> work) {
        Layer layer;
        synchronized (layers) {
            layer = layers.computeIfAbsent(key, name -> new Layer(driver, false));
            layer.waiting++;
        }
        layer.turn.lock();
        try {
            return work.on(layer);
        } finally {
            layer.turn.unlock();
            synchronized (layers) {
                layer.waiting--;
                if (layer.waiting == 0 && !layer.mounted && !layer.toRelease) {
                    layers.remove(key);
                }
            }
        }
    }

    private interface Work<R> {
        R on(Layer layer);
    }

    private static final class Layer {
        private final ReentrantLock turn = new ReentrantLock();
        private final Set<String> users = new HashSet<>();
        private String driver;
        private boolean mounted;
        private boolean toRelease;
        private CompletableFuture<Void> ending = CompletableFuture.completedFuture(null);
        /** Guarded by the map. */
        private int waiting;

        Layer(String driver, boolean mounted) {
            this.driver = driver;
            this.mounted = mounted;
            toRelease = !driver.isEmpty() && !mounted;
        }
    }
}
