package io.felucca.itests.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What containers change of their images: seen, kept as new images, and taken out whole. */
@Timeout(300)
class CommitIT {

    private static final String SCRIPT =
            "echo page >/var/page; mkdir -p /etc/app/sub; touch /etc/app/sub/名; rm /etc/group;"
                    + " chmod 600 /etc/os-release; ln -s /var/page /link; rm -r /home; touch /done; exec sleep 1000";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path folder;

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

    private static String scripted(String driver) {
        String id = engine.runDetached("--storage-opt", "driver=" + driver, "busybox", "sh", "-c", SCRIPT);
        EngineUnderTest.await()
                .untilAsserted(() ->
                        engine.felucca("exec", id, "test", "-e", "/done").run().requireOk());
        return id;
    }

    private static List<String> layers(String image) {
        List<String> layers = new ArrayList<>();
        engine.inspect(image).path("RootFS").path("Layers").forEach(layer -> layers.add(layer.textValue()));
        return layers;
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    @DisplayName("S34: diff tells exactly what a script changed, side effects included, and nothing of the init layer")
    void S34_diffIsExact(String driver) {
        String id = scripted(driver);
        String expected = String.join(
                "\n",
                "A /done",
                "C /etc",
                "A /etc/app",
                "A /etc/app/sub",
                "A /etc/app/sub/名",
                "D /etc/group",
                "C /etc/os-release",
                "D /home",
                "A /link",
                "C /var",
                "A /var/page");

        assertThat(engine.ok("diff", id)).isEqualTo(expected);
        engine.ok("stop", "-t", "0", id);
        assertThat(engine.ok("diff", id.substring(0, 12)))
                .as("and when it has ended")
                .isEqualTo(expected);
        String never = engine.ok("create", "--storage-opt", "driver=" + driver, "--network", "none", "busybox", "true");
        assertThat(engine.ok("diff", never)).isEmpty();
        assertThat(engine.fails(1, "diff", "nosuch"))
                .isEqualTo("Error response from daemon: No such container: nosuch\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    @DisplayName("S29, S31, S32, S33, S36: an image of a container is its image and a layer more, and runs")
    void S29_commitAddsALayer(String driver) {
        String id = scripted(driver);

        String image = engine.ok(
                "commit", "-a", "Ä <a@b>", "-m", "修改了默认网页", "-c", "CMD [\"cat\", \"/var/page\"]", id, "site:v2");

        assertThat(image).matches("sha256:[0-9a-f]{64}");
        JsonNode shown = engine.inspect("site:v2");
        assertThat(shown.path("Id").textValue()).isEqualTo(image);
        assertThat(shown.path("Author").textValue()).isEqualTo("Ä <a@b>");
        assertThat(shown.path("Comment").textValue()).isEqualTo("修改了默认网页");
        assertThat(shown.path("Parent").textValue())
                .isEqualTo(engine.inspect("busybox").path("Id").textValue());
        assertThat(layers("site:v2")).startsWith(layers("busybox").toArray(String[]::new));
        assertThat(layers("site:v2")).hasSize(layers("busybox").size() + 1);
        List<String> history = engine.felucca(
                        "history", "--no-trunc", "--format", "{{.CreatedBy}}|{{.Comment}}", "site:v2")
                .run()
                .requireOk()
                .lines();
        assertThat(history.get(0)).isEqualTo("sh -c " + SCRIPT + "|修改了默认网页");
        assertThat(history).as("opaque: one line for all that was done").hasSize(2);
        assertThat(engine.runOnce("--storage-opt", "driver=" + driver, "site:v2")
                        .ok())
                .isEqualTo("page");
        assertThat(engine.runOnce(
                                "--storage-opt",
                                "driver=" + driver,
                                "site:v2",
                                "find",
                                "/etc/app",
                                "/etc/group",
                                "/home")
                        .run()
                        .out())
                .isEqualTo("/etc/app\n/etc/app/sub\n/etc/app/sub/名\n");
    }

    @Test
    @DisplayName("S30, S35: by id prefix and name; without a repository the image is <none>; layers only grow")
    void S30_S35_repeatedCommitsOnlyGrow() {
        String id = scripted("overlay2");
        engine.ok("rename", id, "worker");

        String untagged = engine.ok("commit", "worker");
        assertThat(engine.ok("images", "--format", "{{.Repository}} {{.Tag}} {{.ID}}"))
                .contains("<none> <none> " + untagged.substring(7, 19));
        engine.ok("commit", id.substring(0, 6), "grown:1");
        String second = engine.runDetached("grown:1", "sh", "-c", "rm /var/page; touch /done2; exec sleep 1000");
        EngineUnderTest.await()
                .untilAsserted(() -> engine.felucca("exec", second, "test", "-e", "/done2")
                        .run()
                        .requireOk());
        engine.ok("commit", second, "grown:2");

        assertThat(layers("grown:2")).hasSize(3);
        assertThat(engine.inspect("grown:2").path("Size").longValue())
                .as("what is deleted stays below")
                .isGreaterThanOrEqualTo(engine.inspect("grown:1").path("Size").longValue());
        assertThat(engine.runOnce("grown:2", "ls", "/var").ok()).isEmpty();
    }

    @Test
    @DisplayName("S37: a running container is committed and goes on")
    void S37_aRunningContainerGoesOn() throws IOException {
        String id = engine.runDetached(
                "busybox", "sh", "-c", "head -c 60000000 /dev/urandom >/big; touch /done; while true; do date; done");
        EngineUnderTest.await()
                .untilAsserted(() ->
                        engine.felucca("exec", id, "test", "-e", "/done").run().requireOk());

        try (Program.Running commit = engine.felucca("commit", id, "big").start()) {
            EngineUnderTest.await().until(() -> engine.status(id).equals("paused") || !commit.isAlive());
            commit.finish().requireOk();
        }

        assertThat(engine.status(id)).isEqualTo("running");
        assertThat(engine.inspect("big").path("Size").longValue()).isGreaterThan(60_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    @DisplayName("S110, S111: export of a container that runs, has ended or never ran, and import of it runs")
    void S110_exportAndImport(String driver) throws IOException {
        String id = scripted(driver);
        Path file = folder.resolve("out.tar");

        engine.ok("export", "-o", file.toString(), id);
        List<String> names = Program.of("tar", "-tf", file.toString())
                .env("LC_ALL", "C.UTF-8")
                .run()
                .requireOk()
                .lines();
        assertThat(names)
                .contains("var/page", "etc/app/", "bin/busybox", "link", ".dockerenv")
                .doesNotContain("etc/group");
        engine.ok("import", file.toString(), "flat");
        assertThat(engine.runOnce("--storage-opt", "driver=" + driver, "flat", "cat", "/var/page")
                        .ok())
                .isEqualTo("page");
        assertThat(layers("flat")).hasSize(1);

        engine.ok("stop", "-t", "0", id);
        Path stopped = Files.write(
                folder.resolve("stopped.tar"),
                engine.felucca("export", id).run().requireOk().outBytes());
        assertThat(Program.of("tar", "-tf", stopped.toString())
                        .env("LC_ALL", "C.UTF-8")
                        .run()
                        .requireOk()
                        .lines())
                .isEqualTo(names);
        String never = engine.ok("create", "--storage-opt", "driver=" + driver, "--network", "none", "busybox", "true");
        engine.ok("export", "-o", folder.resolve("never.tar").toString(), never);
        assertThat(folder.resolve("never.tar")).isNotEmptyFile();
    }
}
