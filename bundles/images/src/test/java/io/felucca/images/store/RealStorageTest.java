package io.felucca.images.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.Digest;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.images.content.BlobWriter;
import io.felucca.images.content.Platform;
import io.felucca.images.unpack.KernelLayerWriter;
import io.felucca.images.unpack.UnpackTarget;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import io.felucca.storage.spi.Mount;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store on the real drivers and the real layer engine. Needs root and overlayfs. */
@Tag("root")
@DisplayName("images on overlay2 and vfs (S3 to S6, S83, S88, T9)")
class RealStorageTest {

    private Path folder;
    private DriverStorage storage;
    private TestStore store;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createTempDirectory("felucca-images-");
        storage = new DriverStorage(folder.resolve("storage"));
        store = new TestStore(folder, storage, new KernelLayerWriter(DriverStorage.DIRECTORIES));
    }

    @AfterEach
    void close() {
        storage.close();
        try (Directory parent = DriverStorage.DIRECTORIES.open(folder.getParent())) {
            parent.removeTree(bytes(folder.getFileName().toString()));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] archive(byte[]... layers) {
        String ids = String.join(
                "\",\"",
                Arrays.stream(layers)
                        .map(layer -> BlobWriter.digestOf(layer).value())
                        .toList());
        Tars tar = Tars.tar()
                .file(
                        "c.json",
                        "{\"architecture\":\"" + Platform.architectureHere()
                                + "\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + ids
                                + "\"]}}");
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < layers.length; i++) {
            tar.file("l" + i, layers[i]);
            names.append(i == 0 ? "" : ",").append("\"l").append(i).append('"');
        }
        return tar.file("manifest.json", "[{\"Config\":\"c.json\",\"RepoTags\":[\"x\"],\"Layers\":[" + names + "]}]")
                .bytes();
    }

    /** Looks at an image as a container would see it. */
    private void view(Digest id, String driver, Consumer<Directory> look) {
        String top = store.images.unpack(id, driver);
        UnpackTarget.withView(storage, driver, top, path -> {
            try (Directory root = DriverStorage.DIRECTORIES.open(path)) {
                look.accept(root);
            }
            return path;
        });
    }

    private static boolean has(Directory root, String path) {
        Path name = Path.of(path);
        String parent = name.getParent() == null ? "" : name.getParent().toString();
        return root.findDirectory(bytes(parent), Resolve.IN_ROOT)
                .map(found -> {
                    try (found) {
                        return found.find(bytes(name.getFileName().toString())).isPresent();
                    }
                })
                .orElse(false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    void S4_S5_layersLieOverEachOtherAndAWhiteoutDeletesWhatIsBelow(String driver) {
        byte[] lower = Tars.tar()
                .directory("d", 0750, 7)
                .file("d/keep", "1")
                .file("d/gone", "1")
                .file("o/old", "1")
                .bytes();
        byte[] middle = Tars.tar()
                .file("d/.wh.gone", "")
                .file("o/.wh..wh..opq", "")
                .file("o/new", "2")
                .bytes();
        byte[] top = Tars.tar().file("d/keep", "3").bytes();
        store.load(archive(lower, middle, top));

        view(store.images.get("x").id(), driver, root -> {
            assertThat(has(root, "d/keep")).isTrue();
            assertThat(has(root, "d/gone")).isFalse();
            assertThat(has(root, "o/old")).isFalse();
            assertThat(has(root, "o/new")).isTrue();
            Stat folderOfNoEntry = root.stat(bytes("d"));
            assertThat(folderOfNoEntry.mode() & 07777).isEqualTo(0750);
            assertThat(folderOfNoEntry.uid()).isEqualTo(7);
        });
        assertThat(store.images.get("x").sizeBytes()).isEqualTo(3 + 1 + 1);
        assertNothingMountedOrHalfMade(driver);
    }

    @Test
    void S4_theRootFolderKeepsWhatTheLowestLayerThatDescribesItSays() {
        byte[] lower = Tars.tar().directory(".", 0711, 9).file("a", "1").bytes();
        store.load(archive(
                lower,
                Tars.of("b", "2"),
                Tars.tar().directory("usr/share", 0700, 3).bytes()));

        view(store.images.get("x").id(), "overlay2", root -> {
            assertThat(root.stat().mode() & 07777).isEqualTo(0711);
            assertThat(root.stat().uid()).isEqualTo(9);
            assertThat(has(root, "usr/share")).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    void S4_aFolderWhoseEntryComesAfterItsContentIsAsTheEntrySays(String driver) {
        byte[] lower = Tars.tar().directory("d", 0750, 7).file("d/old", "1").bytes();
        byte[] upper = Tars.tar().file("d/new", "2").directory("d", 0711, 9).bytes();
        store.load(archive(lower, upper));

        view(store.images.get("x").id(), driver, root -> {
            assertThat(has(root, "d/old")).isTrue();
            assertThat(root.stat(bytes("d")).mode() & 07777).isEqualTo(0711);
            assertThat(root.stat(bytes("d")).uid()).isEqualTo(9);
        });
    }

    @Test
    void S5_anOpaqueRootIsUnpackedInAView() {
        store.load(archive(
                Tars.of("old", "1"),
                Tars.tar().file(".wh..wh..opq", "").file("new", "2").bytes(),
                Tars.of("top", "3")));

        view(store.images.get("x").id(), "overlay2", root -> {
            assertThat(has(root, "old")).isFalse();
            assertThat(has(root, "new")).isTrue();
            assertThat(has(root, "top")).isTrue();
        });
    }

    @Test
    void oneLayerOfSeveralThatCannotBeUnpackedLeavesNoneOfThem() {
        store.load(archive(
                Tars.tar().file("big", new byte[3_000_000]).bytes(),
                Tars.tar().hardLink("link", "to/nothing").bytes(),
                Tars.tar().file("big2", new byte[3_000_000]).bytes()));
        Digest id = store.images.get("x").id();

        assertThatThrownBy(() -> store.images.unpack(id, "overlay2"))
                .hasMessageContaining("to/nothing, which is not there")
                .hasFieldOrPropertyWithValue("kind", Kind.INVALID);
        assertNothingMountedOrHalfMade("overlay2");
        store.images.remove("x", false, true);
        assertThat(store.layers("overlay2")).isEmpty();
    }

    @Test
    void T11_aFullDiskIsToldAndGivenBack() throws IOException {
        Path small = Files.createDirectory(folder.resolve("small"));
        KernelMounts mounts = new KernelMounts();
        mounts.mount(new Mount("tmpfs", "tmpfs", "", List.of("size=20m"), IdMap.NONE), small);
        try (DriverStorage onSmall = new DriverStorage(small.resolve("storage"))) {
            TestStore full = new TestStore(small, onSmall, new KernelLayerWriter(DriverStorage.DIRECTORIES));
            byte[] tar = Tars.tar().file("big", new byte[15_000_000]).bytes();

            assertThatThrownBy(() -> full.importTar(tar, "x"))
                    .hasMessageContaining("No space left on device")
                    .hasFieldOrPropertyWithValue("kind", Kind.SYSTEM);
            assertThatThrownBy(() -> full.load(archive(tar, Tars.of("a", new String(new char[6_000_000])))))
                    .hasMessageContaining("No space left on device")
                    .hasFieldOrPropertyWithValue("kind", Kind.SYSTEM);

            assertThat(full.blobs()).isEmpty();
            assertThat(full.unfinished()).isEmpty();
            assertThat(full.layers("overlay2")).isEmpty();
            full.importTar(Tars.tar().file("fits", new byte[8_000_000]).bytes(), "x");
        } finally {
            mounts.unmount(small, false);
        }
    }

    private void assertNothingMountedOrHalfMade(String driver) {
        assertThat(storage.<List<LayerInfo>>with(driver, layers -> layers.list()))
                .allSatisfy(layer -> assertThat(layer.state()).isEqualTo(State.COMMITTED));
    }

    @Test
    void S6_bothDriversHoldTheSameImageAtOnce() {
        Digest id = store.importTar(Tars.of("etc/hi", "x"), "x");

        assertThat(store.images.unpack(id, "vfs")).isEqualTo(store.images.unpack(id, "overlay2"));
        for (String driver : List.of("overlay2", "vfs")) {
            view(id, driver, root -> assertThat(has(root, "etc/hi")).isTrue());
        }
        store.images.remove("x", false, true);
        for (String driver : List.of("overlay2", "vfs")) {
            assertThat(store.layers(driver)).isEmpty();
        }
    }

    @Test
    void S83_namesThatAreNoUtf8AndDevicesComeOutExact() {
        byte[] tar = Tars.tar().device("dev/null", 1, 3).file("名", "x").bytes();
        byte[] odd = replace(Tars.tar().file("ab", "y").bytes());
        byte[] both = Arrays.copyOf(odd, 1024 + tar.length);
        System.arraycopy(tar, 0, both, 1024, tar.length);

        view(store.importTar(both, "x"), "overlay2", root -> {
            assertThat(root.find(new byte[] {(byte) 0xff, 'b'})).isPresent();
            assertThat(root.find(bytes("名"))).isPresent();
            try (Directory dev = root.openDirectory(bytes("dev"), Resolve.IN_ROOT)) {
                assertThat(dev.stat(bytes("null")).type()).isEqualTo(FileType.CHARACTER_DEVICE);
            }
        });
    }

    /** Makes the first member's name begin with the byte 0xff, and its checksum right again. */
    private static byte[] replace(byte[] tar) {
        tar[0] = (byte) 0xff;
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : tar[i] & 0xff;
        }
        System.arraycopy(bytes(String.format("%06o\0 ", sum)), 0, tar, 148, 8);
        return tar;
    }

    @Test
    void T9_aTarThatClimbsOutMakesNothingOutside() {
        refused(Tars.of("../../../../../../../../tmp/felucca-climbed", "x"));
        refused(Tars.tar()
                .hardLink("h", "../../../../../../../../../etc/passwd")
                .bytes());
        assertThat(Path.of("/tmp/felucca-climbed")).doesNotExist();

        byte[] throughLink = Tars.tar()
                .symlink("a", folder.toString())
                .file("a/felucca-through-link", "x")
                .bytes();
        try {
            store.importTar(throughLink, "through");
        } catch (io.felucca.FeluccaException e) {
            assertThat(e.kind()).isEqualTo(Kind.INVALID);
        }
        assertThat(folder.resolve("felucca-through-link")).doesNotExist();
    }

    private void refused(byte[] tar) {
        assertThatThrownBy(() -> store.importTar(tar, "refused"))
                .hasMessageStartingWith("Error processing tar file(exit status 1): ")
                .hasFieldOrPropertyWithValue("kind", Kind.INVALID);
        try {
            assertThat(store.blobs()).isEmpty();
            assertThat(store.unfinished()).isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(store.layers("overlay2")).isEmpty();
    }

    @Test
    void junkAndACutTarAreToldInDockersWordsAndLeaveNothing() {
        byte[] junk = new byte[10_000];
        Arrays.fill(junk, (byte) 'x');
        assertThatThrownBy(() -> store.importTar(junk, "x"))
                .hasMessage("Error processing tar file(exit status 1): archive/tar: invalid tar header");
        refused(junk);
        byte[] cut = Arrays.copyOf(Tars.tar().file("f", new byte[100_000]).bytes(), 50_000);
        assertThatThrownBy(() -> store.importTar(cut, "x"))
                .hasMessage("Error processing tar file(exit status 1): unexpected EOF");
        refused(cut);
        refused(bytes("this is not a tar\n"));
    }

    @Test
    void manyWhoUnpackTheSameImageAtOnceGetOneLayerEach() throws Exception {
        byte[][] layers = new byte[12][];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = Tars.tar()
                    .file("shared", "from " + i)
                    .file("d/own-" + i, new byte[100_000])
                    .bytes();
        }
        store.load(archive(layers));
        Digest id = store.images.get("x").id();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<String>> tops = java.util.stream.IntStream.range(0, 8)
                    .mapToObj(i -> pool.submit(() -> store.images.unpack(id, i % 2 == 0 ? "overlay2" : "vfs")))
                    .toList();
            for (Future<String> top : tops) {
                assertThat(top.get()).isEqualTo(tops.get(0).get());
            }
        } finally {
            pool.shutdownNow();
        }
        for (String driver : List.of("overlay2", "vfs")) {
            assertThat(store.layers(driver)).hasSize(12);
            assertNothingMountedOrHalfMade(driver);
            view(id, driver, root -> {
                for (int i = 0; i < layers.length; i++) {
                    assertThat(has(root, "d/own-" + i)).isTrue();
                }
            });
        }
    }

    @Test
    void S3_theSameArchiveLoadedTwiceIsTheSameImage() {
        byte[] archive = archive(Tars.of("a", "1"), Tars.of("b", "2"));
        store.load(archive);
        byte[] saved = store.save("x");

        store.load(archive);
        store.images.unpack(store.images.get("x").id(), "overlay2");

        assertThat(store.save("x")).isEqualTo(saved);
        assertThat(Tars.read(new ByteArrayInputStream(saved))).hasSize(3 + 4);
    }
}
