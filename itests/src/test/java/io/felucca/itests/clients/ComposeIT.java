package io.felucca.itests.clients;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.testkit.network.NetworkBench;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** B13: Debian's docker-compose and a small project of three services, two networks and a volume. */
@Timeout(300)
class ComposeIT {

    private static final Path PROJECT =
            Path.of("src/test/resources/clients/docker-compose.yml").toAbsolutePath();

    private static final NetworkBench bench = new NetworkBench();

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--bridge", "fl0", "--bip", "10.77.0.1/16")
            .startedBy("nsenter", "--net=" + bench.host());

    @AfterAll
    static void closeBench() {
        bench.close();
    }

    private static Program compose(String... words) {
        List<String> all =
                new ArrayList<>(List.of("docker-compose", "--ansi", "never", "-p", "small", "-f", PROJECT.toString()));
        all.addAll(List.of(words));
        return new Program(all).env("DOCKER_HOST", engine.host());
    }

    private static String page() {
        return bench.inHost(() -> {
            try (var answer = new URL("http://127.0.0.1:8088/").openStream()) {
                return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    /** Without those that links give, which have a slash. */
    private static List<String> names() {
        return Stream.of(engine.ok("ps", "--format", "{{.Names}}").split("[,\n]"))
                .filter(name -> !name.contains("/"))
                .sorted()
                .toList();
    }

    @Test
    @DisplayName("B13: docker-compose brings a project up, scales it, follows its logs and takes it down")
    void B13_project() {
        compose("up", "-d").run().requireOk();
        assertThat(names()).containsExactly("small_db_1", "small_web_1", "small_worker_1");
        assertThat(page()).isEqualTo("kept page\n");
        assertThat(compose("port", "web", "80").ok()).isEqualTo("0.0.0.0:8088");
        assertThat(compose("ps").ok()).contains("Up (healthy)", "0.0.0.0:8088->80/tcp");
        assertThat(compose("exec", "-T", "web", "sh", "-c", "echo $COLOUR").ok())
                .isEqualTo("blue");
        assertThat(compose("run", "--rm", "-T", "--no-deps", "web", "wget", "-q", "-O", "-", "http://db:5432/")
                        .ok())
                .isEqualTo("kept page");

        try (Program.Running following = compose("logs", "-f", "--no-color").start()) {
            await().until(() -> following.out().contains("db_1      | db ready")
                    && following.out().contains("web_1     | kept page")
                    && following.out().contains("worker_1  | kept page"));
            compose("up", "-d", "--scale", "worker=3").run().requireOk();
            await().until(() -> following.out().contains("worker_3  | kept page"));
            assertThat(names())
                    .containsExactly("small_db_1", "small_web_1", "small_worker_1", "small_worker_2", "small_worker_3");
            // One name, the addresses of all.
            assertThat(engine.ok("exec", "small_web_1", "nslookup", "busy")
                            .lines()
                            .filter(line -> line.contains("10.99.7.")))
                    .hasSize(3);
            compose("up", "-d", "--scale", "worker=1").run().requireOk();
            assertThat(names()).containsExactly("small_db_1", "small_web_1", "small_worker_1");
            compose("restart", "-t", "0", "worker").run().requireOk();
            assertThat(names()).containsExactly("small_db_1", "small_web_1", "small_worker_1");

            compose("stop", "-t", "0", "worker", "web").run().requireOk();
            await().until(() -> following.out().contains("small_web_1 exited with code 137"));
            // Of the last one it may end before it has asked for the exit code.
            compose("stop", "-t", "0").run().requireOk();
            following.finish().requireOk();
        }
        compose("down", "--volumes", "-t", "0").run().requireOk();
        assertThat(engine.ok("ps", "-aq")).isEmpty();
        assertThat(engine.ok("network", "ls", "-q", "--filter", "type=custom")).isEmpty();
        assertThat(engine.ok("volume", "ls", "-q")).isEmpty();
    }

    @Test
    @DisplayName("B13, S38: docker-compose builds the image of a service, and runs it")
    void buildsAService(@TempDir Path folder) throws IOException {
        Path project = folder.resolve("docker-compose.yml");
        Files.writeString(project, """
                version: "3"
                services:
                  made:
                    build:
                      context: .
                      args:
                        WORD: built
                    image: composed
                """);
        Files.writeString(
                folder.resolve("Dockerfile"),
                "FROM busybox\nARG WORD\nRUN echo \"$WORD\" >/word\nCMD [\"cat\", \"/word\"]\n");
        Program build = new Program(
                        List.of("docker-compose", "--ansi", "never", "-p", "built", "-f", project.toString(), "build"))
                .env("DOCKER_HOST", engine.host());
        try {
            assertThat(build.run().requireOk().out()).contains("Successfully tagged composed:latest");
            assertThat(engine.runOnce("composed").run().requireOk().out()).isEqualTo("built\n");
        } finally {
            engine.ok("rmi", "composed");
        }
    }

    @ParameterizedTest(name = "COMPOSE_API_VERSION={0}")
    @ValueSource(strings = {"1.45", "1.51", "auto"})
    @DisplayName("B13: a service that has changed is made anew, at each version of the API")
    void changedService(String version, @TempDir Path folder) throws IOException {
        Path project = folder.resolve("docker-compose.yml");
        List<String> colours = new ArrayList<>();
        for (String colour : List.of("red", "green")) {
            Files.writeString(project, """
                version: "3"
                services:
                  one:
                    image: busybox
                    command: ["sleep", "1000"]
                    network_mode: none
                    stop_grace_period: 0s
                    environment: {COLOUR: %s}
                """.formatted(colour));
            changed(project, version, "up", "-d");
            colours.add(engine.ok("exec", "changed_one_1", "sh", "-c", "echo $COLOUR"));
        }
        changed(project, version, "down", "-t", "0");
        assertThat(colours).containsExactly("red", "green");
    }

    private static void changed(Path project, String version, String... words) {
        List<String> all = new ArrayList<>(
                List.of("docker-compose", "--ansi", "never", "-p", "changed", "-f", project.toString()));
        all.addAll(List.of(words));
        new Program(all)
                .env("DOCKER_HOST", engine.host())
                .env("COMPOSE_API_VERSION", version)
                .run(120)
                .requireOk();
    }
}
