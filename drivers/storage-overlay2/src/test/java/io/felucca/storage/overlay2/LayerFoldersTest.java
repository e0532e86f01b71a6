package io.felucca.storage.overlay2;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.linux.kernel.KernelDirectories;
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
class LayerFoldersTest {

    @TempDir
    private Path root;

    private LayerFolders folders;

    @BeforeEach
    void recover() {
        folders = new LayerFolders(new KernelDirectories(), root);
        folders.recover();
    }

    private static LayerRecord active(String name) {
        return new LayerRecord(name, "", State.ACTIVE, IdMap.NONE, "", List.of(), false);
    }

    @AfterEach
    void close() {
        folders.close();
    }

    @Test
    void aRecordIsReadAsItWasWritten() {
        IdMap map = new IdMap(
                List.of(new IdMap.Range(0, 100_000, 1000), new IdMap.Range(1000, 5, 1)),
                List.of(new IdMap.Range(0, 4_000_000_000L, 65_536)));
        LayerRecord record = new LayerRecord("a", "p", State.COMMITTED, map, "L1", List.of("L2", "L3"), true);
        assertThat(LayerRecord.parse(record.format())).contains(record);
        assertThat(LayerRecord.parse(active("a").format())).contains(active("a"));
    }

    @Test
    void aRecordThatWasCutIsNone() {
        String text = active("a").format();
        for (int length = 0; length < text.length(); length++) {
            assertThat(LayerRecord.parse(text.substring(0, length))).isEmpty();
        }
    }

    @Test
    void whatWasBeingMadeIsForgotten() throws IOException {
        Path half = folders.startHalf();
        Files.createDirectory(half.resolve("diff"));
        Path noRecord = Files.createDirectory(root.resolve("layers/cut"));
        Files.writeString(noRecord.resolve("record"), "name cut\nparent \nsta");
        folders.recover();
        assertThat(half).doesNotExist();
        assertThat(folders.find("cut")).isEmpty();
        assertThat(noRecord).doesNotExist();
    }

    @Test
    void aCommitThatHadReplacedTheRecordIsFinished() throws IOException {
        folders.finish(folders.startHalf(), active("key"));
        String link = folders.link("id");
        LayerRecord committed = new LayerRecord("id", "", State.COMMITTED, IdMap.NONE, link, List.of(), false);
        Files.writeString(root.resolve("layers/key/record"), committed.format());
        Files.createDirectory(root.resolve("layers/key/diff"));
        assertThat(folders.find("key")).isEmpty();
        folders.recover();
        assertThat(folders.find("key")).isEmpty();
        assertThat(folders.find("id")).contains(committed);
        assertThat(root.resolve("l").resolve(link)).exists();
    }

    @Test
    void aCommitThatHadNotReplacedTheRecordIsUndone() throws IOException {
        folders.finish(folders.startHalf(), active("key"));
        folders.link("id");
        Files.writeString(root.resolve("layers/key/record.new"), "name id\n");
        folders.recover();
        assertThat(folders.find("key")).contains(active("key"));
        assertThat(content("l")).isEmpty();
    }

    private List<Path> content(String folder) throws IOException {
        try (Stream<Path> stream = Files.list(root.resolve(folder))) {
            return stream.toList();
        }
    }
}
