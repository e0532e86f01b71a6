package io.felucca.storage.vfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.linux.kernel.KernelDirectories;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Half-made states, made by hand. */
class LayerFoldersTest {

    private static final LayerInfo ACTIVE = new LayerInfo("key", "", State.ACTIVE, IdMap.NONE);
    private static final LayerInfo COMMITTED = new LayerInfo("id", "", State.COMMITTED, IdMap.NONE);

    @TempDir
    private Path root;

    private LayerFolders folders;

    @BeforeEach
    void recover() {
        folders = new LayerFolders(new KernelDirectories(), root);
        folders.recover();
    }

    @AfterEach
    void close() {
        folders.close();
    }

    @Test
    void aRecordIsReadAsItWasWrittenAndNoneWhenItWasCut() {
        LayerInfo info = new LayerInfo(
                "a",
                "p",
                State.ACTIVE,
                new IdMap(
                        List.of(new IdMap.Range(0, 100_000, 1000), new IdMap.Range(1000, 5, 1)),
                        List.of(new IdMap.Range(0, 4_000_000_000L, 65_536))));
        String text = new LayerRecord().format(info);
        assertThat(new LayerRecord().parse(text)).contains(info);
        for (int length = 0; length < text.length(); length++) {
            assertThat(new LayerRecord().parse(text.substring(0, length))).isEmpty();
        }
    }

    @Test
    void whatWasBeingMadeIsForgotten() throws IOException {
        Path half = folders.startHalf(true);
        Path cut = Files.createDirectory(root.resolve("layers/cut"));
        Files.writeString(cut.resolve("record"), "name cut\npar");
        folders.recover();
        assertThat(half).doesNotExist();
        assertThat(folders.list()).isEmpty();
        assertThat(cut).doesNotExist();
    }

    @Test
    void aCommitThatHadReplacedTheRecordIsFinished() throws IOException {
        folders.finish(folders.startHalf(true), ACTIVE);
        Files.writeString(root.resolve("layers/key/record"), new LayerRecord().format(COMMITTED));
        assertThat(folders.list()).isEmpty();
        folders.recover();
        assertThat(folders.list()).containsExactly(COMMITTED);
        assertThat(folders.files("id")).isDirectory();
    }

    @Test
    void aCommitThatHadNotReplacedTheRecordIsUndone() throws IOException {
        folders.finish(folders.startHalf(true), ACTIVE);
        Files.writeString(root.resolve("layers/key/record.new"), new LayerRecord().format(COMMITTED));
        folders.recover();
        assertThat(folders.list()).containsExactly(ACTIVE);
    }
}
