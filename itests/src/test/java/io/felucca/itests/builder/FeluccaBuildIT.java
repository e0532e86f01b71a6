package io.felucca.itests.builder;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.StoredFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Images from Dockerfiles, by felucca build. */
@Timeout(300)
class FeluccaBuildIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

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

    private Program build(String... options) {
        List<String> words = new ArrayList<>(List.of("build"));
        words.addAll(List.of(options));
        words.add(context().toString());
        return engine.felucca(words.toArray(String[]::new));
    }

    private static String run(String image, String... command) {
        return engine.runOnce(
                        Stream.concat(Stream.of(image), Stream.of(command)).toArray(String[]::new))
                .run()
                .requireOk()
                .out();
    }

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
        engine.ok("builder", "prune", "-f");
    }

    private static String steps(String out) {
        return out.substring(out.indexOf("Step 1"))
                .replaceAll("\\b[0-9a-f]{12}\\b", "ID")
                .replace("\r", "");
    }

    /** What a terminal shows of what was written, where lines are drawn over by going up and erasing. */
    private static String screen(String written) {
        List<String> lines = new ArrayList<>();
        Matcher lineOrMove = Pattern.compile("\u001b\\[(\\d+)A|([^\u001b\n]|\u001b\\[[\\dJm]+)*\n")
                .matcher(written);
        while (lineOrMove.find()) {
            if (lineOrMove.group(1) == null) {
                lines.add(lineOrMove.group().replaceAll("\u001b\\[[\\d]*[Jm]|\r", ""));
            } else {
                int up = Integer.parseInt(lineOrMove.group(1));
                lines.subList(lines.size() - up, lines.size()).clear();
            }
        }
        return String.join("", lines);
    }

    @Test
    @DisplayName(
            "On a terminal a build is shown as its steps, each a line; --progress chooses, and what fails is shown whole")
    void stepsOnATerminal() throws IOException {
        file(
                "Dockerfile",
                "FROM busybox AS one\nRUN echo of one\nFROM busybox\nCOPY --from=one /bin/true /t\n"
                        + "RUN for i in 1 2 3; do echo line $i; done\n");
        assertThat(screen(build("-t", "made").inTerminal().run().requireOk().out()))
                .containsPattern("(?s)^1/5 FROM busybox AS one +\\d\\.\\ds\n.*2/5 RUN echo of one +\\d\\.\\ds\n")
                .containsPattern(
                        "\n5/5 RUN for i in 1 2 3; do echo line \\$i; done +\\d\\.\\ds\nSuccessfully built [0-9a-f]{12}"
                                + "\nSuccessfully tagged made:latest\n$")
                .doesNotContain("line 1", "Step");
        assertThat(screen(build().inTerminal().run().requireOk().out())).containsPattern("5/5 RUN for .* cached\n");
        assertThat(build("--progress=plain").inTerminal().run().requireOk().out())
                .contains("Step 5/5 : RUN for", "Using cache");
        assertThat(build("--progress", "tty").run().err())
                .isEqualTo("failed to get console: provided file is not a console\n");
        assertThat(build("--progress", "loud").run().err())
                .isEqualTo("invalid progress mode \"loud\": give auto, plain or tty\n");

        file("Dockerfile", "FROM busybox\nRUN echo before\nRUN echo why >&2; echo all; exit 3\n");
        Result failed = build("--force-rm").inTerminal().run();
        assertThat(failed.exit()).isEqualTo(3);
        assertThat(screen(failed.out()))
                .containsPattern("\n2/3 RUN echo before +\\d\\.\\ds\nStep 3/3 : RUN echo why >&2; echo all; exit 3\n"
                        + " ---> Running in [0-9a-f]{12}\n")
                .contains(
                        "why",
                        "all\n",
                        "The command '/bin/sh -c echo why >&2; echo all; exit 3' returned a non-zero code: 3\n")
                .doesNotContain("3/3 RUN echo why >&2; echo all; exit 3  ", "before\nbefore");
    }

    @Test
    @DisplayName("a folder that is called as a repository is a folder, as to docker build")
    void foldersBeforeRepositories() throws IOException {
        file("github.com/felucca/nosuch/Dockerfile", "FROM busybox\nRUN echo of the folder\n");
        Program build = engine.felucca("build", "github.com/felucca/nosuch").in(context());
        assertThat(build.run().requireOk().out()).contains("\nof the folder\n");
    }

    @Test
    @DisplayName("S38, S42 to S44, S65: felucca build makes what docker build makes, and tells it alike")
    void feluccaBuildsAsDocker() throws IOException {
        file("a/b", "one\n");
        file("c.txt", "two\n");
        file("Dockerfile", """
                FROM busybox AS base
                ARG WHO=nobody
                RUN echo "$WHO" >/who; echo told; echo loud >&2
                COPY a c.txt /to/
                FROM base
                COPY --from=base --chown=7:8 /to/c.txt /moved
                CMD ["cat", "/who"]
                """);
        String[] options = {"--build-arg", "WHO=me", "--label", "a=b", "-t", "made", "-t", "other:1"};

        String felucca = build(options).run().requireOk().out();
        String id = engine.inspect("other:1").path("Id").asText();
        List<String> words = new ArrayList<>(List.of("build", "--no-cache"));
        words.addAll(List.of(options));
        words.add(context().toString());
        String docker = engine.docker("1.41", words.toArray(String[]::new))
                .run()
                .requireOk()
                .out();

        assertThat(felucca).startsWith("Sending build context to Docker daemon  ");
        assertThat(steps(felucca)).isEqualTo(steps(docker)).contains("\u001b[91mloud\n\u001b[0m");
        assertThat(run(id)).isEqualTo("me\n");
        assertThat(run(id, "sh", "-c", "cat /to/b /to/c.txt; stat -c %u:%g /moved"))
                .isEqualTo("one\ntwo\n7:8\n");
    }

    @Test
    @DisplayName("S45: what is ignored, and what no step copies, is not sent")
    void onlyWhatIsNeededIsSent() throws IOException {
        file(".dockerignore", "big\nmany/*\n!many/kept\n");
        file("sub/f", "f\n");
        file("many/left", "left\n");
        file("many/kept", "kept\n");
        try (RandomAccessFile big =
                        new RandomAccessFile(context().resolve("big").toFile(), "rw");
                RandomAccessFile other =
                        new RandomAccessFile(context().resolve("other").toFile(), "rw")) {
            big.setLength(1L << 40);
            other.setLength(1L << 40);
        }
        file("Dockerfile", "FROM busybox\nCOPY sub/f many /d/\nRUN ls /d\n");

        String out = build().run().requireOk().out();

        assertThat(out).containsPattern("^Sending build context to Docker daemon  [0-9.]+kB\n");
        assertThat(out).contains("\nf\nkept\nRemoving").doesNotContain("left");
        Files.delete(context().resolve("other"));
        file("Dockerfile", "FROM busybox\nCOPY . /d/\nRUN find /d | sort\n");
        assertThat(build().run().requireOk().out())
                .contains("\n/d/.dockerignore\n/d/Dockerfile\n/d/many\n/d/many/kept\n/d/sub\n/d/sub/f\n");
    }

    @Test
    @DisplayName("S45: a link in the way of what is copied leads to it")
    void linksLeadOn() throws IOException {
        file("real/f", "f\n");
        Files.createSymbolicLink(context().resolve("link"), Path.of("real"));
        file("Dockerfile", "FROM busybox\nCOPY link/f /f\n");
        build("-t", "made").run().requireOk();
        assertThat(run("made", "cat", "/f")).isEqualTo("f\n");
    }

    @Test
    @DisplayName("S45, S46: a context is a folder, an archive or nothing; the Dockerfile is in it or elsewhere")
    void contexts() throws IOException {
        file("f", "f\n");
        file("sub/other.docker", "FROM busybox\nCOPY f /f\nRUN cat /f\n");
        file("../outside.docker", "FROM busybox\nCOPY f /g\nRUN cat /g\n");
        file("Dockerfile", "FROM busybox\nCOPY f /h\nRUN cat /h\n");

        assertThat(build("-f", context().resolve("sub/other.docker").toString())
                        .run()
                        .requireOk()
                        .out())
                .contains("COPY f /f", "\nf\n");
        assertThat(build("-f", folder.resolve("outside.docker").toString())
                        .run()
                        .requireOk()
                        .out())
                .contains("COPY f /g", "\nf\n");
        assertThat(build("-f", "-")
                        .stdin("FROM busybox\nCOPY f /i\n")
                        .run()
                        .requireOk()
                        .out())
                .contains("COPY f /i");
        Program here = engine.felucca("build", ".").in(context());
        assertThat(here.run().requireOk().out()).contains("COPY f /h");
        assertThat(engine.felucca("build", "-")
                        .stdin("FROM busybox\nRUN echo alone\n")
                        .run()
                        .requireOk()
                        .out())
                .contains("\nalone\n");
        Path tar = folder.resolve("context.tar.gz");
        Program.of("tar", "-C", context().toString(), "-czf", tar.toString(), ".")
                .ok();
        assertThat(engine.felucca("build", "-f", "sub/other.docker", "-")
                        .stdin(tar)
                        .run()
                        .requireOk()
                        .out())
                .contains("COPY f /f");
        assertThat(engine.fails(1, "build", folder.resolve("nosuch").toString()))
                .isEqualTo("unable to prepare context: path \"" + folder.resolve("nosuch") + "\" not found\n");
        assertThat(engine.fails(1, "build", tar.toString()))
                .isEqualTo("unable to prepare context: context must be a directory: " + tar + "\n");
    }

    @Test
    @DisplayName("S39: a step that fails is shown with its output, its code, and its lines of the Dockerfile")
    void failuresAreMarked() throws IOException {
        file(
                "Dockerfile",
                "FROM busybox\n\nRUN true\nRUN echo before; \\\n  exit 42\nRUN echo never\n\n# end\n# more\n");
        String marked = "The command '/bin/sh -c echo before;   exit 42' returned a non-zero code: 42\n"
                + "Dockerfile:4\n--------------------\n   2 |\n   3 |     RUN true\n"
                + "   4 | >>> RUN echo before; \\\n   5 | >>>   exit 42\n   6 |     RUN echo never\n"
                + "--------------------\n";

        Result failed = build("--force-rm").run();
        assertThat(failed.exit()).isEqualTo(42);
        assertThat(failed.out()).contains("\nbefore\n").doesNotContain("never");
        assertThat(failed.err()).isEqualTo(marked);
        Result quiet = build("-q", "--force-rm").run();
        assertThat(quiet.exit()).isEqualTo(42);
        assertThat(quiet.out()).isEmpty();
        assertThat(quiet.err()).contains("\nbefore\n").endsWith(marked);
        assertThat(engine.ok("ps", "-aq")).isEmpty();

        file("Dockerfile", "FROM busybox\nNOSUCH x\n");
        Result wrong = build().run();
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err())
                .isEqualTo("Error response from daemon: dockerfile parse error line 2: unknown instruction: NOSUCH\n");
    }

    @Test
    @DisplayName("S38: options reach the steps' containers, the image, and the file with its id")
    void optionsAreKept() throws IOException {
        file("Dockerfile", """
                FROM busybox AS one
                ARG GIVEN
                RUN echo "[$GIVEN] $(ulimit -n) $(df -k /dev/shm | tail -n 1 | awk '{print $2}')"
                RUN grep -c 'there$' /etc/hosts; ls /sys/class/net; cat /sys/fs/cgroup/memory/memory.limit_in_bytes
                FROM one
                RUN exit 9
                """);
        Path idFile = folder.resolve("id");

        Result built = build(
                        "--target=one",
                        "--build-arg",
                        "GIVEN",
                        "--ulimit",
                        "nofile=100:200",
                        "--shm-size",
                        "8m",
                        "--memory",
                        "64m",
                        "--network",
                        "none",
                        "--add-host",
                        "there:127.9.9.9",
                        "--iidfile",
                        idFile.toString())
                .env("GIVEN", "from here")
                .run()
                .requireOk();

        assertThat(built.out()).contains("\n[from here] 100 8192\n", "\n1\nlo\n67108864\n");
        assertThat(engine.inspect(Files.readString(idFile)).path("Id").asText()).isEqualTo(Files.readString(idFile));
        assertThat(build("--target=one", "-q").run().requireOk().out()).matches("sha256:[0-9a-f]{64}\n");
        assertThat(engine.fails(
                        125, "build", "--isolation", "default", context().toString()))
                .isEqualTo("felucca: --isolation is not supported by this version of felucca\n");
        assertThat(engine.ok("builder", "prune", "-f", "--filter", "until=24h")).isEqualTo("Total reclaimed space: 0B");
        assertThat(engine.ok("builder", "prune", "-f")).startsWith("Deleted build cache objects:\nsha256:");
    }

    @Test
    @DisplayName("eight builds at once that share steps make eight images, and leave nothing else")
    void eightBuildsAtOnce() throws IOException {
        file("f", "shared\n");
        file("Dockerfile", """
                FROM busybox AS first
                ARG NUMBER
                COPY f /f
                RUN --mount=type=cache,target=/cache,sharing=locked echo x >>/cache/n; cat /f >/copied
                FROM busybox
                ARG NUMBER
                COPY --from=first /copied /copied
                RUN echo "$NUMBER" >/number
                """);
        List<Program.Running> builds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            builds.add(build("-t", "made:" + i, "--build-arg", "NUMBER=" + i).start());
        }
        for (Program.Running build : builds) {
            build.finish().requireOk();
        }
        for (int i = 0; i < 8; i++) {
            assertThat(run("made:" + i, "cat", "/copied", "/number")).isEqualTo("shared\n" + i + "\n");
        }
        assertThat(engine.ok("ps", "-aq")).isEmpty();
        assertThat(StoredFiles.ofBuilds(engine)).isEmpty();
    }

    @Test
    @DisplayName("B1: a build goes on when the storage driver and the runtime are replaced under its step")
    void driversAreReplacedUnderABuild() throws IOException {
        file("f", "f\n");
        file("Dockerfile", """
                FROM busybox
                COPY f /before
                RUN echo waits; while [ ! -e /go ]; do sleep 0.1; done; rm /go
                COPY f /after
                RUN cat /before /after >/both
                """);
        try (Program.Running build = build("-t", "made").start()) {
            EngineUnderTest.await().untilAsserted(() -> assertThat(build.out()).contains("\nwaits\n"));
            String step = engine.felucca("ps", "-q").run().requireOk().line();
            for (String driver : List.of("overlay2", "io.felucca.runtime.oci")) {
                engine.ok("driver", "stop", driver);
                engine.ok("driver", "start", driver);
            }
            engine.ok("exec", step, "touch", "/go");
            build.finish().requireOk();
        }
        assertThat(run("made", "cat", "/both")).isEqualTo("f\nf\n");
    }

    @Test
    @DisplayName("S38: what an interrupted felucca build made is gone")
    void anInterruptedBuildLeavesNothing() throws IOException {
        file("Dockerfile", "FROM busybox\nRUN echo begun; exec sleep 1000\n");
        Program.Running build = build().start();
        EngineUnderTest.await().untilAsserted(() -> assertThat(build.out()).contains("\nbegun\n"));

        build.signal("INT");

        assertThat(build.finish().exit()).isEqualTo(130);
        EngineUnderTest.await()
                .untilAsserted(() -> assertThat(engine.ok("ps", "-aq")).isEmpty());
        EngineUnderTest.await()
                .untilAsserted(() -> assertThat(StoredFiles.ofBuilds(engine)).isEmpty());
    }
}
