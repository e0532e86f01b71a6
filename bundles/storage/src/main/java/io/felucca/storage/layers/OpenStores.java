package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import io.felucca.engine.Drivers;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * The stores, each opened once for a driver's service object, below {@code storage/DRIVER}. A driver that comes back as
 * another object gets its store opened anew; the old one is closed when the last call that uses it has returned.
 */
final class OpenStores implements AutoCloseable {

    private final Drivers drivers;
    private final DriverArrivals arrivals;
    private final DriverOptions options;
    private final Path storageRoot;
    private final Map<String, OpenStore> stores = new HashMap<>();

    OpenStores(Drivers drivers, DriverArrivals arrivals, DriverOptions options, Path storageRoot) {
        this.drivers = drivers;
        this.arrivals = arrivals;
        this.options = options;
        this.storageRoot = storageRoot;
    }

    List<String> drivers() {
        return drivers.names(StorageDriver.class);
    }

    /** A probe makes the folder, a store that was opened puts something into it. */
    boolean isUsed(String driver) {
        Path root = storageRoot.resolve(driver);
        if (!Files.isDirectory(root)) {
            return false;
        }
        try (DirectoryStream<Path> content = Files.newDirectoryStream(root)) {
            return content.iterator().hasNext();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the folder of the storage driver " + driver + ": " + e, e);
        }
    }

    boolean isPresent(String driver) {
        return drivers().contains(driver);
    }

    <R> R with(String driver, Function<? super LayerStore, ? extends R> work) {
        try (Drivers.Lease<StorageDriver> lease = lease(driver)) {
            OpenStore store = use(driver, lease.driver());
            try {
                return work.apply(store.get());
            } finally {
                leave(store);
            }
        }
    }

    /** A driver that the root has layers of may not have been seen yet: the engine has just started. */
    private Drivers.Lease<StorageDriver> lease(String driver) {
        try {
            return drivers.lease(StorageDriver.class, driver);
        } catch (FeluccaException e) {
            if (e.kind() != FeluccaException.Kind.NOT_FOUND || !isUsed(driver)) {
                throw e;
            }
            arrivals.await(() -> isPresent(driver), Drivers.WAIT_MILLIS);
            return drivers.lease(StorageDriver.class, driver);
        }
    }

    /** Why a driver cannot work here, if so. */
    Optional<String> probe(String driver) {
        return drivers.call(StorageDriver.class, driver, service -> service.probe(rootOf(driver), options.of(driver)));
    }

    private OpenStore use(String name, StorageDriver driver) {
        OpenStore store;
        OpenStore replaced = null;
        boolean isNew = false;
        synchronized (stores) {
            store = stores.get(name);
            if (store == null || store.driver != driver || store.future.isCompletedExceptionally()) {
                replaced = store;
                store = new OpenStore(driver);
                stores.put(name, store);
                isNew = true;
            }
            store.users++;
        }
        if (replaced != null) {
            retire(replaced);
        }
        if (isNew) {
            open(name, store);
        }
        return store;
    }

    private void open(String name, OpenStore store) {
        boolean opened = false;
        try {
            store.future.complete(store.driver.open(rootOf(name), options.of(name)));
            opened = true;
        } catch (FeluccaException e) {
            store.future.completeExceptionally(e);
        } finally {
            if (!opened) {
                store.future.completeExceptionally(
                        FeluccaException.system("the storage driver " + name + " failed to open its store"));
            }
        }
    }

    private void leave(OpenStore store) {
        boolean last;
        synchronized (stores) {
            store.users--;
            last = store.retired && store.users == 0;
        }
        if (last) {
            store.closeQuietly();
        }
    }

    /** The driver goes away: its store is closed with the last call, and opened anew when the driver is back. */
    void retire(String driver) {
        OpenStore store;
        synchronized (stores) {
            store = stores.remove(driver);
        }
        if (store != null) {
            retire(store);
        }
    }

    private void retire(OpenStore store) {
        boolean last;
        synchronized (stores) {
            last = !store.retired && store.users == 0;
            store.retired = true;
        }
        if (last) {
            store.closeQuietly();
        }
    }

    @Override
    public void close() {
        List<String> names;
        synchronized (stores) {
            names = List.copyOf(stores.keySet());
        }
        names.forEach(this::retire);
    }

    private Path rootOf(String driver) {
        Path root = storageRoot.resolve(driver);
        try {
            return Files.isDirectory(root)
                    ? root
                    : Files.createDirectories(
                            root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw FeluccaException.system("cannot make the folder of the storage driver " + driver + ": " + e, e);
        }
    }

    /** A store with the number of calls that use it; guarded by the map's lock. */
    private static final class OpenStore {
        private final StorageDriver driver;
        private final CompletableFuture<LayerStore> future = new CompletableFuture<>();
        private int users;
        private boolean retired;

        OpenStore(StorageDriver driver) {
            this.driver = driver;
        }

        LayerStore get() {
            try {
                return future.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof FeluccaException cause) {
                    throw new FeluccaException(cause.kind(), cause.getMessage(), cause);
                }
                throw e;
            }
        }

        void closeQuietly() {
            if (future.isDone() && !future.isCompletedExceptionally()) {
                future.join().close();
            }
        }
    }
}
