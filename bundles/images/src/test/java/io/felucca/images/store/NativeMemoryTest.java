package io.felucca.images.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader of zstd has its window, here of 8 MiB, outside the heap. */
@Tag("root")
class NativeMemoryTest {

    private static final int TIMES = 100;
    private static final long LEAKED_KIB = TIMES * (8L << 10);

    @TempDir
    Path folder;

    private interface Use {
        void of(byte[] archive) throws IOException;
    }

    private static void assertNothingStays(Use use) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (ZstdOutputStream out = new ZstdOutputStream(packed, 19)) {
            out.write(Tars.of("file", "content"));
        }
        use.of(packed.toByteArray());
        long before = outsideHeapKib();
        for (int i = 0; i < TIMES; i++) {
            use.of(packed.toByteArray());
        }
        assertThat(outsideHeapKib() - before).isLessThan(LEAKED_KIB / 2);
    }

    private static long outsideHeapKib() throws IOException {
        long dataKib = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmData:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
        return dataKib - Runtime.getRuntime().totalMemory() / 1024;
    }

    @Test
    @DisplayName("Unpacking an archive into a folder gives back what its decompressor held")
    void extract() throws IOException {
        FolderFiles files = new FolderFiles(new KernelDirectories());
        assertNothingStays(archive -> files.extract(folder, new ByteArrayInputStream(archive)));
    }

    @Test
    @DisplayName("Importing an image gives back what its decompressor held")
    void importing() throws IOException {
        TestStore store = new TestStore(folder);
        assertNothingStays(archive -> store.importTar(archive, "x"));
    }
}
