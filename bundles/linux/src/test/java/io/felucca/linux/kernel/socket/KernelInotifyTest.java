package io.felucca.linux.kernel.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.linux.Inotify;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelInotifyTest {

    @TempDir
    Path folder;

    @Test
    void tellsOfFilesThatAreWrittenMadeAndRenamed() throws IOException {
        Path one = Files.createDirectory(folder.resolve("one"));
        Path two = Files.createDirectory(folder.resolve("two"));
        try (Inotify inotify = new KernelSockets().openInotify()) {
            int first = inotify.watch(one);
            int second = inotify.watch(two);
            assertThat(inotify.watch(one)).isEqualTo(first);
            assertThat(inotify.take().changed()).isEmpty();

            Files.writeString(one.resolve("name-of-some-length"), "x");
            assertThat(inotify.take().changed()).containsExactly(first);
            Files.move(one.resolve("name-of-some-length"), two.resolve("f"));
            assertThat(inotify.take().changed()).containsExactlyInAnyOrder(first, second);

            inotify.unwatch(second);
            inotify.unwatch(second);
            Files.writeString(two.resolve("f"), "y");
            assertThat(inotify.take())
                    .isEqualTo(new Inotify.Changes(java.util.Set.of(), java.util.Set.of(second), false));
            Files.delete(one);
            assertThat(inotify.take().ended()).containsExactly(first);
        }
    }

    @Test
    void tellsOfAFileThatIsClosed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        try (Inotify inotify = new KernelSockets().openInotify()) {
            int watch = inotify.watchClosing(file);
            try (var held = Files.newInputStream(file)) {
                assertThat(held.read()).isNegative();
                assertThat(inotify.take().changed()).isEmpty();
            }
            assertThat(inotify.take().changed()).containsExactly(watch);
            Files.writeString(file, "x");
            assertThat(inotify.take().changed()).containsExactly(watch);
            Files.delete(file);
            assertThat(inotify.take().ended()).containsExactly(watch);
        }
    }

    @Test
    void refusesWhatIsNoFolder() {
        try (Inotify inotify = new KernelSockets().openInotify()) {
            assertThatThrownBy(() -> inotify.watch(folder.resolve("nosuch")))
                    .isInstanceOfSatisfying(
                            FeluccaException.class,
                            e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.NOT_FOUND));
        }
    }
}
