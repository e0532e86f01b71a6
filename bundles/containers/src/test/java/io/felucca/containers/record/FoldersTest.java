package io.felucca.containers.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("a folder that is discarded")
class FoldersTest {

    @TempDir
    Path directory;

    private final List<Runnable> later = new ArrayList<>();
    private Path folder;
    private Path trash;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectories(directory.resolve("c/one"));
        Files.writeString(folder.resolve("config.json"), "{}");
        Files.createDirectories(folder.resolve("exit/1"));
        Files.createSymbolicLink(folder.resolve("link"), directory);
        trash = Files.createDirectory(directory.resolve("trash"));
    }

    @Test
    void isGoneAtOnceAndDeletedBeside() {
        Folders.discard(folder, trash, later::add);

        assertThat(folder).doesNotExist();
        later.forEach(Runnable::run);
        assertThat(trash).isEmptyDirectory();
        assertThat(directory).exists();
    }

    @Test
    @DisplayName("and was there again and again has a place each time")
    void twice() throws IOException {
        Folders.discard(folder, trash, later::add);
        Files.createDirectories(folder);
        Folders.discard(folder, trash, later::add);
        Folders.discard(folder, trash, later::add);

        assertThat(folder).doesNotExist();
        later.forEach(Runnable::run);
        assertThat(trash).isEmptyDirectory();
    }

    @Test
    @DisplayName("while the engine stops is left to the next one")
    void whileStopping() {
        Folders.discard(folder, trash, work -> {
            throw FeluccaException.unavailable("the engine is stopping");
        });

        assertThat(folder).doesNotExist();
        assertThat(trash).isNotEmptyDirectory();
        Folders.empty(trash);
        assertThat(trash).isEmptyDirectory();
    }

    @Test
    @DisplayName("without a trash is deleted where it is")
    void withoutTrash() throws IOException {
        Files.delete(trash);

        Folders.discard(folder, trash, later::add);

        assertThat(folder).doesNotExist();
        assertThat(later).isEmpty();
    }
}
