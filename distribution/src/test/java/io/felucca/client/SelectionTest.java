package io.felucca.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of a build's context are sent. */
class SelectionTest {

    @TempDir
    private Path folder;

    private Path context;
    private int copies;

    @BeforeEach
    void makeFiles() throws IOException {
        context = Files.createDirectories(folder.resolve("context"));
        for (String name : List.of("a/b/one", "a/b/two", "a/c", "d/e", "f")) {
            Files.createDirectories(context.resolve(name).getParent());
            Files.writeString(context.resolve(name), name);
        }
        Files.setAttribute(context.resolve("a/b"), "unix:mode", 0751);
        Files.createSymbolicLink(context.resolve("link"), Path.of("a"));
    }

    private List<String> sent(String only, String ignored) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        new TarPacking(archive, Selection.of(context, only, ignored)).write(context, new byte[] {'.'});
        Path to = Files.createDirectories(folder.resolve("copy" + copies++));
        TreeWriting writing = new TreeWriting("to", TreeFacts.target(to.toString()));
        writing.write(ByteBuffer.wrap(archive.toByteArray()));
        writing.finish();
        if (Files.exists(to.resolve("a/b"))) {
            assertThat((int) Files.getAttribute(to.resolve("a/b"), "unix:mode") & 07777)
                    .isEqualTo(0751);
        }
        try (Stream<Path> found = Files.walk(to)) {
            return found.skip(1)
                    .map(path -> to.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    @DisplayName("all is sent where nothing chooses")
    void all() throws IOException {
        assertThat(sent("", "")).containsExactly("a", "a/b", "a/b/one", "a/b/two", "a/c", "d", "d/e", "f", "link");
    }

    @Test
    @DisplayName("S45: what is ignored is not sent, but for its exceptions, whose folders come with them")
    void ignored() throws IOException {
        assertThat(sent("", "a\nf\n")).containsExactly("d", "d/e", "link");
        assertThat(sent("", "*\n!a/b/one\n")).containsExactly("a", "a/b", "a/b/one");
        assertThat(sent("", "**/b\nlink")).containsExactly("a", "a/c", "d", "d/e", "f");
    }

    @Test
    @DisplayName("only what is named is sent, with all below it, and less what is ignored")
    void named() throws IOException {
        assertThat(sent("a/b\nf\nnosuch", "")).containsExactly("a", "a/b", "a/b/one", "a/b/two", "f");
        assertThat(sent("a/b\nf", "a/b/two")).containsExactly("a", "a/b", "a/b/one", "f");
    }

    @Test
    @DisplayName("all is sent where a link stands in the way of what is named")
    void links() throws IOException {
        assertThat(sent("link/b", "")).hasSize(9);
    }

    @Test
    @DisplayName("a wrong pattern is told")
    void wrongPattern() {
        assertThatThrownBy(() -> sent("", "[a\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("syntax error");
    }
}
