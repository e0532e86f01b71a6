package io.felucca.itests.storage;

import io.felucca.IdMap;
import io.felucca.images.changes.LayerDiff;
import io.felucca.images.changes.PathTree;
import io.felucca.images.changes.SortedChanges;
import io.felucca.images.layers.LayerApplier;
import io.felucca.images.layers.Limits;
import io.felucca.images.layers.Owners;
import io.felucca.images.layers.Whiteouts;
import io.felucca.itests.fixture.Program;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.KernelBtrfs;
import io.felucca.linux.kernel.KernelDeviceMapper;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.storage.spi.LayerChanges;
import io.felucca.storage.spi.LayerDirectory;
import io.felucca.storage.spi.LayerStore;
import io.felucca.storage.spi.StorageDriver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What layers cost on a storage driver, without an engine around it; {@code bench/run.sh --storage} runs it. Medians, in
 * milliseconds, as one line of a table.
 */
public final class StorageBench {

    private static final int SHORT_ROUNDS = 51;
    private static final int DIFF_ROUNDS = 9;
    /** After so long what is short on other drivers is not repeated. */
    private static final long LIMIT_NANOS = 20_000_000_000L;

    private static final int UNPACK_ROUNDS = 3;
    private static final int FILES = 20_000;
    private static final int IN_FOLDER = 20;
    private static final int MEBIBYTES = 200;

    private final KernelDirectories directories = new KernelDirectories();
    private final KernelMounts mounts = new KernelMounts();
    private final LayerStore store;
    private final Path target;
    private final Path work;

    private StorageBench(LayerStore store, Path work) throws IOException {
        this.store = store;
        this.work = work;
        target = Files.createDirectories(work.resolve("mount"));
    }

    /** @param arguments the driver's name, a folder for its layers, and its options, as {@code name=value} */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        Path work = Path.of(arguments[1]);
        Map<String, String> options = new HashMap<>();
        for (String option : List.of(arguments).subList(2, arguments.length)) {
            options.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
        }
        Path root = Files.createDirectories(work.resolve("root"));
        try (LayerStore store = driver(arguments[0]).open(root, options)) {
            List<Long> row = new StorageBench(store, work).row();
            StringBuilder line = new StringBuilder("| ").append(arguments[0]);
            row.forEach(micros -> line.append(
                    micros < 0 ? " | " : micros < 10_000 ? " | %.1f".formatted(micros / 1e3) : " | " + micros / 1000));
            System.out.println(line.append(" |"));
        }
    }

    /** A driver's constructor takes what it needs of the kernel. */
    private static StorageDriver driver(String name) throws ReflectiveOperationException {
        List<Object> kernel = List.of(
                new KernelDirectories(),
                new KernelMounts(),
                new KernelProcesses(),
                new KernelBtrfs(),
                new KernelDeviceMapper(),
                new KernelProjectQuotas());
        String simple = Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Driver";
        Constructor<?> constructor =
                Class.forName("io.felucca.storage." + name + "." + simple).getConstructors()[0];
        return (StorageDriver) constructor.newInstance(Arrays.stream(constructor.getParameterTypes())
                .map(type ->
                        kernel.stream().filter(type::isInstance).findFirst().orElseThrow())
                .toArray());
    }

    private interface Work {
        void run() throws IOException;
    }

    private static long micros(Work work) throws IOException {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1000;
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private List<Long> row() throws IOException {
        unpack("many", many());
        Path large = large();
        List<Long> prepare = new ArrayList<>();
        List<Long> mount = new ArrayList<>();
        List<Long> remove = new ArrayList<>();
        long end = System.nanoTime() + LIMIT_NANOS;
        for (int i = 0; i < SHORT_ROUNDS && System.nanoTime() < end; i++) {
            String key = "p" + i;
            prepare.add(micros(() -> store.prepare(key, "many", IdMap.NONE)));
            mount.add(prepare.get(i) + micros(() -> mounts.mountAll(store.mounts(key), target)));
            unmount(key);
            remove.add(micros(() -> store.remove(key)));
        }
        List<Long> unpack = new ArrayList<>();
        for (int i = 0; i < UNPACK_ROUNDS; i++) {
            unpack.add(micros(() -> unpack("large", large)));
            store.remove("large");
        }
        change("few", FILES / 100);
        change("lots", FILES / 10);
        boolean told = store instanceof LayerDirectory || store instanceof LayerChanges;
        // Compiles it.
        diff("few", false);
        if (told) {
            diff("few", true);
        }
        List<Long> row = List.of(
                median(prepare),
                median(mount),
                median(unpack),
                told ? diff("few", true) : -1,
                told ? diff("lots", true) : -1,
                diff("few", false),
                diff("lots", false),
                median(remove),
                micros(() -> store.remove("lots")));
        store.remove("few");
        store.remove("many");
        return row;
    }

    private void unmount(String key) {
        mounts.unmountAll(store.mounts(key), target);
        store.release(key);
    }

    /** To the disk, as the engine unpacks the layer of an image. */
    private void unpack(String id, Path tar) throws IOException {
        String key = "unpack-" + id;
        store.prepare(key, "", IdMap.NONE);
        Optional<Path> shown = store instanceof LayerDirectory layers ? layers.directory(key) : Optional.empty();
        if (shown.isEmpty()) {
            mounts.mountAll(store.mounts(key), target);
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(tar));
                Directory folder = directories.open(shown.orElse(target))) {
            LayerApplier.apply(in, folder, shown.isPresent() ? Whiteouts.OVERLAY : Whiteouts.PLAIN, Limits.NONE);
        }
        if (shown.isEmpty()) {
            unmount(key);
        }
        store.commit(id, key);
    }

    private void change(String key, int count) throws IOException {
        store.prepare(key, "many", IdMap.NONE);
        mounts.mountAll(store.mounts(key), target);
        for (int i = 0; i < count; i++) {
            Files.writeString(target.resolve(file(i)), "changed " + i);
        }
        unmount(key);
    }

    private static String file(int number) {
        return "data/d" + number / IN_FOLDER + "/f" + number;
    }

    /**
     * The list of changes, with the mounts that are made for it.
     *
     * @param told by the driver, in its own way; else all files of both are compared
     */
    private long diff(String key, boolean told) throws IOException {
        int files = key.equals("few") ? FILES / 100 : FILES / 10;
        List<Long> all = new ArrayList<>();
        Path lower = Files.createDirectories(work.resolve("lower"));
        for (int i = 0; i < DIFF_ROUNDS; i++) {
            all.add(micros(() -> {
                store.view("view", "many");
                mounts.mountAll(store.mounts("view"), lower);
                int found = told && store instanceof LayerDirectory shown
                        ? with(lower, shown.directory(key).orElseThrow(), LayerDiff::overlayChanges)
                        : compared(key, lower, told);
                mounts.unmountAll(store.mounts("view"), lower);
                store.release("view");
                store.remove("view");
                if (found != 1 + files / IN_FOLDER + files) {
                    throw new IllegalStateException(found + " changes are none that were made");
                }
            }));
        }
        return median(all);
    }

    private int compared(String key, Path lower, boolean told) {
        mounts.mountAll(store.mounts(key), target);
        Optional<PathTree> only =
                told ? ((LayerChanges) store).changedPaths(key).map(PathTree::of) : Optional.empty();
        int found = with(
                lower, target, (below, above, owners, filter) -> LayerDiff.changes(below, above, only, owners, filter));
        unmount(key);
        return found;
    }

    private interface Comparison {
        SortedChanges changes(Optional<Directory> lower, Directory upper, Owners owners, LayerDiff.Filter filter);
    }

    private int with(Path lower, Path upper, Comparison comparison) {
        try (Directory below = directories.open(lower);
                Directory above = directories.open(upper)) {
            return comparison
                    .changes(Optional.of(below), above, Owners.HOST, LayerDiff.Filter.ALL)
                    .toList()
                    .size();
        }
    }

    private Path many() throws IOException {
        Path files = work.resolve("files");
        for (int i = 0; i < FILES; i++) {
            Path file = files.resolve(file(i));
            if (i % IN_FOLDER == 0) {
                Files.createDirectories(file.getParent());
            }
            Files.writeString(file, "some words of a file");
        }
        return tar(files);
    }

    /** Sizes as in a distribution's root: most are small, a few are large. */
    private Path large() throws IOException {
        Path files = Files.createDirectories(work.resolve("files"));
        Random random = new Random(MEBIBYTES);
        long left = (long) MEBIBYTES << 20;
        for (int i = 0; left > 0; i++) {
            byte[] content = new byte[i % 100 == 0 ? 4_000_000 : 12_000];
            random.nextBytes(content);
            Files.write(files.resolve("f" + i), content);
            left -= content.length;
        }
        return tar(files);
    }

    private Path tar(Path files) throws IOException {
        Path tar = Files.createTempFile(work, "layer", ".tar");
        Program.of("tar", "-C", files.toString(), "-cf", tar.toString(), ".")
                .run()
                .requireOk();
        Program.of("rm", "-r", files.toString()).run().requireOk();
        return tar;
    }
}
