package io.felucca.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.HealthCheck;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.output.WaitingConsumer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

/** What tests do with Testcontainers. Run by {@code TestcontainersIT} where the engine's published ports are reached. */
class GenericContainerUse {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static GenericContainer<?> busybox(String script) {
        return new GenericContainer<>("busybox:latest")
                .withCommand("sh", "-c", script)
                .withStartupTimeout(PATIENCE);
    }

    private static String get(GenericContainer<?> server, String path) throws IOException {
        URI uri = URI.create("http://" + server.getHost() + ":" + server.getMappedPort(80) + path);
        try (InputStream answer = uri.toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aServerIsStartedWaitedForByItsPortAndReached(@TempDir Path folder) throws Exception {
        Path page = Files.writeString(folder.resolve("page.html"), "from a file");
        try (GenericContainer<?> server = busybox("exec httpd -f -p 80 -h /www")
                .withExposedPorts(80)
                .withEnv("COLOUR", "blue")
                .withLabel("kind", "server")
                .withCopyFileToContainer(MountableFile.forHostPath(page), "/www/page.html")
                .withCopyToContainer(Transferable.of("from memory", 0640), "/www/deep/memory.html")
                .waitingFor(Wait.forListeningPort())) {
            server.start();

            assertThat(get(server, "/page.html")).isEqualTo("from a file");
            ExecResult ran = server.execInContainer("sh", "-c", "echo $COLOUR; echo bad >&2; exit 3");
            assertThat(ran.getExitCode()).isEqualTo(3);
            assertThat(ran.getStdout()).isEqualTo("blue\n");
            assertThat(ran.getStderr()).isEqualTo("bad\n");
            server.copyFileToContainer(Transferable.of("copied later"), "/www/later.html");
            assertThat(get(server, "/later.html")).isEqualTo("copied later");
            assertThat(server.execInContainer("stat", "-c", "%a", "/www/deep/memory.html")
                            .getStdout())
                    .isEqualTo("640\n");
            assertThat(server.<String>copyFileFromContainer(
                            "/www/page.html", in -> new String(in.readAllBytes(), StandardCharsets.UTF_8)))
                    .isEqualTo("from a file");
            server.copyFileFromContainer(
                    "/www/later.html", folder.resolve("out").toString());
            assertThat(folder.resolve("out")).hasContent("copied later");

            String id = server.getContainerId();
            assertThat(server.isRunning()).isTrue();
            server.stop();
            assertThatThrownBy(() -> DockerClientFactory.lazyClient()
                            .inspectContainerCmd(id)
                            .exec())
                    .isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void waitsForALogForACommandForHttpAndForHealth() throws Exception {
        try (GenericContainer<?> slow = busybox("sleep 1; echo almost; echo ready; touch /tmp/done; exec sleep 1000")
                .waitingFor(Wait.forLogMessage(".*ready.*", 1))) {
            slow.start();
            assertThat(slow.getLogs()).isEqualTo("almost\nready\n");
            WaitingConsumer output = new WaitingConsumer();
            slow.followOutput(output, OutputFrame.OutputType.STDOUT);
            output.waitUntil(frame -> frame.getUtf8String().contains("ready"));
        }
        try (GenericContainer<?> slow = busybox("sleep 1; touch /tmp/done; exec sleep 1000")
                .waitingFor(Wait.forSuccessfulCommand("test -e /tmp/done"))) {
            slow.start();
            assertThat(slow.execInContainer("ls", "/tmp").getStdout()).isEqualTo("done\n");
        }
        try (GenericContainer<?> slow = busybox("mkdir /www; echo up > /www/status; exec httpd -f -p 80 -h /www")
                .withExposedPorts(80)
                .waitingFor(Wait.forHttp("/status").forStatusCode(200))) {
            slow.start();
            assertThat(get(slow, "/status")).isEqualTo("up\n");
        }
        HealthCheck check = new HealthCheck()
                .withTest(List.of("CMD", "test", "-e", "/tmp/done"))
                .withInterval(Duration.ofMillis(300).toNanos());
        try (GenericContainer<?> slow = busybox("sleep 1; touch /tmp/done; exec sleep 1000")
                .withCreateContainerCmdModifier(create -> create.withHealthcheck(check))
                .waitingFor(Wait.forHealthcheck())) {
            slow.start();
            assertThat(slow.isHealthy()).isTrue();
        }
        try (GenericContainer<?> ends = busybox("echo told; exit 0")
                .withStartupCheckStrategy(new org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy()
                        .withTimeout(PATIENCE))) {
            ends.start();
            assertThat(ends.getLogs()).isEqualTo("told\n");
        }
    }

    @Test
    void twoContainersTalkOnANetworkOfTheirOwn() throws Exception {
        try (Network network = Network.newNetwork();
                GenericContainer<?> server = busybox("mkdir /www; echo hello > /www/x; exec httpd -f -p 80 -h /www")
                        .withNetwork(network)
                        .withNetworkAliases("server")
                        .waitingFor(Wait.forSuccessfulCommand("wget -q -O - http://127.0.0.1/x"));
                GenericContainer<?> client =
                        busybox("exec sleep 1000").withNetwork(network).dependsOn(server)) {
            client.start();
            assertThat(client.execInContainer("wget", "-q", "-O", "-", "http://server/x")
                            .getStdout())
                    .isEqualTo("hello\n");
        }
    }

    @Test
    void anImageFromADockerfileIsBuiltUsedAndRemoved(@TempDir Path folder) throws Exception {
        Path page = Files.writeString(folder.resolve("page.html"), "built in");
        ImageFromDockerfile image = new ImageFromDockerfile("felucca-tests/built:1", false)
                .withFileFromPath("www/page.html", page)
                .withFileFromString("www/other.html", "from memory")
                .withDockerfileFromBuilder(builder -> builder.from("busybox:latest")
                        .copy("www", "/www")
                        .run("echo run >/www/word.html")
                        .expose(80)
                        .cmd("httpd", "-f", "-p", "80", "-h", "/www")
                        .build());
        try (GenericContainer<?> server =
                new GenericContainer<>(image).withExposedPorts(80).withStartupTimeout(PATIENCE)) {
            server.start();

            assertThat(get(server, "/page.html")).isEqualTo("built in");
            assertThat(get(server, "/other.html")).isEqualTo("from memory");
            assertThat(get(server, "/word.html")).isEqualTo("run\n");
        } finally {
            DockerClientFactory.lazyClient()
                    .removeImageCmd(image.get())
                    .withForce(true)
                    .exec();
        }
    }
}
