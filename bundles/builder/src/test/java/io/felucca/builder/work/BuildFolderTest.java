package io.felucca.builder.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.containers.Containers;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What builds that a crash cut left is removed by the next start. */
class BuildFolderTest {

    @TempDir
    Path parent;

    /** The removal of any container fails as no façade should. */
    private static Services failing() {
        Containers containers = (Containers) Proxy.newProxyInstance(
                BuildFolderTest.class.getClassLoader(),
                new Class<?>[] {Containers.class},
                (proxy, method, arguments) -> {
                    throw new IllegalStateException("broken");
                });
        return new Services(
                null, null, null, null, containers, () -> null, null, new KernelDirectories(), null, null, null);
    }

    private Path left(String name, String made) throws IOException {
        Path folder = Files.createDirectory(parent.resolve(name));
        Files.writeString(folder.resolve("made"), made);
        return folder;
    }

    @Test
    @DisplayName("T20: one folder that cannot be cleaned keeps none of the others")
    void oneFailureKeepsNoOther() throws IOException {
        List<Path> broken = List.of(left("a", "container a\n"), left("z", "container z\n"));
        Path cut = left("b", "contai");
        Path empty = left("c", "");

        BuildFolder.closeAll(BuildFolder.left(parent, failing()));

        assertThat(broken).allMatch(Files::exists);
        assertThat(cut).doesNotExist();
        assertThat(empty).doesNotExist();
    }
}
