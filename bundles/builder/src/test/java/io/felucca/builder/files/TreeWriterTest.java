package io.felucca.builder.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException.Kind;
import io.felucca.dockerfile.IgnorePatterns;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class TreeWriterTest {

    @TempDir
    Path folder;

    @Test
    @DisplayName("a copy ends soon after nobody wants its build any more")
    void copiesEnd() throws IOException {
        Path from = Files.createDirectories(folder.resolve("from/many"));
        for (int i = 0; i < 1000; i++) {
            Files.createFile(from.resolve("f" + i));
        }
        Files.createDirectory(folder.resolve("to"));
        KernelDirectories directories = new KernelDirectories();
        AtomicInteger looks = new AtomicInteger();
        try (Directory context = directories.open(folder.resolve("from"));
                Directory to = directories.open(folder.resolve("to"))) {
            List<Source> all = new Sources(context, "COPY").find("many");
            TreeWriter writer = new TreeWriter(0, 0, -1, IgnorePatterns.NONE, () -> looks.incrementAndGet() < 2);
            assertThatThrownBy(() -> writer.write(to, all, "/copy"))
                    .hasMessage("Build cancelled")
                    .hasFieldOrPropertyWithValue("kind", Kind.UNAVAILABLE);
        }
        try (Stream<Path> copied = Files.list(folder.resolve("to/copy"))) {
            assertThat(copied.count()).isBetween(1L, 200L);
        }
    }
}
