package io.felucca.images.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.images.ImageConfig;
import io.felucca.images.Layers;
import io.felucca.images.commit.ImageLayers;
import io.felucca.images.unpack.KernelLayerWriter;
import io.felucca.linux.files.Directory;
import io.felucca.testkit.FillingDisk;
import io.felucca.testkit.FillingDisk.Scarce;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Commits into a store on a disk with room for the first k pages, or files, of what a commit writes, for every k up to its
 * success. Needs root and overlayfs.
 */
@Tag("root")
@DisplayName("issue 11: a disk that fills up on the way of a commit")
@Timeout(300)
class FullDiskCommitTest {

    private static final String WRITTEN = "x".repeat(5 * FillingDisk.PAGE_BYTES);
    private static final int DISK_PAGES = 256;
    private static final int DISK_FILES = 128;
    /** More than a commit writes. */
    private static final int MOST = 60;

    private Path folder;
    private Path content;
    private FillingDisk disk;
    private DriverStorage storage;
    private TestStore store;
    private Layers layers;
    private Digest image;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createTempDirectory("felucca-full-");
        content = Files.createDirectory(folder.resolve("content"));
        disk = new FillingDisk(content, DISK_PAGES, DISK_FILES);
        storage = new DriverStorage(folder.resolve("storage"));
        store = new TestStore(folder, storage, new KernelLayerWriter(DriverStorage.DIRECTORIES));
        layers = new ImageLayers(store.images, DriverStorage.DIRECTORIES);
        image = store.importTar(Tars.of("file", "content"), "base");
    }

    @AfterEach
    void close() throws IOException {
        storage.close();
        disk.close();
        try (Directory parent = DriverStorage.DIRECTORIES.open(folder.getParent())) {
            parent.removeTree(folder.getFileName().toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private Digest commit(Layers.Layer layer) {
        return layers.commit(new Layers.Commit(
                layer,
                image,
                "committed",
                "",
                "",
                "sh",
                "ab".repeat(32),
                ImageConfig.EMPTY,
                ImageConfig.EMPTY,
                List.of()));
    }

    private Set<String> names() {
        return Set.copyOf(store.images.list(true, Map.of()).stream()
                .flatMap(each -> each.tags().stream())
                .toList());
    }

    @ParameterizedTest
    @EnumSource(Scarce.class)
    void aCommitIsMadeWholeOrNotAtAll(Scarce kind) throws Exception {
        storage.prepareContainer("overlay2", "box", store.images.unpack(image, "overlay2"), IdMap.NONE, 0);
        Layers.Layer layer = new Layers.Layer("overlay2", "box", IdMap.NONE);
        Path root = storage.mount("overlay2", "box", "container");
        Files.write(root.resolve("written"), WRITTEN.getBytes(StandardCharsets.UTF_8));
        storage.unmount("overlay2", "box", "container");
        Set<String> blobs = store.blobs();
        byte[] index = Files.readAllBytes(content.resolve("index.json"));

        int failed = 0;
        for (int left = 0; left < MOST; left++) {
            disk.leave(kind, left);
            Digest made;
            try {
                made = commit(layer);
            } catch (FeluccaException e) {
                assertThat(e).as("with %s left", left).hasMessageContaining("No space left");
                assertThat(store.blobs()).as("blobs with %s left", left).isEqualTo(blobs);
                assertThat(store.unfinished()).as("with %s left", left).isEmpty();
                assertThat(content.resolve("index.json")).hasBinaryContent(index);
                assertThat(names()).containsExactly("base:latest");
                failed++;
                disk.free();
                continue;
            }
            disk.free();
            assertThat(failed).as("writes that failed").isPositive();
            assertThat(names()).containsExactlyInAnyOrder("base:latest", "committed:latest");
            assertThat(new String(store.save("committed"), StandardCharsets.ISO_8859_1))
                    .contains(WRITTEN);
            store.images.remove("committed", false, true);
            assertThat(store.blobs()).isEqualTo(blobs);
            assertThat(made).isNotEqualTo(image);
            return;
        }
        throw new AssertionError("it never succeeded");
    }
}
