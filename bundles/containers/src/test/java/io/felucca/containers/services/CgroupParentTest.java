package io.felucca.containers.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real cgroups; needs root. */
@Tag("root")
class CgroupParentTest {

    private static final Path HIERARCHIES = Path.of("/sys/fs/cgroup");

    private final String name = "fcparent" + ProcessHandle.current().pid();
    private final List<Path> made = new ArrayList<>();

    /** In a hierarchy of version 1, or in the unified one. */
    private Path parent() throws IOException {
        Path pids = HIERARCHIES.resolve("pids");
        Path parent = (Files.isDirectory(pids) ? pids : HIERARCHIES).resolve(name);
        made.add(Files.createDirectory(parent));
        return parent;
    }

    @AfterEach
    void remove() throws IOException {
        for (Path cgroup : made) {
            Files.deleteIfExists(cgroup);
        }
    }

    @Test
    @DisplayName("issue 11: a --cgroup-parent that an administrator made is there after the engine has ended")
    void anAdministratorsParentStays() throws IOException {
        Path parent = parent();
        try (TestEngine engine = new TestEngine()) {
            engine.end();
            engine.cgroupParent = "/" + name;
            engine.begin();
            engine.end();

            assertThat(parent).isDirectory();
            engine.begin();
        }
        assertThat(parent).isDirectory();
    }
}
