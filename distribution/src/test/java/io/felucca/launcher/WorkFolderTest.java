package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {

    @TempDir
    Path folder;

    private Path work;
    private Path instead;

    @BeforeEach
    void makeFolder() throws IOException {
        work = Files.createDirectory(folder.resolve("framework"));
        instead = folder.resolve("exec/framework");
    }

    @Test
    @DisplayName("Issue 11.5 a data root with space keeps the cache, and a reserve that is made once")
    void reserve() throws IOException {
        assertThat(WorkFolder.withSpace(work, instead)).isEqualTo(work);

        Object made = Files.getAttribute(work.resolve("reserve"), "unix:ino");
        assertThat(work.resolve("reserve")).hasSize(2 << 20);
        assertThat(work.resolve("tmp")).isEmptyDirectory();
        assertThat(instead).doesNotExist();
        assertThat(WorkFolder.withSpace(work, instead)).isEqualTo(work);
        assertThat(Files.getAttribute(work.resolve("reserve"), "unix:ino")).isEqualTo(made);
    }

    @Test
    @DisplayName("Issue 11.5 where the data root takes no bytes the cache is elsewhere, until it does again")
    void elsewhere() throws IOException {
        // A file in the way of the temporary files, as a full disk is.
        Files.createFile(work.resolve("tmp"));

        assertThat(WorkFolder.withSpace(work, instead)).isEqualTo(instead);
        assertThat(instead.resolve("tmp")).isEmptyDirectory();

        Files.delete(work.resolve("tmp"));
        Files.createFile(instead.resolve("left"));
        assertThat(WorkFolder.withSpace(work, instead)).isEqualTo(work);
        assertThat(instead).isEmptyDirectory();
    }
}
