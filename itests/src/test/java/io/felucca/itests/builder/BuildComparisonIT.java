package io.felucca.itests.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.docker.DockerDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The same Dockerfiles built by dockerd's classic builder and by the engine: output, configuration, history and files. */
@Timeout(300)
class BuildComparisonIT {

    private static final String DOCKERFILE = """
            # comment
            ARG V=latest
            FROM busybox:${V} AS base
            ARG FOO=1
            ENV A=b C="d e"
            RUN echo hi \\
              && echo there >/there
            COPY a x.txt /dst/
            COPY x.txt /y
            WORKDIR /w
            WORKDIR sub
            COPY a .
            LABEL a=b
            CMD ["sh"]
            RUN true
            FROM base
            COPY --from=base /dst /z
            COPY --chown=7:50 x.txt /z/
            COPY a/* /many/
            MAINTAINER me
            EXPOSE 80 90/udp
            VOLUME /v
            USER 5
            SHELL ["/bin/sh", "-c"]
            ENTRYPOINT foo
            HEALTHCHECK --interval=5s --retries=3 CMD true
            STOPSIGNAL 9
            ONBUILD RUN echo onb
            ADD packed.tar /q/
            """;

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @RegisterExtension
    static final DockerDaemon docker = DockerDaemon.withBusybox();

    @TempDir
    Path outside;

    @TempDir
    Path context;

    private void file(String name, String text) throws IOException {
        Path file = context.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
    }

    private static Result both(Function<String[], Program> client, String... words) {
        return client.apply(words).run();
    }

    private static String withoutIds(String text) {
        return text.replaceAll("\\b[0-9a-f]{64}\\b", "ID").replaceAll("\\b[0-9a-f]{12}\\b", "ID");
    }

    private String seen(Function<String[], Program> client) throws IOException {
        String build = both(
                        client,
                        "build",
                        "-t",
                        "made",
                        "--label",
                        "q=r",
                        "--label",
                        "c=x y'z",
                        "--build-arg",
                        "FOO=2",
                        "--build-arg",
                        "NOPE=1",
                        context.toString())
                .requireOk()
                .out();
        String again = both(
                        client,
                        "build",
                        "--label",
                        "q=r",
                        "--label",
                        "c=x y'z",
                        "--build-arg",
                        "FOO=2",
                        context.toString())
                .requireOk()
                .out();
        String history = both(client, "history", "--no-trunc", "--format", "{{.CreatedBy}}|{{.Size}}", "made")
                .requireOk()
                .out();
        ObjectNode config =
                (ObjectNode) EngineUnderTest.json(both(client, "inspect", "--format", "{{json .Config}}", "made")
                        .requireOk()
                        .out());
        // dockerd names the image that a step was made on; this engine names none.
        config.remove("Image");
        return String.join(
                "\n----\n",
                withoutIds(build),
                withoutIds(again),
                withoutIds(history),
                config.toPrettyString(),
                files(client));
    }

    /** Names, types, modes, owners, sizes, and the times of what has a time of its own. */
    private String files(Function<String[], Program> client) {
        both(client, "create", "--name", "made", "made", "x").requireOk();
        Path tar = outside.resolve("made.tar");
        both(client, "export", "-o", tar.toString(), "made").requireOk();
        both(client, "rm", "-v", "made").requireOk();
        return Program.of("tar", "--numeric-owner", "-tvf", tar.toString()).run().requireOk().lines().stream()
                .filter(line -> !line.matches(".* (dev|proc|sys|etc|\\.dockerenv)(/.*)?"))
                .map(line -> line.startsWith("-") ? line : line.replaceAll(" [0-9]{4}-[0-9-]+ [0-9:]+ ", " "))
                .map(line -> line.replaceAll(" [0-9]{4}-[0-9-]+ [0-9:]+ there$", " there"))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    @Test
    @DisplayName(
            "S36, S38 to S82: a build of all instructions is dockerd's in output, configuration, history and files")
    void allInstructions() throws IOException {
        file("Dockerfile", DOCKERFILE);
        file("a/f", "hi\n");
        file("a/sub/g", "g\n");
        file("x.txt", "x\n");
        Program.of(
                        "tar",
                        "-C",
                        context.toString(),
                        "-cf",
                        context.resolve("packed.tar").toString(),
                        "a",
                        "x.txt")
                .ok();

        assertThat(seen(words -> engine.docker("1.41", words))).isEqualTo(seen(docker::docker));
    }

    @Test
    @DisplayName(
            "S49, S56, S57, S63, S64, S68, S72: forms of ADD, ENV, ARG, CMD and EXPOSE are dockerd's, and run as its")
    void forms() throws IOException {
        file("a name", "n\n");
        file("x.txt", "x\n");
        file("Dockerfile", """
                FROM busybox
                ARG FOO
                ENV one two  words
                ENV k=v k2="Happy Feet" k3=Happy\\ Dogs
                RUN echo "$FOO,$one,$k,$k2,$k3" >/there
                ADD ["a name", "x.txt", "/added/"]
                ADD --chown=7:8 *.t?t /some/
                WORKDIR /w
                ADD x.txt relative/
                EXPOSE 8080 9090/udp
                ENTRYPOINT ["echo", "given"]
                CMD ["$k2", "daemon off;"]
                """);
        Function<String[], Program> felucca = words -> engine.docker("1.41", words);
        assertThat(seen(felucca))
                .isEqualTo(seen(docker::docker))
                .contains("|1 FOO=2 /bin/sh -c echo", "\"k2=Happy Feet\"", "\"one=two  words\"");
        for (Function<String[], Program> client : List.of(felucca, (Function<String[], Program>) docker::docker)) {
            String[] run = {"run", "--rm", "--network", "none"};
            assertThat(both(client, append(run, "made")).requireOk().out()).isEqualTo("given $k2 daemon off;\n");
            assertThat(both(client, append(run, "made", "other")).requireOk().out())
                    .isEqualTo("given other\n");
            assertThat(both(client, append(run, "--entrypoint", "cat", "made", "/there"))
                            .requireOk()
                            .out())
                    .isEqualTo("2,two  words,v,Happy Feet,Happy Dogs\n");
            both(client, append(run, "-d", "--name", "waits", "--entrypoint", "sleep", "made", "1000"))
                    .requireOk();
            assertThat(both(client, "port", "waits").requireOk().out()).isEmpty();
            both(client, "rm", "-f", "waits").requireOk();
        }
    }

    private static String[] append(String[] first, String... rest) {
        return Stream.concat(Stream.of(first), Stream.of(rest)).toArray(String[]::new);
    }

    @Test
    @DisplayName("S39, S45, S77: what fails while it is built fails in dockerd's words")
    void failures() throws IOException {
        file("x.txt", "x\n");
        file("a/f", "f\n");
        List<String> steps = List.of(
                "COPY nope /x",
                "COPY ../x /x",
                "COPY a x.txt /dst",
                "COPY no*pe /x",
                "COPY [\"a\" \"b\"]",
                "COPY --chown=nobody x.txt /dst",
                "COPY --from=0 a b",
                "EXPOSE abc",
                "EXPOSE 80/foo",
                "STOPSIGNAL SIGFOO",
                "ENV A=${B",
                "ENV A='b",
                "USER nobody2\nRUN ls",
                "RUN exit 300",
                "RUN nosuchcmd",
                "FROM ${X}",
                "FROM busybox:bad:bad");
        String ours = failures(words -> engine.docker("1.41", words), steps);
        assertThat(ours).isEqualTo(failures(docker::docker, steps)).contains("code: 44");
    }

    private String failures(Function<String[], Program> client, List<String> steps) throws IOException {
        StringBuilder seen = new StringBuilder();
        for (String step : steps) {
            file("Dockerfile", "FROM busybox\n" + step + "\n");
            Result result = both(client, "build", "--force-rm", context.toString());
            String last = Stream.of(result.err().strip().split("\n")).reduce("", (first, second) -> second);
            seen.append(step)
                    .append(" => ")
                    .append(result.exit())
                    .append(' ')
                    .append(last)
                    .append('\n');
        }
        return seen.toString();
    }
}
