package io.felucca.git.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.jgit.lib.ObjectInserter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundsTest {

    private static Bounds bounds(Duration time) {
        return new Bounds("x", 100, 2, time, () -> true);
    }

    @Test
    @DisplayName("T11: a pack is bounded, as are files and time")
    void bounds() throws Exception {
        Bounds bounds = bounds(Duration.ofHours(1));
        bounds.pack(true);
        InputStream in = bounds.counted(new ByteArrayInputStream(new byte[101]));
        assertThat(in.readNBytes(100)).hasSize(100);
        assertThatThrownBy(in::read).isInstanceOf(FeluccaException.class).hasMessageContaining("more than 100 bytes");

        Bounds files = bounds(Duration.ofHours(1));
        files.file(0);
        files.file(0);
        assertThatThrownBy(() -> files.file(0)).hasMessageContaining("more than 2 files");
        assertThatThrownBy(() -> bounds(Duration.ofHours(-1)).check()).hasMessageContaining("takes too long");
        Bounds unwanted = new Bounds("x", 1, 1, Duration.ofHours(1), () -> false);
        assertThatThrownBy(unwanted::check).hasMessage("Build cancelled");
    }

    @Test
    @DisplayName("T11: what a server tells before a pack is bounded")
    void talk() {
        Bounds bounds = bounds(Duration.ofHours(1));
        bounds.pack(false);
        InputStream endless = bounds.counted(new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                return length;
            }
        });
        assertThatThrownBy(() -> endless.transferTo(OutputStream.nullOutputStream()))
                .hasMessageContaining("bytes of references");
    }

    @Test
    @DisplayName("T11: a pack of too many objects is refused before the first")
    void objects(@TempDir Path folder) throws Exception {
        OwnSettings.install();
        byte[] header = ByteBuffer.allocate(12)
                .put("PACK".getBytes(StandardCharsets.US_ASCII))
                .putInt(2)
                .putInt(Bounds.PACK_OBJECTS + 1)
                .array();
        try (BoundedRepository repository = BoundedRepository.create(folder.resolve("r"), bounds(Duration.ofHours(1)));
                ObjectInserter inserter = repository.newObjectInserter()) {
            assertThatThrownBy(() -> inserter.newPackParser(new ByteArrayInputStream(header)))
                    .isInstanceOf(FeluccaException.class)
                    .hasMessageContaining("300001 objects");
        }
    }
}
