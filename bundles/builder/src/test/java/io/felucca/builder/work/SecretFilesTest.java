package io.felucca.builder.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class SecretFilesTest {

    @TempDir
    private Path execRoot;

    private SecretFiles open() {
        return new SecretFiles(execRoot, new KernelDirectories());
    }

    @Test
    @DisplayName("a secret is a file with the mode and owner that are wanted, and goes when it is closed")
    void aFileUntilItIsClosed() throws IOException {
        byte[] secret = "hidden\n".repeat(30_000).getBytes(StandardCharsets.UTF_8);
        Path path;
        try (SecretFiles.Made made = open().make(secret, 0440)) {
            path = made.path();
            made.own(IdMap.NONE, 5, 6);
            assertThat(Files.readAllBytes(path)).isEqualTo(secret);
            assertThat(Files.getAttribute(path, "unix:mode")).isEqualTo(0100440);
            assertThat(Files.getAttribute(path, "unix:uid")).isEqualTo(5);
            assertThat(Files.getAttribute(path, "unix:gid")).isEqualTo(6);
        }
        assertThat(path).doesNotExist();
    }

    @Test
    @DisplayName("nobody else can list the secrets, and a start removes what a crash left of them")
    void aStartRemovesWhatIsLeft() throws IOException {
        Path path = open().make(new byte[] {1}, 0444).path();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent())))
                .isEqualTo("rwx--x--x");
        open();
        assertThat(path).doesNotExist();
    }
}
