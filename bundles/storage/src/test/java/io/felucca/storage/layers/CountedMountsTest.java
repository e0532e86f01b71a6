package io.felucca.storage.layers;

import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.OpenFile;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mounts and their users, over swaps of drivers and restarts of the engine. */
@Tag("root")
class CountedMountsTest {

    private static final String DRIVER = "overlay2";

    private StorageBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new StorageBench();
        bench.image(DRIVER, "chain", root -> write(root, "file", "image"));
        bench.storage.prepareContainer(DRIVER, "c1", "chain", IdMap.NONE, 0);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void theMountStaysUntilTheLastUserHasGone() {
        Path path = bench.storage.mount(DRIVER, "c1", "container");
        assertThat(path).isEqualTo(bench.mountPoint("c1"));
        assertThat(bench.storage.mount(DRIVER, "c1", "container")).isEqualTo(path);
        bench.storage.mount(DRIVER, "c1", "cp-1");
        bench.storage.unmount(DRIVER, "c1", "container");
        bench.storage.unmount(DRIVER, "c1", "container");
        bench.storage.unmount(DRIVER, "c1", "nobody");
        assertThat(bench.isMounted("c1")).isTrue();
        bench.storage.unmount(DRIVER, "c1", "cp-1");
        assertThat(bench.isMounted("c1")).isFalse();
        assertThat(path).doesNotExist();
        assertThat(bench.folder.resolve("exec/layers")).isEmptyDirectory();
        assertThat(bench.overlay2.calls()).endsWith("release c1");
    }

    @Test
    void aDetachedLayerIsGoneAtOnceReleasedLaterAndMayBeMountedAgain() {
        for (int round = 0; round < 20; round++) {
            Path path = bench.storage.mount(DRIVER, "c1", "container");
            int number = round;
            bench.in(path, root -> {
                assertThat(root.find(bytes("own"))).matches(found -> found.isPresent() || number == 0);
                write(root, "own", "" + number);
            });
            bench.storage.detach(DRIVER, "c1", "container");
            assertThat(bench.isMounted("c1")).isFalse();
            assertThat(path).doesNotExist();
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(bench.folder.resolve("exec/layers")).isEmptyDirectory());
        assertThat(bench.overlay2.calls()).endsWith("release c1");
    }

    @Test
    @DisplayName("T16 nobody else passes the folder of mounts but a container's own root user")
    void theFolderOfMountsIsPassedButNotListed() throws IOException {
        bench.storage.mount(DRIVER, "c1", "container");
        assertThat(bench.mountPoint("c1").getParent())
                .satisfies(folder -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                        .isEqualTo("rwx--x--x"));
        assertThat(Files.getPosixFilePermissions(bench.folder.resolve("data/storage/overlay2")))
                .hasSize(3);
    }

    @Test
    @DisplayName(
            "B1 a mounted layer is given, used and unmounted while its driver is away, and released when it is back")
    void aMountedLayerNeedsNoDriver() {
        bench.storage.mount(DRIVER, "c1", "container");
        bench.drivers.remove(DRIVER);
        bench.storage.mount(DRIVER, "c1", "cp-1");
        bench.in(bench.mountPoint("c1"), root -> assertThat(read(root, "file")).isEqualTo("image"));
        int before = bench.overlay2.calls().size();
        bench.storage.unmount(DRIVER, "c1", "container");
        bench.storage.unmount(DRIVER, "c1", "cp-1");
        assertThat(bench.isMounted("c1")).isFalse();
        assertThat(bench.overlay2.calls()).hasSize(before);
        bench.drivers.with(DRIVER, bench.overlay2);
        bench.storage.arrived(DRIVER);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(bench.overlay2.calls()).contains("release c1"));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(bench.folder.resolve("exec/layers")).isEmptyDirectory());
    }

    @Test
    void whatWasToBeReleasedIsReleasedByTheNextEngineToo() {
        bench.storage.mount(DRIVER, "c1", "container");
        bench.drivers.remove(DRIVER);
        bench.storage.unmount(DRIVER, "c1", "container");
        bench.restart();
        bench.drivers.with(DRIVER, bench.overlay2);
        bench.storage.arrived(DRIVER);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(bench.overlay2.calls()).contains("release c1"));
    }

    @Test
    void anotherLayerNeedsTheDriverAndTheMessageNamesIt() {
        bench.drivers.remove(DRIVER);
        assertThatThrownBy(() -> bench.storage.mount(DRIVER, "c1", "container"))
                .isInstanceOf(FeluccaException.class)
                .hasMessageContaining(DRIVER);
        assertThat(bench.mountPoint("c1")).doesNotExist();
        assertThat(bench.folder.resolve("exec/layers")).isEmptyDirectory();
    }

    @Test
    @DisplayName("B3 an engine that starts takes over what is mounted")
    void aMountIsTakenOver() {
        bench.storage.mount(DRIVER, "c1", "container");
        bench.in(bench.mountPoint("c1"), root -> write(root, "own", "1"));
        bench.restart();
        bench.drivers.remove(DRIVER);
        Path path = bench.storage.mount(DRIVER, "c1", "container");
        bench.in(path, root -> assertThat(read(root, "own")).isEqualTo("1"));
        assertThat(bench.mounts.list().stream()
                        .filter(mount -> mount.mountPoint().equals(path.toString())))
                .hasSize(1);
        bench.drivers.with(DRIVER, bench.overlay2);
        bench.storage.unmount(DRIVER, "c1", "container");
        assertThat(bench.isMounted("c1")).isFalse();
    }

    @Test
    void whatNobodyAskedForIsUnmountedButNotWhatIsBusy() {
        for (String key : new String[] {"c2", "c3"}) {
            bench.storage.prepareContainer(DRIVER, key, "chain", IdMap.NONE, 0);
        }
        for (String key : new String[] {"c1", "c2", "c3"}) {
            bench.storage.mount(DRIVER, key, "container");
        }
        bench.restart();
        bench.storage.mount(DRIVER, "c1", "container");
        try (Directory busy = bench.directories.open(bench.mountPoint("c2"));
                OpenFile file = busy.openFile(bytes("file"))) {
            assertThat(file.isOpen()).isTrue();
            bench.storage.unmountUnused();
            assertThat(bench.isMounted("c1")).isTrue();
            assertThat(bench.isMounted("c2")).isTrue();
            assertThat(bench.isMounted("c3")).isFalse();
        }
        bench.storage.unmountUnused();
        assertThat(bench.isMounted("c2")).isFalse();
        assertThat(bench.mountPoint("c3")).doesNotExist();
    }

    @Test
    @DisplayName("S9 removing a container's layer unmounts whoever uses it")
    void removingUnmounts() {
        bench.storage.mount(DRIVER, "c1", "container");
        bench.storage.mount(DRIVER, "c1", "cp-1");
        bench.storage.remove(DRIVER, "c1");
        assertThat(bench.isMounted("c1")).isFalse();
        assertThat(bench.find(DRIVER, "c1")).isEmpty();
        bench.storage.remove(DRIVER, "c1");
        bench.storage.unmount(DRIVER, "c1", "container");
        assertThat(bench.folder.resolve("exec/layers")).isEmptyDirectory();
    }

    @Test
    @DisplayName("B1 B3 a layer removed while its driver is away goes when the driver is back, in the next engine too")
    void aRemovalWaitsForTheDriver() {
        bench.storage.prepareContainer(DRIVER, "c2", "chain", IdMap.NONE, 0);
        bench.storage.mount(DRIVER, "c1", "container");
        bench.drivers.remove(DRIVER);
        bench.storage.remove(DRIVER, "c1");
        bench.storage.remove(DRIVER, "c2");
        assertThat(bench.isMounted("c1")).isFalse();
        bench.restart();
        bench.drivers.with(DRIVER, bench.overlay2);
        assertThat(bench.find(DRIVER, "c1")).isPresent();
        bench.storage.arrived(DRIVER);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(bench.layers(DRIVER))
                        .extracting(LayerInfo::name)
                        .containsExactlyInAnyOrder("chain", "init-chain"));
        assertThat(bench.folder.resolve("data/storage/.removals")).isEmptyDirectory();
    }

    @Test
    @DisplayName("S8 a layer in a user namespace leaves only its own mount")
    void aMappedLayerLeavesOneMount() {
        IdMap map =
                new IdMap(List.of(new IdMap.Range(0, 200_000, 65_536)), List.of(new IdMap.Range(0, 200_000, 65_536)));
        bench.storage.prepareContainer(DRIVER, "mapped", "chain", map, 0);
        bench.storage.mount(DRIVER, "mapped", "container");
        assertThat(bench.mounts.list().stream()
                        .filter(mount -> mount.mountPoint().startsWith(bench.folder + "/")))
                .hasSize(1);
        bench.in(bench.mountPoint("mapped"), root -> {
            assertThat(root.stat(bytes("file")).uid()).isEqualTo(200_000);
            assertThat(root.stat(bytes(".dockerenv")).uid()).isEqualTo(200_000);
        });
        bench.storage.remove(DRIVER, "mapped");
        assertThat(bench.folder.resolve("data/storage/overlay2/idmapped")).isEmptyDirectory();
    }

    @Test
    void aStoreIsOpenedAnewForAnotherDriverObjectAndTheOldOneClosed() {
        RecordingDriver replacement = new RecordingDriver(bench.overlay2);
        bench.storage.mount(DRIVER, "c1", "container");
        bench.drivers.with(DRIVER, replacement);
        bench.storage.prepareContainer(DRIVER, "c2", "chain", IdMap.NONE, 0);
        assertThat(replacement.calls()).startsWith("open {}");
        assertThat(bench.overlay2.calls()).contains("close");
        bench.in(bench.mountPoint("c1"), root -> assertThat(read(root, "file")).isEqualTo("image"));
    }

    @Test
    void twoDriversWorkAtOnceWithTheSameNames() {
        bench.image("vfs", "chain", root -> write(root, "file", "in vfs"));
        bench.storage.prepareContainer("vfs", "c9", "chain", IdMap.NONE, 0);
        bench.in(bench.storage.mount("vfs", "c9", "container"), root -> {
            assertThat(read(root, "file")).isEqualTo("in vfs");
            write(root, "own", "vfs");
        });
        bench.in(bench.storage.mount(DRIVER, "c1", "container"), root -> {
            assertThat(read(root, "file")).isEqualTo("image");
            assertThat(root.find(bytes("own"))).isEmpty();
        });
        assertThat(bench.storage.drivers()).containsExactly("overlay2", "vfs");
    }
}
