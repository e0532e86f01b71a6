package io.felucca.linux.folders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.LayerStore.LayerInfo;
import io.felucca.storage.spi.LayerStore.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Half-made states, made by hand (B3: a crash at any instant is harmless), and who waits for whom. */
class LayerFoldersTest {

    private record Layer(LayerInfo info, String colour) implements LayerRecord {
        @Override
        public void describe(RecordText text) {
            text.put("colour", colour);
        }
    }

    private static final Layer ACTIVE = layer("key", "", State.ACTIVE);
    private static final Layer COMMITTED = layer("id", "", State.COMMITTED);

    @TempDir
    private Path root;

    private LayerFolders<Layer> layers;

    @BeforeEach
    void open() {
        layers = new LayerFolders<>(
                new KernelDirectories(),
                new KernelMounts(),
                root,
                "test",
                "files",
                (info, words) -> new Layer(info, words.get("colour")));
        layers.recover();
    }

    @AfterEach
    void close() {
        layers.close();
    }

    private static Layer layer(String name, String parent, State state) {
        return new Layer(new LayerInfo(name, parent, state, IdMap.NONE), "red");
    }

    private void make(Layer layer) {
        layers.make(layer.name(), layer.parent(), (half, parent) -> {
            assertThat(layers.files(half).toFile().mkdir()).isTrue();
            return layer;
        });
    }

    @Test
    void aRecordIsReadAsItWasWrittenAndNoneWhenItWasCut() {
        IdMap map = new IdMap(
                List.of(new IdMap.Range(0, 100_000, 1000), new IdMap.Range(1000, 5, 1)),
                List.of(new IdMap.Range(0, 4_000_000_000L, 65_536)));
        Layer layer = new Layer(new LayerInfo("a", "p", State.ACTIVE, map), "blue");
        String text = layer.format();
        assertThat(read(text)).contains(layer);
        for (int length = 0; length < text.length(); length++) {
            assertThat(read(text.substring(0, length))).isEmpty();
        }
    }

    private static Optional<Layer> read(String text) {
        return LayerRecord.parse(text, (info, words) -> new Layer(info, words.get("colour")));
    }

    @Test
    void B3_whatWasBeingMadeIsForgotten() throws IOException {
        Path half = layers.startHalf();
        Path cut = Files.createDirectory(root.resolve("layers/cut"));
        Files.writeString(cut.resolve("record"), "name cut\npar");
        layers.recover();
        assertThat(half).doesNotExist();
        assertThat(layers.list()).isEmpty();
        assertThat(cut).doesNotExist();
    }

    @Test
    void B3_whatCouldNotBeMadeLeavesNothing() throws IOException {
        assertThatThrownBy(() -> layers.make("key", "", (half, parent) -> {
                    throw FeluccaException.system("the disk is full", null);
                }))
                .hasMessage("the disk is full");
        assertThat(layers.list()).isEmpty();
        assertThat(RecordFolders.children(root.resolve("tmp"))).isEmpty();
    }

    @Test
    void B3_aCommitThatHadReplacedTheRecordIsFinished() throws IOException {
        make(ACTIVE);
        Files.writeString(root.resolve("layers/key/record"), COMMITTED.format());
        assertThat(layers.list()).isEmpty();
        layers.recover();
        assertThat(layers.list()).containsExactly(COMMITTED.info());
        assertThat(layers.files("id")).isDirectory();
    }

    @Test
    void B3_aCommitThatHadNotReplacedTheRecordIsUndone() throws IOException {
        make(ACTIVE);
        Files.writeString(root.resolve("layers/key/record.new"), COMMITTED.format());
        layers.recover();
        assertThat(layers.list()).containsExactly(ACTIVE.info());
    }

    @Test
    void aParentIsNotRemovedWhileAChildIsMadeOrRenamed() {
        make(COMMITTED);
        layers.make("child", "id", (half, parent) -> {
            assertThat(parent).contains(COMMITTED);
            assertThatThrownBy(() -> layers.remove("id", layer -> {}))
                    .hasMessage("layer id cannot be removed: another is being made over it");
            return layer("child", "id", State.ACTIVE);
        });
        // Between the two names of a layer that is being committed no record has either.
        layers.rules().over("id", parent -> {
            layers.replace("child", layer("top", "id", State.COMMITTED));
            assertThatThrownBy(() -> layers.remove("id", layer -> {})).isInstanceOf(FeluccaException.class);
        });
        assertThatThrownBy(() -> layers.remove("id", layer -> {}))
                .hasMessage("layer id cannot be removed: layer top is over it");
    }
}
