package io.felucca.itests.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Instructions one by one, and the layers that they make on two storage drivers. */
@Timeout(300)
class BuildItemsIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @RegisterExtension
    static final EngineUnderTest plain = EngineUnderTest.withBusybox("--storage-driver", "vfs");

    @TempDir
    Path folder;

    private Path context() {
        return folder.resolve("context");
    }

    private void file(String name, String text) throws IOException {
        Path file = context().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private String built(EngineUnderTest on, String... options) {
        List<String> words = new ArrayList<>(List.of("build", "-t", "made"));
        words.addAll(List.of(options));
        words.add(context().toString());
        return on.felucca(words.toArray(String[]::new)).run().requireOk().out();
    }

    private static String run(String... command) {
        List<String> words = new ArrayList<>(List.of("made"));
        words.addAll(List.of(command));
        return engine.runOnce(words.toArray(String[]::new)).run().requireOk().out();
    }

    @Test
    @DisplayName(
            "S40, S41, S48, S75: both forms of RUN, continued lines, COPY of names with blanks; a cd does not last")
    void forms() throws IOException {
        file("a name", "one\n");
        file("another name", "two\n");
        file("Dockerfile", """
                FROM busybox
                COPY ["a name", "another name", "/a folder/"]
                ENV A=1 \\
                    B="b b"
                RUN echo "$A $B" \\
                    >/shell
                RUN ["sh", "-c", "echo \\"$0\\" '$A' >/exec", "$HOME"]
                RUN mkdir /app && cd /app && pwd >/in
                RUN pwd >/after
                """);
        built(engine);
        assertThat(run("sh", "-c", "cat '/a folder/a name' '/a folder/another name' /shell /exec /in /after"))
                .isEqualTo("one\ntwo\n1 b b\n$HOME $A\n/app\n/\n");
    }

    @Test
    @DisplayName("S52: an archive that ADD loads from a URL stays an archive")
    void loadedArchivesStayWhole() throws IOException {
        file("inner", "text\n");
        Path archive = folder.resolve("packed.tar.gz");
        Program.of("tar", "-C", context().toString(), "-czf", archive.toString(), "inner")
                .ok();
        byte[] bytes = Files.readAllBytes(archive);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/packed.tar.gz", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
        try {
            file(
                    "Dockerfile",
                    "FROM busybox\nADD http://127.0.0.1:" + server.getAddress().getPort()
                            + "/packed.tar.gz /loaded/\n");
            built(engine);
        } finally {
            server.stop(0);
        }
        assertThat(run("sh", "-c", "ls /loaded; stat -c '%s %a' /loaded/packed.tar.gz; tar -tzf /loaded/packed.tar.gz"))
                .isEqualTo("packed.tar.gz\n" + bytes.length + " 600\ninner\n");
    }

    @Test
    @DisplayName("S58 to S60: a container ends with its main process, has no init, and ENTRYPOINT has two forms")
    void mainProcesses() throws IOException {
        file("Dockerfile", """
                FROM busybox
                RUN printf '#!/bin/sh\\nsleep 1000 &\\necho started\\n' >/bin/service && chmod 755 /bin/service
                ENTRYPOINT ["echo", "$HOME"]
                CMD ["given"]
                """);
        built(engine);
        assertThat(run()).isEqualTo("$HOME given\n");
        file("Dockerfile", """
                FROM made
                ENTRYPOINT echo "$HOME $0"
                CMD ["given"]
                """);
        built(engine);
        assertThat(run()).isEqualTo("/root given\n");
        file("Dockerfile", "FROM made\nENTRYPOINT []\nCMD service\n");
        built(engine);
        assertThat(run()).isEqualTo("started\n");
        file("Dockerfile", "FROM made\nENTRYPOINT []\nCMD [\"systemctl\", \"start\", \"nginx\"]\n");
        built(engine);
        assertThat(engine.runOnce("made").run().exit()).isEqualTo(127);
        assertThat(run("sh", "-c", "cat /proc/1/cmdline | tr '\\0' ' '")).startsWith("sh -c cat");
    }

    @Test
    @DisplayName("S38: a build makes the same layers on overlay2 and on vfs")
    void layersAreTheDriversOwnInNothing() throws IOException {
        Path archive = folder.resolve("base.tar");
        engine.ok("save", "-o", archive.toString(), "busybox");
        plain.ok("load", "-i", archive.toString());
        file("a/f", "one\n");
        file("a/deep/g", "two\n");
        Files.createSymbolicLink(context().resolve("a/link"), Path.of("deep/g"));
        file("Dockerfile", """
                FROM busybox
                COPY a /a
                COPY --chown=7:8 --chmod=750 a/deep /deep/
                WORKDIR /w/x
                RUN rm /a/f /bin/vi && rm -r /a/deep && mkdir /a/new && echo new >/a/new/h && ln /a/new/h /hard \\
                    && mv /deep /moved && chmod 700 /tmp && ln -s /nowhere /w/link && mkfifo /fifo && chown 5:6 /etc
                COPY a /
                RUN rm -r /a && mkdir -p /a/new/deeper && echo again >/a/new/other
                """);
        String[] options = {"--no-cache", "--build-arg", "SOURCE_DATE_EPOCH=1700000000"};
        built(engine, options);
        built(plain, options);

        assertThat(plain.inspect("made").path("GraphDriver").path("Name").asText())
                .isEqualTo("vfs");
        JsonNode layers = engine.inspect("made").path("RootFS").path("Layers");
        assertThat(layers).hasSize(7);
        assertThat(plain.inspect("made").path("RootFS").path("Layers")).isEqualTo(layers);
        assertThat(plain.inspect("made").path("Id"))
                .isEqualTo(engine.inspect("made").path("Id"));
    }
}
