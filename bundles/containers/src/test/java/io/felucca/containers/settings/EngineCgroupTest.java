package io.felucca.containers.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineCgroupTest {

    @TempDir
    Path hierarchies;

    @Test
    void emptyGroupsGoAndUsedOnesStay() throws IOException {
        Path unified = Files.createDirectory(hierarchies.resolve("felucca-1"));
        Path empty = Files.createDirectories(hierarchies.resolve("memory/felucca-1"));
        Path used = Files.createDirectories(hierarchies.resolve("pids/felucca-1/container"))
                .getParent();
        Path other = Files.createDirectories(hierarchies.resolve("memory/felucca-2"));

        new EngineCgroup(hierarchies, "/felucca-1").removeUnlessUsed();

        assertThat(unified).doesNotExist();
        assertThat(empty).doesNotExist();
        assertThat(used).isDirectory();
        assertThat(other).isDirectory();
    }
}
