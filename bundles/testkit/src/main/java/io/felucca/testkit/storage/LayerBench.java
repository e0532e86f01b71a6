package io.felucca.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.MountInfo;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.linux.tree.TreeSize;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.Mount;
import io.felucca.storage.spi.StorageDriver;
import io.felucca.testkit.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A store on a folder of its own, and the mounting that the core would do. */
public final class LayerBench implements AutoCloseable {

    private final KernelDirectories directories = new KernelDirectories();
    private final KernelMounts mounts = new KernelMounts();
    private final AtomicLong counter = new AtomicLong();
    private final StorageDriver driver;
    private final StorageDriverContract test;
    private final Path folder;
    private final Path root;
    private LayerStore store;

    public LayerBench(StorageDriver driver, Map<String, String> options) {
        this(driver, options, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** @param place where its folder is made */
    public LayerBench(StorageDriver driver, Map<String, String> options, Path place) {
        this(driver, new StorageDriverContract() {
            @Override
            protected StorageDriver driver() {
                return driver;
            }

            @Override
            protected Map<String, String> options(Path root) {
                return options;
            }

            @Override
            protected Path place() {
                return place;
            }
        });
    }

    LayerBench(StorageDriver driver, StorageDriverContract test) {
        this(driver, test, newFolder(test.place()));
    }

    /** @param folder with a {@code root} for the store and a folder for {@code mounts} */
    private LayerBench(StorageDriver driver, StorageDriverContract test, Path folder) {
        this.driver = driver;
        this.test = test;
        this.folder = folder;
        root = folder.resolve("root");
        boolean opened = false;
        try {
            store = driver.open(root, options());
            opened = true;
        } finally {
            if (!opened) {
                clean();
            }
        }
    }

    private static Path newFolder(Path parent) {
        try {
            Path folder = Files.createTempDirectory(parent, "felucca-contract-");
            Files.createDirectory(folder.resolve("root"));
            Files.createDirectory(folder.resolve("mounts"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public StorageDriver driver() {
        return driver;
    }

    public LayerStore store() {
        return store;
    }

    /** The folder that the driver was given. */
    public Path root() {
        return root;
    }

    /** A folder for other things of a test. */
    public Path folder() {
        return folder;
    }

    public Directories directories() {
        return directories;
    }

    public Mounts mounts() {
        return mounts;
    }

    /** Closes the store and opens it anew, as after a swap of the driver. */
    public void reopen() {
        store.close();
        store = driver.open(root, options());
    }

    /** Another store of the same driver, on a root of its own. */
    public LayerBench another() {
        return new LayerBench(driver, test);
    }

    /** @param parent where its folder is made */
    public LayerBench another(Path parent) {
        return new LayerBench(driver, test, newFolder(parent));
    }

    /** The same driver on a copy of this bench's folder; closing takes the copy away. */
    LayerBench onCopy(Path copy) {
        return new LayerBench(driver, test, copy);
    }

    /** What the store was opened with. */
    public Map<String, String> options() {
        return test.options(root);
    }

    SmallDisk smallDisk() {
        return test.smallDisk(this);
    }

    /** How many bytes the layers take. */
    public long usedBytes() {
        return test.usedBytes(this);
    }

    long limitBytes() {
        return test.limitBytes();
    }

    /** Mounts a layer's mounts and opens the place. */
    public Directory mount(String key) {
        Path target = folder.resolve("mounts").resolve(key);
        try {
            Files.createDirectories(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        mountAll(store.mounts(key), target);
        return directories.open(target);
    }

    private void mountAll(List<Mount> list, Path target) {
        mounts.mountAll(list, target);
        list.stream()
                .filter(mount -> mount.target().startsWith("/"))
                .forEach(mount -> mounts.unmount(Path.of(mount.target()), false));
    }

    public void unmount(String key) {
        mounts.unmount(folder.resolve("mounts").resolve(key), false);
        store.release(key);
    }

    /** Mounts a layer for the time of some work. */
    public void in(String key, Consumer<Directory> work) {
        try (Directory directory = mount(key)) {
            work.accept(directory);
        } finally {
            unmount(key);
        }
    }

    /** Looks at a committed layer. */
    public void look(String id, Consumer<Directory> work) {
        String key = "look-" + counter.incrementAndGet();
        store.view(key, id);
        try {
            in(key, work);
        } finally {
            store.remove(key);
        }
    }

    /** Makes a committed layer. */
    public void layer(String id, String parent, Consumer<Directory> content) {
        String key = "making-" + counter.incrementAndGet();
        store.prepare(key, parent, IdMap.NONE);
        in(key, content);
        store.commit(id, key);
    }

    /** What the driver's whole folder holds. */
    public TreeSize rootSize() {
        try (Directory directory = directories.open(root)) {
            return TreeSize.of(directory);
        }
    }

    /** Asserts that a call fails with that kind, and with a message that names what it was about. */
    public static void assertFails(FeluccaException.Kind kind, String named, ThrowingCallable call) {
        assertThat(catchThrowable(call)).isInstanceOfSatisfying(FeluccaException.class, e -> {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
            assertThat(e.getMessage()).contains(named);
        });
    }

    /** Unmounts all that is mounted in the folder. */
    void unmountAll() {
        List<MountInfo> all = mounts.list();
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).mountPoint().startsWith(folder + "/")) {
                mounts.unmount(Path.of(all.get(i).mountPoint()), true);
            }
        }
    }

    @Override
    public void close() {
        try {
            store.close();
        } finally {
            clean();
        }
    }

    private void clean() {
        unmountAll();
        test.closed(root);
        mounts.close();
        try (Directory parent = directories.open(folder.getParent())) {
            parent.removeTree(Content.bytes(folder.getFileName().toString()));
        }
    }
}
