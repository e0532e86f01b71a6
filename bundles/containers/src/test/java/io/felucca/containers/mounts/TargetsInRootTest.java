package io.felucca.containers.mounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.containers.spec.UserMount;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** T6: where the destinations of mounts lead. */
class TargetsInRootTest {

    @TempDir
    private Path folder;

    private Path root;
    private Path volume;

    @BeforeEach
    void layOut() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        volume = Files.createDirectories(folder.resolve("volume"));
        Files.createDirectories(root.resolve("data/inner"));
        link(root, "p", "/proc");
        link(root, "relative", "data/../../proc");
        link(root, "twice", "p");
        link(root, "data/up", "../sys/kernel");
        link(root, "fine", "/data/inner");
        link(root, "loop", "loop");
        link(volume, "deep", "/proc/sys");
        link(volume, "out", "../../../../etc");
        Files.createFile(root.resolve("file"));
    }

    private static void link(Path in, String name, String target) throws IOException {
        Files.createSymbolicLink(in.resolve(name), Path.of(target));
    }

    private UserMount bind(String destination) {
        return new UserMount(destination, "bind", volume.toString(), List.of("rbind"));
    }

    private void check(UserMount... mounts) {
        try (Directory directory = new KernelDirectories().open(root)) {
            TargetsInRoot.check(directory, List.of(mounts), new KernelDirectories());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/p, /proc, proc",
        "/p/sys/kernel, /proc/sys/kernel, proc",
        "/relative, /proc, proc",
        "/twice/1/attr, /proc/1/attr, proc",
        "/data/up, /sys/kernel, sys",
        "/data/up/x, /sys/kernel/x, sys"
    })
    @DisplayName("T6: a destination that leads into /proc or /sys is refused, and says where it leads")
    void T6_linksIntoProcAreRefused(String destination, String target, String guarded) {
        assertThatThrownBy(() -> check(bind(destination)))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessage("\"" + destination + "\" cannot be mounted because it leads to " + target
                        + ", which is inside /" + guarded);
        assertThatThrownBy(() -> check(new UserMount(destination, "tmpfs", "tmpfs", List.of())))
                .hasMessageContaining("which is inside /" + guarded);
    }

    @Test
    @DisplayName("T6: a link in a volume that is mounted before counts, whatever the order of the words")
    void T6_linksInVolumesCount() {
        assertThatThrownBy(() -> check(bind("/v/deep/kernel"), bind("/v")))
                .hasMessage("\"/v/deep/kernel\" cannot be mounted because it leads to /proc/sys/kernel, which is inside"
                        + " /proc");
        assertThatThrownBy(() -> check(bind("/fine"), bind("/data/inner/deep"))).hasMessageContaining("inside /proc");
        assertThatCode(() -> check(new UserMount("/v", "tmpfs", "tmpfs", List.of()), bind("/v/deep")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/data",
                "/fine",
                "/fine/x",
                "/new/place",
                "/file",
                "/file/below",
                "/sys/fs/cgroup",
                "/proc/cpuinfo",
                "/dev/shm",
                "/processes"
            })
    void allElseIsLeftToTheRuntime(String destination) {
        assertThatCode(() -> check(bind(destination))).doesNotThrowAnyException();
    }

    @Test
    void loopsEnd() {
        assertThatThrownBy(() -> check(bind("/loop/x")))
                .hasMessage("\"/loop/x\" cannot be mounted: too many levels of symbolic links");
        assertThatCode(() -> check(Stream.of("/v", "/v/out").map(this::bind).toArray(UserMount[]::new)))
                .doesNotThrowAnyException();
    }
}
