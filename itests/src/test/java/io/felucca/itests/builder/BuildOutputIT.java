package io.felucca.itests.builder;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code felucca build --output}: the files of the image at the user's side. */
@Timeout(180)
class BuildOutputIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path folder;

    private Path context;

    @BeforeEach
    void makeContext() throws IOException {
        context = Files.createDirectory(folder.resolve("context"));
        Files.writeString(context.resolve("f"), "text\n");
        Files.writeString(context.resolve("Dockerfile"), """
                        FROM busybox AS made
                        RUN mkdir -p /a/b && echo made > /a/b/c && chmod 751 /a/b && ln -s b /a/link && ln -s /outside /a/away
                        RUN rm -rf /a/none /tmp && echo gone > /gone && rm /gone
                        FROM scratch
                        COPY f /f
                        COPY --from=made /a /a
                        """);
    }

    private Result build(String... output) {
        String[] words = new String[output.length + 2];
        words[0] = "build";
        System.arraycopy(output, 0, words, 1, output.length);
        words[words.length - 1] = context.toString();
        return engine.felucca(words).in(folder).run();
    }

    private static void requireFiles(Path made) throws IOException {
        try (var files = Files.walk(made)) {
            assertThat(files.map(file -> made.relativize(file).toString()).sorted())
                    .contains("a/b/c", "f")
                    .allMatch(name -> List.of("", "a", "a/away", "a/b", "a/b/c", "a/link", "f", "kept")
                            .contains(name));
        }
        assertThat(made.resolve("a/b/c")).hasContent("made\n");
        assertThat(made.resolve("f")).hasContent("text\n");
        assertThat(Files.readSymbolicLink(made.resolve("a/link"))).isEqualTo(Path.of("b"));
        assertThat(Files.readSymbolicLink(made.resolve("a/away"))).isEqualTo(Path.of("/outside"));
        assertThat(Files.getAttribute(made.resolve("a/b"), "unix:mode")).isEqualTo(040751);
    }

    @Test
    @DisplayName("S54, T9: build -o writes the image's files into a folder, which it makes or whose others it keeps")
    void intoAFolder() throws IOException {
        assertThat(build("-o", "new").requireOk().out()).contains("Successfully built ");
        requireFiles(folder.resolve("new"));

        Path there = Files.createDirectory(folder.resolve("there"));
        Files.writeString(there.resolve("kept"), "kept\n");
        Files.writeString(there.resolve("f"), "old\n");
        build("--output", "type=local,dest=there").requireOk();
        requireFiles(there);
        assertThat(there.resolve("kept")).hasContent("kept\n");
    }

    @Test
    @DisplayName(
            "S54: build -o type=tar writes one archive, to a file or to the standard output, which has nothing else")
    void asAnArchive() throws IOException {
        build("-o", "type=tar,dest=made.tar").requireOk();
        Result piped = build("-o", "-").requireOk();
        Result quiet = build("-q", "-o", "-").requireOk();

        assertThat(piped.outBytes()).isEqualTo(Files.readAllBytes(folder.resolve("made.tar")));
        assertThat(quiet.outBytes()).isEqualTo(piped.outBytes());
        assertThat(piped.err()).contains("Successfully built ");
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        Program.of(
                        "tar",
                        "-C",
                        unpacked.toString(),
                        "-xf",
                        folder.resolve("made.tar").toString())
                .ok();
        requireFiles(unpacked);
    }

    @Test
    @DisplayName("S54: outputs that cannot be are refused before anything is built")
    void wrongOutputs() throws IOException {
        assertThat(build("-o", "dest=x").err()).contains("type is required for output");
        assertThat(build("-o", "type=local").err()).contains("dest is required for local output");
        assertThat(build("-o", "a,type").err()).contains("invalid value a");
        assertThat(build("-o", "type=image,dest=x").err()).contains("output type image is not supported");
        assertThat(build("-o", "a", "-o", "b").err()).contains("multiple outputs currently unsupported");
        Files.writeString(folder.resolve("file"), "here\n");
        Result onAFile = build("-o", "file");
        assertThat(onAFile.exit()).isEqualTo(1);
        assertThat(onAFile.err()).contains("mkdir file: not a directory");
        assertThat(folder.resolve("file")).hasContent("here\n");
    }
}
