package io.felucca.storage.btrfs;

import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.write;
import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.kernel.KernelBtrfs;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.LayerLimit;
import io.felucca.storage.spi.LayerStore;
import io.felucca.testkit.LoopDisk;
import io.felucca.testkit.storage.LayerBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Half-made states, made by hand, and what only btrfs has. */
@Tag("root")
class BtrfsStoreTest {

    private static LoopDisk disk;

    private final KernelBtrfs btrfs = new KernelBtrfs();
    private final KernelDirectories directories = new KernelDirectories();
    private final BtrfsDriver driver = new BtrfsDriver(directories, new KernelMounts(), btrfs);
    private LayerBench bench;

    @BeforeAll
    static void makeDisk() {
        disk = LoopDisk.make(512 << 20, "mkfs.btrfs", "-q");
    }

    @AfterAll
    static void endDisk() {
        if (disk != null) {
            disk.close();
        }
    }

    @BeforeEach
    void open() {
        bench = new LayerBench(driver, Map.of(), disk.folder());
    }

    @AfterEach
    void close() {
        bench.close();
    }

    /** Ids of all subvolumes of the disk. */
    private List<Long> subvolumes() {
        try (Directory top = directories.open(disk.folder())) {
            List<Long> ids =
                    new ArrayList<>(List.of(btrfs.subvolume(top).orElseThrow().id()));
            for (int i = 0; i < ids.size(); i++) {
                ids.addAll(btrfs.within(top, ids.get(i)));
            }
            return ids.subList(1, ids.size());
        }
    }

    private void awaitSubvolumes(int count) {
        await().untilAsserted(() -> assertThat(subvolumes()).hasSize(count));
    }

    @Test
    @DisplayName("S97 a root that is not on btrfs is refused, with what it is on and what to do")
    void S97_aRootOnAnotherFileSystemIsRefused() throws IOException {
        Path root = Files.createTempDirectory("felucca-no-btrfs-");
        try {
            String found = directories.fileSystem(root).typeName();
            String reason =
                    "btrfs cannot work on " + root + ": its filesystem is " + found + "; put the data root on btrfs"
                            + " (mkfs.btrfs, mount, --data-root), or use the storage driver overlay2";
            assertThat(driver.probe(root, Map.of())).contains(reason);
            assertFails(Kind.UNSUPPORTED, reason, () -> driver.open(root, Map.of()));
            assertThat(root).isEmptyDirectory();
        } finally {
            Files.delete(root);
        }
    }

    @Test
    @DisplayName("B3 a subvolume without a record goes at the next open, with all within, and nothing else")
    void B3_aSubvolumeWithoutARecordGoes() throws IOException {
        bench.layer("base", "", root -> write(root, "file", "base"));
        bench.store().close();
        for (String part : List.of("tmp", "trash")) {
            Path half = Files.createDirectory(bench.root().resolve(part).resolve("half"));
            for (String name : List.of("files", "origin")) {
                makeNested(half, name);
            }
        }
        assertThat(subvolumes()).hasSize(1 + 2 * 2 * 3);

        bench.reopen();

        awaitSubvolumes(1);
        bench.look("base", root -> assertThat(root.find(bytes("file"))).isPresent());
    }

    /** A subvolume within a folder of a subvolume within a subvolume. */
    private void makeNested(Path folder, String name) {
        try (Directory top = directories.open(folder)) {
            btrfs.create(top, name);
        }
        try (Directory files = directories.open(folder.resolve(name))) {
            btrfs.create(files, "outer");
        }
        Path outer = folder.resolve(name).resolve("outer");
        assertThat(outer.resolve("folder").toFile().mkdir()).isTrue();
        try (Directory within = directories.open(outer.resolve("folder"))) {
            btrfs.create(within, "inner");
        }
    }

    @Test
    @DisplayName("T11 subvolumes that a container makes are counted and removed with its layer")
    void T11_subvolumesOfAContainerGoWithItsLayer() {
        bench.layer("base", "", root -> write(root, "file", "base"));
        bench.store().prepare("a", "base", IdMap.NONE);
        bench.in("a", root -> {
            btrfs.create(root, "own");
            try (Directory own = root.openDirectory(bytes("own"), Resolve.NO_SYMLINKS)) {
                btrfs.create(own, "deep");
                write(own, "data", "x".repeat(5000));
                own.syncFileSystem();
            }
        });
        assertThat(bench.store().usage("a").sizeBytes()).isEqualTo(5000);
        assertFails(Kind.CONFLICT, "subvolumes within", () -> bench.store().commit("id", "a"));
        awaitSubvolumes(4);

        bench.store().remove("a");

        awaitSubvolumes(1);
    }

    @Test
    @DisplayName("B2 a limit below btrfs.min_space is refused in Docker's words")
    void B2_aLimitBelowTheLeast() {
        try (LayerStore store = driver.open(bench.root(), Map.of("min_space", "10m"))) {
            assertFails(
                    Kind.INVALID,
                    "btrfs: storage size cannot be less than 10.49MB",
                    () -> ((LayerLimit) store).prepare("a", "", IdMap.NONE, 10_000_000));
            ((LayerLimit) store).prepare("a", "", IdMap.NONE, 10_485_760);
        }
        assertFails(Kind.INVALID, "invalid size: 'ten'", () -> driver.open(bench.root(), Map.of("min_space", "ten")));
    }

    @Test
    void aCommitIsRefusedWhileTheLayerIsMountedOverAnotherName() {
        bench.layer("base", "", root -> {});
        bench.store().prepare("a", "base", IdMap.NONE);
        bench.mount("a").close();
        bench.store().prepare("b", "base", IdMap.NONE);
        bench.store().commit("id", "b");
        assertFails(Kind.CONFLICT, "it is mounted", () -> bench.store().commit("other", "a"));
        bench.unmount("a");
    }
}
