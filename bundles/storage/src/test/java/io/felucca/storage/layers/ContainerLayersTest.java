package io.felucca.storage.layers;

import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.folder;
import static io.felucca.testkit.Content.names;
import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers' layers and the init layers below them. */
@Tag("root")
class ContainerLayersTest {

    private StorageBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new StorageBench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void inContainer(String driver, String chainId, Consumer<Directory> work) {
        bench.storage.prepareContainer(driver, "c", chainId, IdMap.NONE, 0);
        bench.in(bench.storage.mount(driver, "c", "container"), work);
        bench.storage.remove(driver, "c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    void aContainerHasTheMountPointsThatARuntimeNeeds(String driver) {
        bench.image(driver, "chain", root -> {
            write(root, "file", "image");
            folder(root, "etc", etc -> {
                write(etc, "hosts", "the image's");
                write(etc, "passwd", "root");
            });
        });
        inContainer(driver, "chain", root -> {
            assertThat(names(root)).containsExactly(".dockerenv", "dev", "etc", "file", "proc", "sys");
            folder(root, "dev", dev -> assertThat(names(dev)).containsExactly("console", "pts", "shm"));
            folder(root, "etc", etc -> {
                assertThat(names(etc)).containsExactly("hostname", "hosts", "mtab", "passwd", "resolv.conf");
                assertThat(read(etc, "hosts")).isEmpty();
                assertThat(etc.stat(bytes("hosts")).mode()).isEqualTo(0755);
                assertThat(etc.readSymlink(bytes("mtab"))).isEqualTo(bytes("/proc/mounts"));
            });
        });
    }

    @Test
    void anImageWithoutLayersHasThemToo() {
        inContainer("overlay2", "", root -> assertThat(names(root)).contains("dev", "proc"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    @DisplayName("T4 T9 an image whose /dev and /etc are links makes nothing outside its root")
    void T4_linksOfTheImageAreNotFollowed(String driver) throws IOException {
        Path outside = Files.createDirectory(bench.folder.resolve("outside"));
        Files.writeString(outside.resolve("hosts"), "precious");
        bench.image(driver, "chain", root -> {
            root.makeSymlink(bytes("dev"), bytes(outside.toString()));
            root.makeSymlink(bytes("etc"), bytes("../../../../../../.." + outside));
            root.makeSymlink(bytes("proc"), bytes("/"));
            root.makeSymlink(bytes(".dockerenv"), bytes(outside.resolve("made").toString()));
        });
        inContainer(driver, "chain", root -> {
            assertThat(root.stat(bytes("dev")).isDirectory()).isTrue();
            assertThat(root.stat(bytes(".dockerenv")).isRegular()).isTrue();
            try (Directory etc = root.openDirectory(bytes("etc"), Resolve.NO_SYMLINKS)) {
                assertThat(names(etc)).contains("hosts");
            }
        });
        assertThat(outside.toFile().list()).containsExactly("hosts");
        assertThat(outside.resolve("hosts")).hasContent("precious");
    }

    @Test
    @DisplayName("S3 S6 the init layer is made once for an image, and the image's own layer stays as it was")
    void theInitLayerIsShared() {
        bench.image("overlay2", "chain", root -> write(root, "file", "image"));
        for (String key : List.of("c1", "c2", "c3")) {
            bench.storage.prepareContainer("overlay2", key, "chain", IdMap.NONE, 0);
            bench.storage.prepareContainer("overlay2", key, "chain", IdMap.NONE, 0);
        }
        assertThat(bench.overlay2.calls().stream().filter(call -> call.startsWith("commit init")))
                .hasSize(1);
        List<LayerInfo> layers = bench.layers("overlay2");
        assertThat(layers)
                .extracting(LayerInfo::name)
                .containsExactlyInAnyOrder("chain", "init-chain", "c1", "c2", "c3");
        assertThat(layers)
                .filteredOn(layer -> layer.name().equals("c1"))
                .extracting(LayerInfo::parent)
                .containsExactly("init-chain");
        bench.storage.with("overlay2", store -> {
            store.view("look", "chain");
            return null;
        });
        bench.in(
                bench.storage.mount("overlay2", "look", "t"),
                root -> assertThat(names(root)).containsExactly("file"));
    }

    @Test
    void manyFirstContainersOfAnImageAtOnceMakeOneInitLayer() throws Exception {
        bench.image("overlay2", "chain", root -> write(root, "file", "image"));
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = IntStream.range(0, 16)
                    .<Future<?>>mapToObj(i -> pool.submit(
                            () -> bench.storage.prepareContainer("overlay2", "c" + i, "chain", IdMap.NONE, 0)))
                    .toList();
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
        List<LayerInfo> layers = bench.layers("overlay2");
        assertThat(layers).hasSize(18);
    }

    @Test
    void whatACrashLeftOfAnInitLayerIsReplaced() {
        bench.image("overlay2", "chain", root -> write(root, "file", "image"));
        bench.prepare("overlay2", "init-chain-new", "chain");
        bench.storage.mount("overlay2", "init-chain-new", "init");
        bench.restart();
        inContainer("overlay2", "chain", root -> assertThat(names(root)).contains(".dockerenv"));
        assertThat(bench.isMounted("init-chain-new")).isFalse();
        assertThat(bench.find("overlay2", "init-chain-new")).isEmpty();
    }

    @Test
    void aContainerOverALayerThatIsNotThereIsRefused() {
        assertFails(
                Kind.NOT_FOUND,
                "the storage driver overlay2 has no layer nothing",
                () -> bench.storage.prepareContainer("overlay2", "c", "nothing", IdMap.NONE, 0));
        List<LayerInfo> layers = bench.layers("overlay2");
        assertThat(layers).isEmpty();
    }

    @Test
    void aNameThatIsSomethingElseIsRefused() {
        bench.image("overlay2", "chain", root -> {});
        bench.image("overlay2", "other", root -> {});
        bench.storage.prepareContainer("overlay2", "c", "chain", IdMap.NONE, 0);
        bench.storage.prepareContainer("overlay2", "d", "other", IdMap.NONE, 0);
        assertFails(Kind.CONFLICT, "c", () -> bench.storage.prepareContainer("overlay2", "c", "other", IdMap.NONE, 0));
    }

    @Test
    @DisplayName("B2: a size limit is refused for a driver that keeps none, and nothing of the layer is made")
    void aLimitThatTheDriverCannotKeepIsRefused() {
        bench.image("overlay2", "chain", root -> {});
        assertFails(
                Kind.UNSUPPORTED,
                "--storage-opt is not supported for overlay2",
                () -> bench.storage.prepareContainer("overlay2", "c", "chain", IdMap.NONE, 1 << 20));
        assertThat(bench.find("overlay2", "c")).isEmpty();
    }

    @Test
    @DisplayName("S89 an image's layer goes with its init layer, but not under a container or another image")
    void anImagesLayerGoesWithItsInitLayer() {
        bench.image("overlay2", "chain", root -> write(root, "file", "image"));
        bench.storage.prepareContainer("overlay2", "c", "chain", IdMap.NONE, 0);
        assertFails(Kind.CONFLICT, "init-chain", () -> bench.storage.removeImageLayer("overlay2", "chain"));
        bench.storage.remove("overlay2", "c");
        bench.prepare("overlay2", "making", "chain");
        assertFails(Kind.CONFLICT, "making", () -> bench.storage.removeImageLayer("overlay2", "chain"));
        assertThat(bench.find("overlay2", "init-chain")).isPresent();
        bench.storage.remove("overlay2", "making");
        bench.storage.removeImageLayer("overlay2", "chain");
        bench.storage.removeImageLayer("overlay2", "chain");
        List<LayerInfo> layers = bench.layers("overlay2");
        assertThat(layers).isEmpty();
    }
}
