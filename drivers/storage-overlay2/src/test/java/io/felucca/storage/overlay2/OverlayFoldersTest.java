package io.felucca.storage.overlay2;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.linux.folders.LayerRecord;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Half-made states, made by hand. */
class OverlayFoldersTest {

    @TempDir
    private Path root;

    private OverlayFolders folders;

    @BeforeEach
    void recover() {
        folders = new OverlayFolders(new KernelDirectories(), new KernelMounts(), root);
        folders.recover();
    }

    private static OverlayLayer active(String name) {
        return new OverlayLayer(new LayerInfo(name, "", State.ACTIVE, IdMap.NONE), "", List.of(), false);
    }

    @AfterEach
    void close() {
        folders.layers().close();
    }

    @Test
    void aRecordIsReadAsItWasWritten() {
        IdMap map = new IdMap(
                List.of(new IdMap.Range(0, 100_000, 1000), new IdMap.Range(1000, 5, 1)),
                List.of(new IdMap.Range(0, 4_000_000_000L, 65_536)));
        OverlayLayer record =
                new OverlayLayer(new LayerInfo("a", "p", State.COMMITTED, map), "L1", List.of("L2", "L3"), true);
        assertThat(LayerRecord.parse(record.format(), OverlayLayer::of)).contains(record);
        assertThat(LayerRecord.parse(active("a").format(), OverlayLayer::of)).contains(active("a"));
    }

    @Test
    void aCommitThatHadReplacedTheRecordIsFinished() throws IOException {
        folders.layers().make("key", "", (half, parent) -> active("key"));
        String link = folders.link("id");
        OverlayLayer committed =
                new OverlayLayer(new LayerInfo("id", "", State.COMMITTED, IdMap.NONE), link, List.of(), false);
        Files.writeString(root.resolve("layers/key/record"), committed.format());
        Files.createDirectory(root.resolve("layers/key/diff"));
        assertThat(folders.layers().find("key")).isEmpty();
        folders.recover();
        assertThat(folders.layers().find("key")).isEmpty();
        assertThat(folders.layers().find("id")).contains(committed.info());
        assertThat(root.resolve("l").resolve(link)).exists();
    }

    @Test
    void aCommitThatHadNotReplacedTheRecordIsUndone() throws IOException {
        folders.layers().make("key", "", (half, parent) -> active("key"));
        folders.link("id");
        Files.writeString(root.resolve("layers/key/record.new"), "name id\n");
        folders.recover();
        assertThat(folders.layers().find("key")).contains(active("key").info());
        assertThat(content("l")).isEmpty();
    }

    private List<Path> content(String folder) throws IOException {
        try (Stream<Path> stream = Files.list(root.resolve(folder))) {
            return stream.toList();
        }
    }
}
