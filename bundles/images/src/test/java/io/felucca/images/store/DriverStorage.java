package io.felucca.images.store;

import io.felucca.IdMap;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.Storage;
import io.felucca.storage.overlay2.Overlay2Driver;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.Mount;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.storage.vfs.VfsDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The real drivers on a folder, mounted as the engine mounts, without leases. Needs root. */
final class DriverStorage implements Storage, AutoCloseable {

    static final Directories DIRECTORIES = new KernelDirectories();

    private final Mounts kernel = new KernelMounts();
    private final Map<String, LayerStore> stores = new LinkedHashMap<>();
    private final Map<String, List<Mount>> mounted = new HashMap<>();
    private final Map<String, Set<String>> users = new HashMap<>();
    private final Path mounts;

    DriverStorage(Path root) {
        mounts = make(root.resolve("mounts"));
        open("overlay2", new Overlay2Driver(DIRECTORIES, kernel, new KernelProjectQuotas()), root);
        open("vfs", new VfsDriver(DIRECTORIES, kernel, new KernelProjectQuotas()), root);
    }

    private void open(String name, StorageDriver driver, Path root) {
        stores.put(name, driver.open(make(root.resolve(name)), Map.of()));
    }

    private static Path make(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String defaultDriver() {
        return "overlay2";
    }

    @Override
    public List<String> drivers() {
        return List.copyOf(stores.keySet());
    }

    @Override
    public Map<String, String> status(String driver) {
        return stores.get(driver).status();
    }

    @Override
    public <R> R with(String driver, Function<? super LayerStore, ? extends R> work) {
        return work.apply(stores.get(driver));
    }

    @Override
    public synchronized Path mount(String driver, String key, String user) {
        String name = key + "." + driver;
        Path target = make(mounts.resolve(name));
        users.computeIfAbsent(name, unused -> new HashSet<>()).add(user);
        if (!mounted.containsKey(name)) {
            List<Mount> values = stores.get(driver).mounts(key);
            kernel.mountAll(values, target);
            mounted.put(name, values);
        }
        return target;
    }

    @Override
    public synchronized void unmount(String driver, String key, String user) {
        String name = key + "." + driver;
        Set<String> left = users.getOrDefault(name, new HashSet<>());
        left.remove(user);
        List<Mount> values = left.isEmpty() ? mounted.remove(name) : null;
        if (values != null) {
            kernel.unmountAll(values, mounts.resolve(name));
            mounts.resolve(name).toFile().delete();
            stores.get(driver).release(key);
        }
    }

    @Override
    public void detach(String driver, String key, String user) {
        unmount(driver, key, user);
    }

    @Override
    public void prepareContainer(String driver, String key, String chainId, IdMap idMap, long sizeBytes) {
        stores.get(driver).prepare(key, chainId, idMap);
    }

    @Override
    public void remove(String driver, String key) {
        users.remove(key + "." + driver);
        unmount(driver, key, "");
        if (stores.get(driver).find(key).isPresent()) {
            stores.get(driver).remove(key);
        }
    }

    @Override
    public void removeImageLayer(String driver, String chainId) {
        remove(driver, chainId);
    }

    @Override
    public void unmountUnused() {}

    @Override
    public void close() {
        for (String key : List.copyOf(mounted.keySet())) {
            kernel.unmountAll(mounted.remove(key), mounts.resolve(key));
        }
        stores.values().forEach(LayerStore::close);
    }
}
