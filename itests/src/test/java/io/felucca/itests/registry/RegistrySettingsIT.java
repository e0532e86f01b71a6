package io.felucca.itests.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.docker.DockerDaemon;
import io.felucca.itests.fixture.servers.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Mirrors and insecure registries, from daemon.json and changed live, beside dockerd. */
@Timeout(300)
class RegistrySettingsIT {

    private static final String SETTINGS = """
            {"registry-mirrors": ["http://127.0.0.1:1", "http://127.0.0.1:2/"],
             "insecure-registries": ["reg.example:5000", "10.1.0.0/16"]}
            """;

    @TempDir
    Path folder;

    private EngineUnderTest engine;
    private Path file;

    private void begin(String json) throws IOException {
        file = folder.resolve("daemon.json");
        Files.writeString(file, json);
        engine = EngineUnderTest.withBusybox("--config-file", file.toString());
        engine.beforeAll(null);
    }

    @AfterEach
    void end() {
        engine.afterAll(null);
    }

    private static JsonNode registries(Program info) {
        return EngineUnderTest.json(info.ok());
    }

    private JsonNode ours() {
        return registries(engine.docker("1.41", "info", "--format", "{{json .RegistryConfig}}"));
    }

    private void reload() {
        Program.of("kill", "-HUP", Long.toString(engine.pid())).ok();
    }

    @Test
    @DisplayName("S18: info shows mirrors and insecure registries as dockerd does, and SIGHUP changes them as there")
    void settingsAreShownAndChangedLive() throws IOException {
        begin(SETTINGS);
        try (DockerDaemon daemon = DockerDaemon.startWith("--config-file", file.toString())) {
            Program theirs = daemon.docker("info", "--format", "{{json .RegistryConfig}}");
            assertThat(ours()).isEqualTo(registries(theirs));
            assertThat(engine.ok("info"))
                    .contains(" Insecure Registries:\n  reg.example:5000\n  10.1.0.0/16\n  127.0.0.0/8\n"
                            + " Registry Mirrors:\n  http://127.0.0.1:1/\n  http://127.0.0.1:2/\n");

            Files.writeString(file, "{\"registry-mirrors\": [\"http://127.0.0.1:3\"]}");
            reload();
            daemon.reload();
            EngineUnderTest.await()
                    .until(() ->
                            registries(theirs).path("Mirrors").path(0).asText().equals("http://127.0.0.1:3/"));
            EngineUnderTest.await().untilAsserted(() -> assertThat(ours()).isEqualTo(registries(theirs)));
            assertThat(ours().path("InsecureRegistryCIDRs").toString()).contains("10.1.0.0/16");

            Files.writeString(file, "{\"insecure-registries\": [\"other.example\"]}");
            reload();
            daemon.reload();
            EngineUnderTest.await()
                    .until(() -> registries(theirs).path("IndexConfigs").has("other.example"));
            EngineUnderTest.await().untilAsserted(() -> assertThat(ours()).isEqualTo(registries(theirs)));
        }
    }

    @Test
    @DisplayName("S18: a wrong file changes nothing, and the engine runs on")
    void aWrongFileChangesNothing() throws IOException {
        begin(SETTINGS);
        JsonNode before = ours();

        Files.writeString(file, "{\"registry-mirrors\": [\"ftp://x\"]}");
        reload();

        EngineUnderTest.await()
                .until(() -> engine.log().contains("stays as it was: invalid mirror: unsupported scheme"));
        assertThat(engine.isRunning()).isTrue();
        assertThat(ours()).isEqualTo(before);
    }

    @Test
    @DisplayName("S18: Docker Hub's images come from the first mirror that has them, set while the engine runs")
    void mirrorsAreAskedInOrder() throws IOException {
        begin("{}");
        try (RegistryServer empty = RegistryServer.plain(Files.createDirectory(folder.resolve("empty")));
                RegistryServer mirror = RegistryServer.plain(Files.createDirectory(folder.resolve("mirror")))) {
            String copy = mirror.host() + "/library/busybox:latest";
            engine.ok("tag", "busybox", copy);
            engine.ok("push", copy);
            engine.ok("rmi", copy);
            engine.ok("rmi", "busybox");
            Files.writeString(
                    file,
                    "{\"registry-mirrors\": [\"http://127.0.0.1:1\", \"http://" + empty.host() + "\", \"http://"
                            + mirror.host() + "\"]}");
            reload();
            EngineUnderTest.await().until(() -> ours().path("Mirrors").size() == 3);

            assertThat(engine.ok("pull", "busybox")).endsWith("\ndocker.io/library/busybox:latest");

            assertThat(empty.log()).contains("/v2/library/busybox/manifests/latest");
            assertThat(engine.ok("run", "--rm", "--network", "none", "busybox", "echo", "mirrored"))
                    .isEqualTo("mirrored");
        }
    }

    @Test
    @DisplayName("S13: a registry that no way leads to is told in dockerd's words")
    void unreachableRegistriesAreTold() throws IOException {
        file = folder.resolve("daemon.json");
        Files.writeString(file, "{}");
        engine = EngineUnderTest.empty().startedBy("unshare", "-n", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh");
        engine.beforeAll(null);
        try (DockerDaemon daemon = DockerDaemon.start()) {
            for (String image : new String[] {"192.0.2.1:5000/app", "127.0.0.1:1/app"}) {
                assertThat(failure(engine.docker("1.41", "pull", image)))
                        .isEqualTo(failure(daemon.docker("pull", image)));
            }
        }
    }

    private static String failure(Program pull) {
        return pull.run().requireExit(1).err();
    }
}
