package io.felucca.itests.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.RawClient;
import io.felucca.itests.fixture.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Images from Dockerfiles, by the docker command. */
@Timeout(300)
class BuilderIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path context;

    @AfterEach
    void removeOtherImages() {
        engine.removeContainers();
        for (String name : engine.felucca("images", "--format", "{{.Repository}}:{{.Tag}}")
                .run()
                .lines()) {
            if (!name.equals("busybox:latest") && !name.contains("<none>")) {
                engine.ok("rmi", "-f", name);
            }
        }
        engine.ok("image", "prune", "-f");
    }

    private void file(String name, String text) throws IOException {
        Path file = context.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Program build(String... options) {
        List<String> words = new ArrayList<>(List.of("build"));
        words.addAll(List.of(options));
        words.add(context.toString());
        return engine.docker("1.41", words.toArray(String[]::new));
    }

    private static String run(String image, String... command) {
        return engine.runOnce(
                        Stream.concat(Stream.of(image), Stream.of(command)).toArray(String[]::new))
                .run()
                .requireOk()
                .out();
    }

    private void requireNothingLeft() {
        assertThat(engine.dataRoot().resolve("builder/work"))
                .satisfiesAnyOf(
                        folder -> assertThat(folder).isEmptyDirectory(),
                        folder -> assertThat(folder).doesNotExist());
    }

    @Test
    @DisplayName("S38, S42, S43, S44, S47, S65, S67, S74, S76: steps, their output, and what they make")
    void aBuildMakesAnImage() throws IOException {
        file("a/b", "one\n");
        file("c.txt", "two\n");
        file("Dockerfile", """
                FROM busybox AS base
                ARG WHO=nobody
                ENV GREETING="hello you"
                RUN echo "$GREETING, $WHO" >/greeting && echo told
                WORKDIR /w
                COPY a c.txt to/
                FROM base
                COPY --from=base --chown=7:8 --chmod=640 /w/to/c.txt /moved
                USER 5
                CMD ["cat", "/greeting"]
                """);

        String out =
                build("-t", "made", "--build-arg", "WHO=me").run().requireOk().out();

        assertThat(out)
                .contains("Step 1/10 : FROM busybox AS base\n ---> ")
                .containsPattern("Step 4/10 : RUN .*\n ---> Running in [0-9a-f]{12}\ntold\n"
                        + "Removing intermediate container [0-9a-f]{12}\n ---> [0-9a-f]{12}\n")
                .containsPattern("Successfully built [0-9a-f]{12}\nSuccessfully tagged made:latest\n$");
        assertThat(run("made")).isEqualTo("hello you, me\n");
        assertThat(run("made", "sh", "-c", "pwd; cat to/b to/c.txt; stat -c '%u:%g %a' /moved; id -u; echo \"[$WHO]\""))
                .isEqualTo("/w\none\ntwo\n7:8 640\n5\n[]\n");
        assertThat(engine.ok("ps", "-aq")).isEmpty();
        requireNothingLeft();
    }

    @Test
    @DisplayName("S39: a RUN that fails ends the build with its code, and leaves its container")
    void aFailingStepEndsTheBuild() throws IOException {
        file("Dockerfile", "FROM busybox\nRUN echo before; exit 42\nRUN echo never\n");

        Result result = build("-t", "made").run();

        assertThat(result.exit()).isNotZero();
        assertThat(result.out()).contains("before\n").doesNotContain("Step 3/3");
        assertThat(result.err()).contains("The command '/bin/sh -c echo before; exit 42' returned a non-zero code: 42");
        assertThat(engine.felucca("ps", "-aq").run().lines()).hasSize(1);
        assertThat(build("--force-rm").run().exit()).isNotZero();
        assertThat(engine.felucca("ps", "-aq").run().lines()).hasSize(1);
        requireNothingLeft();
    }

    @Test
    @DisplayName("T22: a step that was built is not built again, unless what it is of has changed")
    void stepsAreCached() throws IOException {
        file("Dockerfile", "FROM busybox\nCOPY f /f\nRUN cat /f >/g\n");
        file("f", "one");
        String first = build("-q").run().requireOk().line();

        assertThat(build().run().requireOk().out()).contains(" ---> Using cache\n");
        assertThat(build("-q").run().requireOk().line()).isEqualTo(first);
        Files.setLastModifiedTime(context.resolve("f"), java.nio.file.attribute.FileTime.fromMillis(86_400_000));
        assertThat(build("-q").run().requireOk().line()).isEqualTo(first);
        file("f", "two");
        String second = build("-q", "-t", "second").run().requireOk().line();
        assertThat(second).isNotEqualTo(first);
        assertThat(run("second", "cat", "/g")).isEqualTo("two");
        assertThat(build("--no-cache").run().requireOk().out()).doesNotContain("Using cache");
    }

    @Test
    @DisplayName("S45, S46, T7, T9: nothing outside the context is reached, and what is ignored is not in it")
    void aContextHasItsBounds() throws IOException {
        file(".dockerignore", "*.secret\n!keep.secret\nsub\n");
        file("no.secret", "x");
        file("keep.secret", "x");
        file("sub/f", "x");
        Files.createSymbolicLink(context.resolve("link"), Path.of("/etc/shadow"));
        file("Dockerfile", "FROM busybox\nCOPY . /all/\nRUN cd /all && ls\n");
        assertThat(build().run().requireOk().out())
                .contains("\nDockerfile\nkeep.secret\nlink\n")
                .doesNotContain("no.secret")
                .doesNotContain("sub\n");

        file("Dockerfile", "FROM busybox\nCOPY link /taken\n");
        assertThat(build().run().err()).contains("COPY failed: file not found in build context");
        file("Dockerfile", "FROM busybox\nCOPY ../x /taken\n");
        assertThat(build().run().err()).contains("COPY failed: forbidden path outside the build context: ../x ()");
        assertThat(engine.docker("1.41", "build", "-")
                        .stdin("FROM busybox\nCOPY f /f\n")
                        .run()
                        .err())
                .contains("COPY failed: file not found in build context");
        requireNothingLeft();
    }

    @Test
    @DisplayName("S53, S54, S81, S82: archives are unpacked, from nothing too, and triggers fire once, in the child")
    void archivesAndTriggers() throws IOException {
        Program.of("tar", "-C", "/bin", "-czf", context.resolve("root.tar.gz").toString(), "busybox")
                .ok();
        file(
                "Dockerfile",
                "FROM scratch\nADD root.tar.gz /bin/\nONBUILD RUN [\"/bin/busybox\", \"touch\", \"/fired\"]\n"
                        + "CMD [\"/bin/busybox\", \"echo\", \"runs\"]\n");
        build("-t", "parent").run().requireOk();
        assertThat(run("parent")).isEqualTo("runs\n");

        String child = engine.docker("1.41", "build", "-t", "child", "-")
                .stdin("FROM parent\n")
                .run()
                .requireOk()
                .out();
        assertThat(child).contains("# Executing 1 build trigger\n");
        assertThat(run("child", "/bin/busybox", "ls", "/fired")).isEqualTo("/fired\n");
        assertThat(engine.docker("1.41", "build", "-")
                        .stdin("FROM child\n")
                        .run()
                        .requireOk()
                        .out())
                .doesNotContain("trigger");
    }

    @Test
    @DisplayName("here-documents are scripts and files")
    void hereDocuments() throws IOException {
        file(
                "Dockerfile",
                "FROM busybox\nENV A=1\nRUN <<EOF\nfor i in 1 2; do\n echo $i >>/n\ndone\nEOF\n"
                        + "COPY <<one <<\"two\" /d/\n$A\none\n$A\ntwo\n");
        build("-t", "made").run().requireOk();
        assertThat(run("made", "cat", "/n", "/d/one", "/d/two")).isEqualTo("1\n2\n1\n$A\n");
    }

    @Test
    @DisplayName("S65: --target ends with its stage, and runs no step of another")
    void targetStage() throws IOException {
        file(
                "Dockerfile",
                "FROM busybox AS one\nRUN echo 1 >/one\nFROM one AS two\nRUN echo 2 >/two\n"
                        + "FROM busybox\nRUN exit 9\n");

        build("-t", "made", "--target", "two").run().requireOk();

        assertThat(run("made", "cat", "/one", "/two")).isEqualTo("1\n2\n");
        assertThat(build("--target", "three").run().err()).contains("failed to reach build target three in Dockerfile");
    }

    @Test
    @DisplayName("S50, S51: ADD of a URL, with its mode and its checksum")
    void addOfUrl() throws IOException {
        byte[] body = "hello\n".getBytes(StandardCharsets.UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hello", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hello";
            String digest = "sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
            file("Dockerfile", "FROM busybox\nADD --checksum=" + digest + " " + url + " /d/\n");
            build("-t", "made").run().requireOk();
            assertThat(run("made", "sh", "-c", "cat /d/hello; stat -c '%a %u' /d/hello"))
                    .isEqualTo("hello\n600 0\n");

            String other = "sha256:" + "0".repeat(64);
            file("Dockerfile", "FROM busybox\nADD --checksum=" + other + " " + url + " /d/\n");
            assertThat(build().run().err()).contains("digest mismatch " + digest + ": " + other);
        } finally {
            server.stop(0);
        }
        requireNothingLeft();
    }

    @Test
    @DisplayName("builder prune forgets the steps, and leaves what has a name")
    void pruneForgetsSteps() throws IOException {
        file("Dockerfile", "FROM busybox\nRUN echo 1 >/one\n");
        build("-t", "kept").run().requireOk();
        file("Dockerfile", "FROM busybox\nRUN echo 2 >/two\n");
        String untagged = build("-q").run().requireOk().line();
        assertThat(build().run().requireOk().out()).contains("Using cache");

        String pruned = engine.docker("1.41", "builder", "prune", "-f")
                .run()
                .requireOk()
                .out();

        assertThat(pruned).contains(untagged, "Total reclaimed space:");
        assertThat(run("kept", "cat", "/one")).isEqualTo("1\n");
        assertThat(engine.felucca("inspect", untagged).run().exit()).isNotZero();
        assertThat(build().run().requireOk().out()).doesNotContain("Using cache");
    }

    @Test
    @DisplayName("builder prune forgets by age, by id, and what does not fit into --keep-storage")
    void pruneByFilters() throws IOException {
        file("Dockerfile", "FROM busybox\nRUN echo 3 >/three\n");
        String image = build("-q").run().requireOk().line();

        assertThat(prune("--filter", "until=24h")).doesNotContain(image);
        assertThat(prune("--filter", "id=nothing")).doesNotContain(image);
        assertThat(prune("--keep-storage", "1GB")).doesNotContain(image);
        assertThat(build().run().requireOk().out()).contains("Using cache");
        assertThat(prune("--filter", "id=" + image.substring(7, 20), "--filter", "until=0s"))
                .contains(image);
        assertThat(build().run().requireOk().out()).doesNotContain("Using cache");
    }

    private static String prune(String... options) {
        List<String> words = new ArrayList<>(List.of("builder", "prune", "-f"));
        words.addAll(List.of(options));
        return engine.docker("1.41", words.toArray(String[]::new))
                .run()
                .requireOk()
                .out();
    }

    /** Waits until a RUN of a build has begun; gives its container. */
    private static String stepThatRuns(Program.Running build, String told) {
        EngineUnderTest.await().untilAsserted(() -> assertThat(build.out()).contains(told));
        return engine.felucca("ps", "-q").run().requireOk().line();
    }

    @Test
    @DisplayName("images that a running build stands on are not removed under it")
    void imagesOfARunningBuildStay() throws IOException {
        file(
                "Dockerfile",
                "FROM busybox AS one\nRUN echo kept >/one\nFROM busybox\n"
                        + "RUN echo waits; while [ ! -e /go ]; do sleep 0.1; done\nCOPY --from=one /one /two\n");
        try (Program.Running build = build("-t", "made").start()) {
            String step = stepThatRuns(build, "\nwaits\n");

            assertThat(engine.ok("image", "prune", "-f")).doesNotContain("Deleted");
            assertThat(prune("-a")).startsWith("Total reclaimed space: 0B");
            String first = engine.felucca("images", "-aq", "--no-trunc", "--filter", "dangling=true")
                    .run()
                    .requireOk()
                    .lines()
                    .get(0);
            assertThat(engine.fails(1, "rmi", "-f", first)).contains("image is being used by running container");
            engine.ok("exec", step, "touch", "/go");
            assertThat(build.finish().requireOk().out()).contains("Successfully tagged made:latest");
        }
        assertThat(run("made", "cat", "/two")).isEqualTo("kept\n");
    }

    @Test
    @DisplayName("a build with an id is cancelled by it")
    void aBuildIsCancelled(@TempDir Path outside) throws IOException {
        file("Dockerfile", "FROM busybox\nRUN echo waits; exec sleep 1000\n");
        Path tar = outside.resolve("context.tar");
        Program.of("tar", "-C", context.toString(), "-cf", tar.toString(), ".").ok();
        Program.Running build = Program.of(
                        "curl",
                        "-sSN",
                        "--unix-socket",
                        engine.socket().toString(),
                        "-H",
                        "Content-Type: application/x-tar",
                        "--data-binary",
                        "@" + tar,
                        "http://d/v1.41/build?buildid=mine")
                .start();
        stepThatRuns(build, "waits");

        assertThat(RawClient.ask(engine.socket(), "POST", "/v1.41/build/cancel?id=other", ""))
                .startsWith("HTTP/1.1 200");
        assertThat(build.isAlive()).isTrue();
        assertThat(RawClient.ask(engine.socket(), "POST", "/v1.41/build/cancel?id=mine", ""))
                .startsWith("HTTP/1.1 200");

        assertThat(build.finish().out()).contains("\"error\":\"Build cancelled\"");
        assertThat(engine.ok("ps", "-aq")).isEmpty();
        requireNothingLeft();
    }

    @Test
    @DisplayName("S38: what an interrupted build, and one cut by kill -9, made is gone")
    void aBuildThatEndsEarlyLeavesNothing() throws IOException {
        file("Dockerfile", "FROM busybox\nRUN echo begun; exec sleep 1000\n");
        Program.Running interrupted = build().start();
        EngineUnderTest.await()
                .untilAsserted(() -> assertThat(interrupted.out()).contains("begun"));
        interrupted.signal("KILL");
        interrupted.finish();
        EngineUnderTest.await()
                .untilAsserted(() ->
                        assertThat(engine.felucca("ps", "-aq").run().lines()).isEmpty());
        EngineUnderTest.await().untilAsserted(this::requireNothingLeft);

        Program.Running cut = build().start();
        EngineUnderTest.await().untilAsserted(() -> assertThat(cut.out()).contains("begun"));
        engine.kill();
        cut.finish();
        engine.start();
        EngineUnderTest.await()
                .untilAsserted(() ->
                        assertThat(engine.felucca("ps", "-aq").run().lines()).isEmpty());
        EngineUnderTest.await().untilAsserted(this::requireNothingLeft);
    }
}
