package io.felucca.testkit;

import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.exists;
import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.linux.Directory;
import io.felucca.linux.OpenFile;
import io.felucca.storage.spi.LayerLimit;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Layers that cannot grow beyond a limit. Where a store keeps none, the refusal is what is tested. */
interface LayerLimitContract {

    int CHUNK_BYTES = 1 << 16;

    LayerBench bench();

    private void prepareLimited(String key, String parent) {
        Assumptions.assumeTrue(bench().store() instanceof LayerLimit, "the store limits no layers");
        try {
            ((LayerLimit) bench().store()).prepare(key, parent, IdMap.NONE, bench().limitBytes());
        } catch (FeluccaException e) {
            Assumptions.assumeFalse(e.kind() == Kind.UNSUPPORTED, e.getMessage());
            throw e;
        }
    }

    private static long fill(Directory root, String name, long mostBytes) {
        byte[] noise = new byte[CHUNK_BYTES];
        long written = 0;
        try (OpenFile file = root.createFile(bytes(name), 0644)) {
            while (written < mostBytes) {
                ThreadLocalRandom.current().nextBytes(noise);
                file.writeFully(ByteBuffer.wrap(noise));
                written += CHUNK_BYTES;
            }
            return written;
        }
    }

    @Test
    @DisplayName("B2: what writes beyond a layer's limit is told that the space is used up, and other layers go on")
    default void aLimitedLayerIsFullAtItsLimitAndOthersGoOn() {
        bench().layer("base", "", root -> write(root, "file", "base"));
        prepareLimited("small", "base");
        bench().store().prepare("other", "base", IdMap.NONE);
        long limit = bench().limitBytes();
        bench().in("small", root -> {
            write(root, "own", "text");
            assertThatThrownBy(() -> fill(root, "much", 2 * limit))
                    .isInstanceOf(FeluccaException.class)
                    .hasMessageMatching("(?s).*(No space left on device|Disk quota exceeded).*");
            assertThat(root.stat(bytes("much")).sizeBytes()).isLessThanOrEqualTo(limit);
            bench().in(
                            "other",
                            free -> assertThat(fill(free, "much", 2 * limit)).isGreaterThanOrEqualTo(2 * limit));
            assertThat(read(root, "own")).isEqualTo("text");
            root.unlink(bytes("much"));
            root.syncFileSystem();
            write(root, "more", "after");
        });
        bench().reopen();
        bench().in("small", root -> {
            assertThat(read(root, "more")).isEqualTo("after");
            assertThatThrownBy(() -> fill(root, "much", 2 * limit)).isInstanceOf(FeluccaException.class);
        });
    }

    @Test
    @DisplayName("B2: a limited layer takes a tenth of its limit, shows its parent, and is removed like any other")
    default void aLimitedLayerIsALayer() {
        bench().layer("base", "", root -> write(root, "file", "base"));
        prepareLimited("small", "base");
        bench().in("small", root -> {
            fill(root, "own", bench().limitBytes() / 10);
            write(root, "file", "changed");
        });
        bench().store().remove("small");
        prepareLimited("small", "base");
        bench().in("small", root -> {
            assertThat(read(root, "file")).isEqualTo("base");
            assertThat(exists(root, "own")).isFalse();
        });
    }

    @Test
    @DisplayName(
            "B2: where the filesystem keeps no limits a limited layer is refused in words, and nothing of it is left")
    default void aLimitThatCannotBeKeptIsRefusedWhole() {
        bench().layer("base", "", root -> write(root, "file", "base"));
        Assumptions.assumeTrue(bench().store() instanceof LayerLimit, "the store limits no layers");
        Throwable refused = catchThrowable(
                () -> ((LayerLimit) bench().store()).prepare("small", "base", IdMap.NONE, bench().limitBytes()));
        Assumptions.assumeTrue(refused != null, "limits are kept here");
        assertThat(refused).isInstanceOfSatisfying(FeluccaException.class, e -> {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.UNSUPPORTED);
            assertThat(e.getMessage()).isNotBlank();
        });
        assertThat(bench().store().find("small")).isEmpty();
        bench().store().prepare("small", "base", IdMap.NONE);
        bench().in("small", root -> assertThat(read(root, "file")).isEqualTo("base"));
    }
}
