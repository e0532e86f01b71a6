package io.felucca.itests.uml;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the project may lie for its tests under User-mode Linux, which mount a disk of their own on /tmp. */
@Timeout(600)
class WorkingFolderIT {

    @TempDir
    private Path clone;

    @Test
    @DisplayName("A clone below /tmp runs its programs there, and /tmp is still a disk of that boot's own")
    void aCloneBelowTmp() throws IOException {
        assertThat(clone.toRealPath()).as("the folder of this test").startsWith(Path.of("/tmp"));
        Path scripts = Files.createDirectories(clone.resolve("itests/uml"));
        for (String name : List.of("boot.sh", "xstate.c")) {
            Files.copy(Path.of("uml", name), scripts.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.writeString(clone.resolve("itests/data"), "from the clone\n");

        List<String> out = Program.of(
                        scripts.resolve("boot.sh").toString(), "sh", "-c", "pwd; cat data; findmnt -n -o FSTYPE /tmp")
                .in(clone.resolve("itests"))
                .run(590)
                .requireOk()
                .lines();

        assertThat(out).containsExactly(clone.resolve("itests").toRealPath().toString(), "from the clone", "ext4");
    }
}
