package io.felucca.itests.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.docker.CliComparison;
import io.felucca.itests.fixture.docker.DockerDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The options of docker build beside dockerd's classic builder: output, exit code and the image's configuration. */
@Timeout(300)
class BuildOptionsIT {

    private static final String STEPS = """
            FROM busybox AS one
            ARG GIVEN=default
            RUN echo "$GIVEN $(ulimit -n) $(df -k /dev/shm | tail -n 1 | awk '{print $2}') $(grep -c 'there$' /etc/hosts)"
            LABEL own=label
            FROM one
            COPY f /f
            CMD ["cat", "/f"]
            """;

    /** Each is given the context's folder, and fixed words for what the machines' limits would say otherwise. */
    private static final String OPTIONS = """
            -t one:1 -t two/three:4
            -q
            -f sub/other.docker
            --build-arg GIVEN=words --build-arg UNUSED=1
            --target one
            --no-cache --rm=false -f sub/runs.docker
            --label a=b --label own=mine
            --no-cache --network none
            --no-cache --add-host there:127.9.9.9
            --no-cache --memory 64m --memory-swap 64m --cpu-shares 512
            --no-cache --shm-size 8m
            --no-cache --ulimit nofile=100:200
            --no-cache -q -t quiet
            --target nosuch
            -t Bad:name
            -t a:b:c
            -f nosuch.docker
            -f sub/failing.docker
            -f sub/failing.docker --force-rm
            -f sub/failing.docker -q
            -f sub/wrong.docker -q
            -f sub/wrong.docker
            -f sub/empty.docker
            --build-arg GIVEN=words -t one:1 -q
            """;

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @RegisterExtension
    static final DockerDaemon docker = DockerDaemon.withBusybox();

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

    private static String masked(Result result) {
        return (result.exit() + "\n" + result.out() + "\n-- " + result.err())
                .replaceAll("\\b[0-9a-f]{64}\\b", "ID")
                .replaceAll("\\b[0-9a-f]{12}\\b", "ID");
    }

    private static String containers(Function<String[], Program> client) {
        String left = client.apply(new String[] {"ps", "-a", "--format", "{{.Command}}"})
                .run()
                .requireOk()
                .out();
        String[] ids = client.apply(new String[] {"ps", "-aq"}).run().lines().toArray(String[]::new);
        for (String id : ids) {
            client.apply(new String[] {"rm", "-f", id}).ok();
        }
        return left.lines().sorted().toList().toString();
    }

    private String seen(Function<String[], Program> client, String options) throws IOException {
        Path idFile = folder.resolve("id");
        Files.deleteIfExists(idFile);
        String[] words = CliComparison.words("build --iidfile " + idFile + " " + options + " .");
        String told = masked(client.apply(words).in(context()).run()) + containers(client);
        if (!Files.exists(idFile)) {
            return told;
        }
        ObjectNode config = (ObjectNode) EngineUnderTest.json(client.apply(new String[] {
                    "inspect",
                    "--format",
                    "{{json .Config}}",
                    Files.readString(idFile).strip()
                })
                .ok());
        // dockerd names the image that a step was made on; this engine names none.
        config.remove("Image");
        return told + config.toPrettyString();
    }

    @Test
    @DisplayName("S38, S42, S43, S66: the options of docker build do what they do with dockerd, wrong ones too")
    void optionsAreDockerds() throws IOException {
        file("f", "text\n");
        file("Dockerfile", STEPS);
        file("sub/other.docker", "FROM busybox\nCOPY f /other\n");
        file("sub/failing.docker", "FROM busybox\nRUN echo before; exit 9\nRUN echo never\n");
        file("sub/wrong.docker", "FROM busybox\nNOSUCH x\n");
        file("sub/runs.docker", """
                FROM busybox
                ARG A=1
                ENV B=2
                LABEL c=d
                WORKDIR /w/x
                COPY f /f
                EXPOSE 80
                RUN echo kept
                USER 5
                VOLUME /v
                STOPSIGNAL 9
                HEALTHCHECK NONE
                SHELL ["/bin/sh", "-e", "-c"]
                ENTRYPOINT ["cat"]
                CMD ["/f"]
                ONBUILD RUN true
                MAINTAINER us
                """);
        file("sub/empty.docker", "# nothing\n");
        SoftAssertions all = new SoftAssertions();
        for (String options : OPTIONS.strip().split("\n")) {
            all.assertThat(seen(words -> engine.docker("1.41", words), options))
                    .as(options)
                    .isEqualTo(seen(docker::docker, options));
        }
        all.assertAll();
    }

    @Test
    @DisplayName("S46: what docker build reads from its standard input is a Dockerfile or an archive, as with dockerd")
    void contextsFromInput() throws IOException {
        file("f", "text\n");
        file("Dockerfile", "FROM busybox\nCOPY f /f\nRUN cat /f\n");
        Path tar = folder.resolve("context.tar.gz");
        Program.of("tar", "-C", context().toString(), "-czf", tar.toString(), ".")
                .ok();
        String[] words = {"build", "-"};
        assertThat(masked(engine.docker("1.41", words)
                        .stdin("FROM busybox\nENV A=b\n")
                        .run()))
                .isEqualTo(masked(
                        docker.docker(words).stdin("FROM busybox\nENV A=b\n").run()))
                .startsWith("0\n");
        assertThat(masked(engine.docker("1.41", words)
                        .stdin("FROM busybox\nCOPY f /f\n")
                        .run()))
                .isEqualTo(masked(
                        docker.docker(words).stdin("FROM busybox\nCOPY f /f\n").run()))
                .startsWith("1\n");
        assertThat(masked(engine.docker("1.41", words).stdin(tar).run()))
                .isEqualTo(masked(docker.docker(words).stdin(tar).run()))
                .startsWith("0\n");
    }
}
