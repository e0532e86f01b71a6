package io.felucca.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
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

    @Tag("root")
    @Test
    @DisplayName("Issue 11.10 a second launcher in this process is refused, and does not release the first one's lock")
    void oneOfAProcess() throws IOException {
        String temporary = System.getProperty("java.io.tmpdir");
        EngineOptions options = EngineOptions.of(List.of(
                "--data-root",
                folder.resolve("d").toString(),
                "--exec-root",
                folder.resolve("x").toString()));
        try (WorkFolder first = WorkFolder.lock(options)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> WorkFolder.lock(options))
                        .isInstanceOf(LaunchException.class)
                        .hasMessage("data root " + folder.resolve("d")
                                + " is in use by another engine: give this one its own --data-root");
            }
            Object inode = Files.getAttribute(folder.resolve("d/framework/lock"), "unix:ino");
            assertThat(Files.readString(Path.of("/proc/locks"))).contains(":" + inode + " ");
            assertThat(first.path()).isEqualTo(folder.resolve("d/framework"));
        } finally {
            System.setProperty("java.io.tmpdir", temporary);
        }
        WorkFolder.lock(options).close();
        System.setProperty("java.io.tmpdir", temporary);
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
