package io.felucca.testkit.storage;

import static io.felucca.testkit.Content.bytes;
import static io.felucca.testkit.Content.exists;
import static io.felucca.testkit.Content.folder;
import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.OpenFile;
import io.felucca.storage.spi.LayerLimit;
import io.felucca.testkit.Content;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Layers that cannot grow beyond a limit; where a store takes none, the refusal. */
interface LayerLimitContract {

    int CHUNK_BYTES = 1 << 16;

    LayerBench bench();

    /**
     * Prepares a layer with a limit over a parent that has {@code file}. Where none is kept it is refused in words, nothing
     * is left, and the answer is false.
     */
    private boolean limits(String key, String parent) {
        if (!(bench().store() instanceof LayerLimit limited)) {
            return false;
        }
        Throwable refused = catchThrowable(() -> limited.prepare(key, parent, IdMap.NONE, bench().limitBytes()));
        if (refused == null) {
            return true;
        }
        assertThat(refused).isInstanceOfSatisfying(FeluccaException.class, e -> {
            assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.UNSUPPORTED);
            assertThat(e.getMessage()).isNotBlank();
        });
        assertThat(bench().store().find(key)).isEmpty();
        bench().store().prepare(key, parent, IdMap.NONE);
        bench().in(key, root -> assertThat(read(root, "file")).isEqualTo("base"));
        return false;
    }

    private static void fill(Directory root, String name, long bytes) {
        byte[] noise = new byte[CHUNK_BYTES];
        long written = 0;
        try (OpenFile file = root.createFile(Content.bytes(name), 0644)) {
            while (written < bytes) {
                ThreadLocalRandom.current().nextBytes(noise);
                file.writeFully(ByteBuffer.wrap(noise));
                written += CHUNK_BYTES;
            }
        }
    }

    @Test
    @DisplayName(
            "B2: what writes beyond a layer's limit is told that the space is used up, and other layers go on; or no"
                    + " limit is taken")
    default void aLimitedLayerIsFullAtItsLimitAndOthersGoOn() {
        bench().layer("base", "", root -> write(root, "file", "base"));
        if (!limits("small", "base")) {
            return;
        }
        bench().store().prepare("other", "base", IdMap.NONE);
        long limit = bench().limitBytes();
        bench().in("small", root -> {
            write(root, "own", "text");
            assertFull(root, limit);
            assertThat(root.stat(bytes("much")).sizeBytes()).isLessThanOrEqualTo(limit);
            bench().in("other", free -> fill(free, "more", limit / 10));
            assertThat(read(root, "own")).isEqualTo("text");
            root.unlink(bytes("much"));
            root.syncFileSystem();
            write(root, "more", "after");
        });
        bench().reopen();
        bench().in("small", root -> {
            assertThat(read(root, "more")).isEqualTo("after");
            assertFull(root, limit);
        });
    }

    private static void assertFull(Directory root, long limit) {
        assertThatThrownBy(() -> fill(root, "much", 2 * limit))
                .isInstanceOf(FeluccaException.class)
                .hasMessageMatching("(?s).*(No space left on device|Disk quota exceeded).*");
    }

    @Test
    @DisplayName(
            "B2: a limited layer shows its parent, takes a tenth of its limit, and its name is free once it is removed")
    default void aLimitedLayerIsALayer() {
        bench().layer("base", "", root -> write(root, "file", "base"));
        if (!limits("small", "base")) {
            return;
        }
        bench().in("small", root -> {
            fill(root, "own", bench().limitBytes() / 10);
            write(root, "file", "changed");
            folder(root, "folder", below -> write(below, "deep", "1"));
            root.rename(bytes("own"), root, bytes("renamed"));
        });
        bench().store().remove("small");
        bench().store().prepare("small", "base", IdMap.NONE);
        bench().in("small", root -> {
            assertThat(read(root, "file")).isEqualTo("base");
            assertThat(exists(root, "renamed")).isFalse();
            fill(root, "own", bench().limitBytes() / 10);
        });
    }
}
