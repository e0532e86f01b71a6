package io.felucca.containers.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class WorkingDirectoryTest {

    @TempDir
    private Path root;

    private void prepare(String path, IdMap idMap) {
        try (Directory directory = new KernelDirectories().open(root)) {
            WorkingDirectory.prepare(directory, path, idMap);
        }
    }

    @Test
    @DisplayName("S74 what is missing is made, owned by the container's root")
    void makesWhatIsMissing() throws IOException {
        IdMap map = new IdMap(List.of(new IdMap.Range(0, 100_000, 10)), List.of(new IdMap.Range(0, 200_000, 10)));

        prepare("/a/b//./c/../d", map);
        prepare("/a/b/d", map);

        assertThat(root.resolve("a/b/c")).isDirectory();
        assertThat(Files.readAttributes(root.resolve("a/b/d"), "unix:uid,gid,mode"))
                .containsEntry("uid", 100_000)
                .containsEntry("gid", 200_000)
                .containsEntry("mode", 040755);
    }

    @Test
    void followsLinksInsideTheRoot() throws IOException {
        Files.createDirectories(root.resolve("real"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("/../real"));
        Files.createSymbolicLink(root.resolve("real/up"), Path.of("../other"));

        prepare("/link/up/x", IdMap.NONE);

        assertThat(root.resolve("other/x")).isDirectory();
    }

    @Test
    @DisplayName("T2 a link to a process's magic links is refused, and nothing is made")
    void refusesALinkIntoProc() throws IOException {
        Files.createDirectory(root.resolve("proc"));
        Files.createSymbolicLink(root.resolve("fd"), Path.of("/proc/self/fd/7"));
        Files.createSymbolicLink(root.resolve("p"), Path.of("proc"));
        Files.createSymbolicLink(root.resolve("dots"), Path.of("../../proc/self/cwd"));

        for (String path : List.of("/fd", "/p/1/root", "/dots", "/proc/thread-self/fd/8", "/p/self")) {
            assertThatThrownBy(() -> prepare(path, IdMap.NONE))
                    .isInstanceOf(FeluccaException.class)
                    .hasMessageContaining("'" + path + "' is invalid");
        }
        try (var entries = Files.list(root.resolve("proc"))) {
            assertThat(entries).isEmpty();
        }
    }

    @Test
    void refusesAFileAndARing() throws IOException {
        Files.createFile(root.resolve("file"));
        Files.createSymbolicLink(root.resolve("ring"), Path.of("ring"));

        assertThatThrownBy(() -> prepare("/file", IdMap.NONE)).hasMessage("Cannot mkdir: /file is not a directory");
        assertThatThrownBy(() -> prepare("/file/x", IdMap.NONE)).hasMessage("Cannot mkdir: /file/x is not a directory");
        assertThatThrownBy(() -> prepare("/ring", IdMap.NONE))
                .hasMessageContaining("too many levels of symbolic links");
    }
}
