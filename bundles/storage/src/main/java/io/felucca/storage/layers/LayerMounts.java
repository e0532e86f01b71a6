package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import io.felucca.linux.MountInfo;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
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
 * this class mounts and unmounts here. Calls for one layer take turns, as the drivers' contract demands; different layers
 * never wait for each other.
 */
final class LayerMounts {

    private static final Logger LOG = LoggerFactory.getLogger(LayerMounts.class);

    private final OpenStores stores;
    private final Mounts kernel;
    private final Directories directories;
    private final MountFolders folders;
    private final PendingRemovals removals;
    private final DeferredUnmounts unmounts = new DeferredUnmounts();
    private final Map<LayerName, Layer> layers = new HashMap<>();

    LayerMounts(OpenStores stores, Mounts kernel, Directories directories, Path storageRoot, Path execRoot) {
        this.stores = stores;
        this.kernel = kernel;
        this.directories = directories;
        removals = new PendingRemovals(storageRoot);
        folders = new MountFolders(execRoot);
        folders.noted().forEach(name -> layers.put(name, new Layer(false)));
        for (MountInfo mount : kernel.list()) {
            folders.layerOf(mount.mountPoint()).ifPresent(name -> layers.put(name, new Layer(true)));
        }
    }

    /** Where a layer is mounted while it is. */
    Path mountPoint(LayerName name) {
        return folders.mountPoint(name);
    }

    Path mount(String driver, String key, String user) {
        LayerName name = new LayerName(driver, key);
        return inTurn(name, layer -> {
            if (!layer.mounted) {
                mountNow(name, layer);
            }
            layer.users.add(user);
            return folders.mountPoint(name);
        });
    }

    private void mountNow(LayerName name, Layer layer) {
        layer.ending.join();
        List<Mount> mounts = stores.with(name.driver(), store -> store.mounts(name.key()));
        Path target = folders.mountPoint(name);
        folders.begin(name);
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
                folders.removeMountPoint(name);
                release(name, layer);
            }
        }
    }

    void unmount(String driver, String key, String user) {
        LayerName name = new LayerName(driver, key);
        inTurn(name, layer -> {
            if (layer.users.remove(user) && layer.users.isEmpty()) {
                detachNow(name, layer).ifPresent(Directory::close);
                release(name, layer);
            }
            return null;
        });
    }

    void detach(String driver, String key, String user) {
        LayerName name = new LayerName(driver, key);
        inTurn(name, layer -> {
            if (layer.users.remove(user) && layer.users.isEmpty()) {
                Optional<Directory> last = detachNow(name, layer);
                layer.toRelease = true;
                layer.ending = unmounts.end(last, () -> releaseIfPending(name));
            }
            return null;
        });
    }

    /** Unmounts whoever uses it and removes it from its store, all in one turn. */
    void detachAndRemove(String driver, String key) {
        detachAndRemove(new LayerName(driver, key));
    }

    private void detachAndRemove(LayerName name) {
        inTurn(name, layer -> {
            layer.users.clear();
            if (layer.mounted) {
                layer.toRelease = true;
                unmounts.end(detachNow(name, layer), () -> {});
            }
            stores.with(name.driver(), store -> {
                try {
                    store.remove(name.key());
                } catch (FeluccaException e) {
                    if (e.kind() != FeluccaException.Kind.NOT_FOUND) {
                        throw e;
                    }
                }
                return null;
            });
            folders.released(name);
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
        LayerName name = new LayerName(driver, key);
        inTurn(name, layer -> {
            layer.users.clear();
            if (layer.mounted) {
                unmounts.end(detachNow(name, layer), () -> {});
            }
            removals.add(name);
            folders.released(name);
            layer.toRelease = false;
            return null;
        });
        LOG.debug("layer {} is removed when the driver is back", name);
    }

    private void releaseIfPending(LayerName name) {
        inTurn(name, layer -> {
            if (layer.toRelease && !layer.mounted) {
                release(name, layer);
            }
            return null;
        });
    }

    /** A driver is there: it removes and releases what had to wait while it was away. */
    void catchUp(String driver) {
        for (LayerName name : removals.of(driver)) {
            try {
                detachAndRemove(name);
                removals.done(name);
            } catch (FeluccaException e) {
                LOG.warn("cannot remove layer {}, tried again when the driver comes again", name, e);
            }
        }
        List<LayerName> pending;
        synchronized (layers) {
            pending = layers.entrySet().stream()
                    .filter(entry -> entry.getValue().toRelease
                            && entry.getKey().driver().equals(driver))
                    .map(Map.Entry::getKey)
                    .toList();
        }
        for (LayerName name : pending) {
            try {
                releaseIfPending(name);
            } catch (FeluccaException e) {
                LOG.warn("cannot release layer {}, tried again when the driver comes again", name, e);
            }
        }
    }

    void unmountUnused() {
        List<LayerName> names;
        synchronized (layers) {
            names = List.copyOf(layers.keySet());
        }
        for (LayerName name : names) {
            inTurn(name, layer -> {
                if (layer.mounted && layer.users.isEmpty()) {
                    unmountUnused(name, layer);
                }
                return null;
            });
        }
    }

    private void unmountUnused(LayerName name, Layer layer) {
        try {
            while (kernel.unmount(folders.mountPoint(name), false)) {
                LOG.debug("unmounted {}, which an engine before this one left", folders.mountPoint(name));
            }
            layer.mounted = false;
            folders.removeMountPoint(name);
            release(name, layer);
        } catch (FeluccaException e) {
            LOG.warn("left mounted, since it is in use: {} ({})", folders.mountPoint(name), e.getMessage());
        }
    }

    /**
     * Takes the mount off its place, busy or not: a process that sits in it keeps what it sees. The kernel ends the
     * filesystem when the directory that is returned is closed.
     */
    private Optional<Directory> detachNow(LayerName name, Layer layer) {
        Path target = folders.mountPoint(name);
        Optional<Directory> last = Optional.empty();
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            last = Optional.of(directories.open(target));
            boolean wasMounted;
            do {
                wasMounted = kernel.unmount(target, true);
            } while (wasMounted);
        }
        layer.mounted = false;
        folders.removeMountPoint(name);
        return last;
    }

    private void release(LayerName name, Layer layer) {
        layer.toRelease = true;
        if (!stores.isPresent(name.driver())) {
            LOG.debug("layer {} is released when the driver is back", name);
            return;
        }
        try {
            stores.with(name.driver(), store -> {
                if (store.find(name.key()).isPresent()) {
                    store.release(name.key());
                }
                return null;
            });
            folders.released(name);
            layer.toRelease = false;
        } catch (FeluccaException e) {
            if (e.kind() != FeluccaException.Kind.UNAVAILABLE) {
                throw e;
            }
            LOG.debug("layer {} is released when the driver is back", name);
        }
    }

    void close() {
        unmounts.close();
    }

    /** Runs the work while nobody else works on that layer. */
    private <R> R inTurn(LayerName name, Work<R> work) {
        Layer layer;
        synchronized (layers) {
            layer = layers.computeIfAbsent(name, fresh -> new Layer());
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
                    layers.remove(name);
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
        private boolean mounted;
        private boolean toRelease;
        private CompletableFuture<Void> ending = CompletableFuture.completedFuture(null);
        /** Guarded by the map. */
        private int waiting;

        /** One that nobody knows yet. */
        Layer() {}

        /** One that an engine before this one left: mounted, or to be released. */
        Layer(boolean mounted) {
            this.mounted = mounted;
            toRelease = !mounted;
        }
    }
}
