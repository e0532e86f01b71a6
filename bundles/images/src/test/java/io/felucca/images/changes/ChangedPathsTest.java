package io.felucca.images.changes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.images.layers.Owners;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangedPathsTest {

    private final KernelDirectories directories = new KernelDirectories();

    @TempDir
    Path folder;

    private static byte[] bytes(String name) {
        return name.getBytes(ISO_8859_1);
    }

    @Test
    @DisplayName("T11 a walk is told of each path whether it was changed, also where names begin alike or are no text")
    void changedPathsAreTold() throws IOException {
        Path upper = folder.resolve("upper");
        Files.createDirectories(upper.resolve("a/x"));
        Files.createDirectories(upper.resolve("a-b"));
        Files.createFile(upper.resolve("a.c"));
        try (Directory root = directories.open(upper)) {
            root.makeDirectory(bytes("\377"), 0700);
            try (SortedChanges changes = LayerDiff.changes(Optional.empty(), root, Owners.HOST, LayerDiff.Filter.ALL);
                    ChangedPaths changed = new ChangedPaths(changes)) {
                List<String> asked = List.of("", "0", "a", "a/x", "a/y", "a-a", "a-b", "a.c", "b", "\377", "\377x");
                assertThat(asked.stream().filter(path -> changed.contains(bytes(path))))
                        .containsExactly("a", "a/x", "a-b", "a.c", "\377");
            }
        }
    }
}
