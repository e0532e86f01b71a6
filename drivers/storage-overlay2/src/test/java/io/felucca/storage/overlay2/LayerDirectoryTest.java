package io.felucca.storage.overlay2;

import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.names;
import static io.felucca.testkit.Content.write;
import static io.felucca.testkit.storage.LayerBench.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Stat;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.LayerDirectory;
import io.felucca.testkit.storage.LayerBench;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Layers unpacked straight into their folders. */
@Tag("root")
class LayerDirectoryTest {

    private final LayerBench bench = new LayerBench(
            new Overlay2Driver(new KernelDirectories(), new KernelMounts(), new KernelProjectQuotas()), Map.of());
    private final LayerDirectory layers = (LayerDirectory) bench.store();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void layersUnpackedWithoutTheirParentsAreCommittedOverThem() {
        bench.store().prepare("x", "", IdMap.NONE);
        bench.store().prepare("y", "", IdMap.NONE);
        fill("y", layer -> {
            write(layer, "new", "y");
            layer.makeNode(bytes("old"), FileType.CHARACTER_DEVICE, 0, 0);
        });
        fill("x", layer -> {
            write(layer, "old", "x");
            write(layer, "kept", "x");
        });
        bench.store().commit("1", "x");
        layers.commitOver("2", "y", "1");
        bench.look("2", root -> assertThat(names(root)).containsExactly("kept", "new"));
        assertThat(bench.store().find("2").orElseThrow().parent()).isEqualTo("1");
        assertFails(Kind.CONFLICT, "1", () -> bench.store().remove("1"));
    }

    @Test
    void aLayerIsCommittedOverWhatIsCommittedOnly() {
        bench.store().prepare("x", "", IdMap.NONE);
        bench.store().prepare("y", "", IdMap.NONE);
        assertFails(Kind.CONFLICT, "x", () -> layers.commitOver("2", "y", "x"));
        assertFails(Kind.NOT_FOUND, "nobody", () -> layers.commitOver("2", "y", "nobody"));
        bench.store().commit("1", "x");
        bench.store().prepare("over", "1", IdMap.NONE);
        assertFails(Kind.CONFLICT, "over", () -> layers.commitOver("2", "over", "1"));
    }

    @Test
    @DisplayName("S5 the folder of a container's changes holds whiteouts in the kernel's form")
    void theFolderHoldsTheLayersOwnChanges() {
        bench.layer("base", "", root -> write(root, "file", "1"));
        bench.store().prepare("a", "base", IdMap.NONE);
        bench.in("a", root -> root.unlink(bytes("file")));
        fill("a", diff -> {
            Stat mark = diff.stat(bytes("file"));
            assertThat(mark.isWhiteout()).isTrue();
            assertThat(names(diff)).containsExactly("file");
        });
        bench.store().view("v", "base");
        assertThat(layers.directory("v")).isEmpty();
    }

    private void fill(String key, Consumer<Directory> content) {
        try (Directory directory =
                bench.directories().open(layers.directory(key).orElseThrow())) {
            content.accept(directory);
        }
    }
}
