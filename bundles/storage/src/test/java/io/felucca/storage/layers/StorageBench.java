package io.felucca.storage.layers;

import io.felucca.IdMap;
import io.felucca.engine.EngineRoot;
import io.felucca.linux.MountInfo;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.overlay2.Overlay2Driver;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.vfs.VfsDriver;
import io.felucca.testkit.Content;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A storage façade on real drivers and real mounts, in a folder of its own. */
final class StorageBench implements AutoCloseable {

    final KernelDirectories directories = new KernelDirectories();
    final KernelMounts mounts = new KernelMounts();
    final RecordingDriver overlay2 =
            new RecordingDriver(new Overlay2Driver(directories, mounts, new KernelProjectQuotas()));
    final RecordingDriver vfs = new RecordingDriver(new VfsDriver(directories, mounts, new KernelProjectQuotas()));
    final FakeDrivers drivers = new FakeDrivers().with("overlay2", overlay2).with("vfs", vfs);
    final Path folder;
    StorageComponent storage;

    StorageBench() throws IOException {
        folder = Files.createTempDirectory("felucca-storage-");
        storage = start(config(""));
    }

    StorageComponent start(StorageConfig config) {
        return new StorageComponent(config, root(), drivers, directories, mounts);
    }

    EngineRoot root() {
        return new Root(folder);
    }

    /** As when the engine was stopped, or killed, and another begins. */
    void restart() {
        storage.deactivate();
        storage = start(config(""));
    }

    @SuppressWarnings("BadAnnotationImplementation") // It is read and never compared.
    static StorageConfig config(String driver, String... options) {
        return new StorageConfig() {
            @Override
            public String driver() {
                return driver;
            }

            @Override
            public String[] options() {
                return options;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return StorageConfig.class;
            }
        };
    }

    /** An image of one layer. */
    void image(String driver, String chainId, Consumer<Directory> content) {
        prepare(driver, "image", "");
        in(storage.mount(driver, "image", "test"), content);
        storage.unmount(driver, "image", "test");
        storage.with(driver, store -> {
            store.commit(chainId, "image");
            return null;
        });
    }

    Optional<LayerInfo> find(String driver, String name) {
        return storage.with(driver, store -> store.find(name));
    }

    List<LayerInfo> layers(String driver) {
        return storage.with(driver, LayerStore::list);
    }

    void prepare(String driver, String key, String parent) {
        storage.with(driver, store -> {
            store.prepare(key, parent, IdMap.NONE);
            return null;
        });
    }

    void in(Path path, Consumer<Directory> work) {
        try (Directory directory = directories.open(path)) {
            work.accept(directory);
        }
    }

    Path mountPoint(String key) {
        return folder.resolve("exec/mounts").resolve(key + ".overlay2");
    }

    boolean isMounted(String key) {
        return mounts.find(mountPoint(key)).isPresent();
    }

    @Override
    public void close() {
        storage.deactivate();
        List<MountInfo> all = mounts.list();
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).mountPoint().startsWith(folder + "/")) {
                mounts.unmount(Path.of(all.get(i).mountPoint()), true);
            }
        }
        mounts.close();
        try (Directory parent = directories.open(folder.getParent())) {
            parent.removeTree(Content.bytes(folder.getFileName().toString()));
        }
    }

    private record Root(Path folder) implements EngineRoot {
        @Override
        public String id() {
            return "0123456789ab";
        }

        @Override
        public Path dataRoot() {
            return folder.resolve("data");
        }

        @Override
        public Path execRoot() {
            return folder.resolve("exec");
        }
    }
}
