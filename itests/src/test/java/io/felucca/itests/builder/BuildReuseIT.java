package io.felucca.itests.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.StoredFiles;
import io.felucca.itests.fixture.images.ImageArchive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Builds on two engines: images that are equal, and steps that one takes from the other's images. */
@Timeout(300)
class BuildReuseIT {

    @RegisterExtension
    static final EngineUnderTest first = EngineUnderTest.withBusybox();

    @RegisterExtension
    static final EngineUnderTest second = EngineUnderTest.withBusybox();

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

    private String build(EngineUnderTest engine, String... options) {
        List<String> words = new ArrayList<>(List.of("build", "-t", "made"));
        words.addAll(List.of(options));
        words.add(context().toString());
        return engine.felucca(words.toArray(String[]::new)).run().requireOk().out();
    }

    private String move(String name) {
        String archive = folder.resolve("moved.tar").toString();
        first.ok("save", "-o", archive, name);
        return second.ok("load", "-i", archive);
    }

    private static String id(EngineUnderTest engine, String name) {
        return engine.inspect(name).path("Id").asText();
    }

    @BeforeEach
    void haveOneBase() {
        first.ok("tag", "busybox", "base");
        move("base");
    }

    @AfterEach
    void removeImages() {
        for (EngineUnderTest engine : List.of(first, second)) {
            engine.removeContainers();
            engine.felucca("rmi", "-f", "made", "base", "theirs").run();
            engine.ok("builder", "prune", "-f");
            assertThat(StoredFiles.ofBuilds(engine)).isEmpty();
        }
    }

    @Test
    @DisplayName("with SOURCE_DATE_EPOCH two engines make the very same image, whose files are no younger")
    void sourceDatesMakeEqualImages() throws IOException {
        file("f", "text\n");
        file("old", "text\n");
        Files.setLastModifiedTime(context().resolve("old"), FileTime.fromMillis(86_400_000));
        file("Dockerfile", """
                FROM base
                COPY f old /d/
                RUN echo made >/made && mkdir /e && ln -s /made /e/link && ln /made /e/hard
                WORKDIR /w/deep
                ENV A=b
                """);
        String[] options = {"--no-cache", "--build-arg", "SOURCE_DATE_EPOCH=1000000000"};

        assertThat(build(first, options)).doesNotContain("were not consumed");
        String made = id(first, "made");
        build(first, options);
        assertThat(id(first, "made")).isEqualTo(made);
        Files.setLastModifiedTime(context().resolve("f"), FileTime.fromMillis(1_700_000_000_000L));
        build(second, options);
        assertThat(id(second, "made")).isEqualTo(made);

        assertThat(first.inspect("made").path("Created").asText()).isEqualTo("2001-09-09T01:46:40Z");
        assertThat(second.runOnce("made", "stat", "-c", "%Y", "/d/f", "/d/old", "/made", "/e/link", "/w/deep")
                        .run()
                        .requireOk()
                        .out())
                .isEqualTo("1000000000\n86400\n1000000000\n1000000000\n1000000000\n");
        assertThat(build(first, "--build-arg", "SOURCE_DATE_EPOCH=1000000001")).doesNotContain("Using cache");
        assertThat(first.fails(
                        1,
                        "build",
                        "--build-arg",
                        "SOURCE_DATE_EPOCH=soon",
                        context().toString()))
                .isEqualTo(
                        "Error response from daemon: invalid SOURCE_DATE_EPOCH: soon: give whole seconds since 1970\n");
    }

    @Test
    @DisplayName("--cache-from takes the steps of an image that another engine built, and no others")
    void stepsOfOtherImagesAreTaken() throws IOException {
        file("f", "text\n");
        String dockerfile = """
                FROM base
                ARG A=1
                RUN echo $A >/ran; head -c 8 /dev/urandom >/random
                COPY f /copied
                """;
        file("Dockerfile", dockerfile + "CMD one\n");
        build(first);
        first.ok("tag", "made", "theirs");
        move("theirs");
        String theirs = id(first, "theirs");

        assertThat(build(second, "--cache-from", "nosuch:image")).doesNotContain("Using cache");
        second.ok("rmi", "-f", "made");
        second.ok("builder", "prune", "-f");
        assertThat(build(second, "--cache-from", "nosuch:image,theirs").split("Using cache", -1))
                .hasSize(5);
        assertThat(id(second, "made")).isEqualTo(theirs);

        file("Dockerfile", dockerfile + "HEALTHCHECK CMD true\nCMD one\n");
        build(second, "--cache-from", "theirs");
        assertThat(second.inspect("made").path("Config").path("Healthcheck").path("Test"))
                .hasSize(2);
        assertThat(layers("made")).isEqualTo(layers("theirs"));
        second.ok("rmi", "-f", "made");
        second.ok("builder", "prune", "-f");
        file("f", "other\n");
        Program docker = second.docker(
                "1.41",
                "build",
                "--cache-from",
                "theirs",
                "-t",
                "made",
                context().toString());
        assertThat(docker.env("DOCKER_BUILDKIT", "0").run().requireOk().out().split("Using cache", -1))
                .hasSize(3);
        assertThat(second.runOnce("made", "cat", "/copied").run().requireOk().out())
                .isEqualTo("other\n");
        assertThat(layers("made").subList(0, 2)).isEqualTo(layers("theirs").subList(0, 2));
    }

    @Test
    @DisplayName(
            "T22: images that tell the same steps serve only a build that names them, and only on the same base with"
                    + " the same configuration")
    void lookAlikesAreNotTrusted() throws IOException {
        String dockerfile =
                "FROM base\nRUN head -c 8 /dev/urandom >/random\nHEALTHCHECK CMD true\nONBUILD RUN echo one\n";
        file("Dockerfile", dockerfile);
        build(first);
        first.ok("tag", "made", "theirs");
        loadLookAlike("theirs");
        String theirs = id(second, "theirs");

        assertThat(build(second)).doesNotContain("Using cache");
        second.ok("rmi", "-f", "made");
        second.ok("builder", "prune", "-f");

        assertThat(build(second, "--cache-from", "theirs")).contains("Using cache");
        assertThat(layers("made")).isEqualTo(layers("theirs"));
        assertThat(id(second, "made")).isNotEqualTo(theirs);
        JsonNode config = second.inspect("made").path("Config");
        assertThat(config.path("Healthcheck").path("Test").path(1).asText()).isEqualTo("true");
        assertThat(config.path("OnBuild").path(0).asText()).isEqualTo("RUN echo one");
        assertThat(second.inspect("theirs")
                        .path("Config")
                        .path("Healthcheck")
                        .path("Test")
                        .path(1)
                        .asText())
                .isEqualTo("false");

        assertThat(build(second)).doesNotContain("Using cache");
        assertThat(layers("made")).isNotEqualTo(layers("theirs"));

        second.ok("rmi", "-f", "made");
        second.ok("builder", "prune", "-f");
        second.ok("import", otherBase(), "base");
        assertThat(build(second, "--cache-from", "theirs")).doesNotContain("Using cache");
    }

    private static String otherBase() {
        return Rootfs.create("other-base.tar")
                .busyboxFiles()
                .file("moved", 0644, "")
                .done()
                .toString();
    }

    /** Loads an image of the first engine into the second, with another HEALTHCHECK and another ONBUILD than its history tells. */
    private void loadLookAlike(String name) throws IOException {
        Path saved = Files.createDirectory(folder.resolve("saved"));
        first.ok("save", "-o", folder.resolve("saved.tar").toString(), name);
        Program.of("tar", "-xf", folder.resolve("saved.tar").toString(), "-C", saved.toString())
                .ok();
        JsonNode manifest = EngineUnderTest.json(Files.readString(saved.resolve("manifest.json")))
                .path(0);
        ObjectNode config = (ObjectNode) EngineUnderTest.json(
                Files.readString(saved.resolve(manifest.path("Config").asText())));
        ObjectNode own = (ObjectNode) config.get("config");
        ((ObjectNode) own.get("Healthcheck")).putArray("Test").add("CMD-SHELL").add("false");
        own.putArray("OnBuild").add("RUN echo two");
        byte[] bytes = config.toString().getBytes(StandardCharsets.UTF_8);
        String configName = ImageArchive.sha256(bytes) + ".json";
        Rootfs archive = Rootfs.create("look-alike.tar").file(configName, 0644, bytes);
        for (JsonNode layer : manifest.path("Layers")) {
            archive.file(layer.asText(), 0644, Files.readAllBytes(saved.resolve(layer.asText())));
        }
        ((ObjectNode) manifest).put("Config", configName);
        String loaded =
                archive.file("manifest.json", 0644, "[" + manifest + "]").done().toString();
        second.ok("load", "-i", loaded);
    }

    private static List<String> layers(String image) {
        List<String> layers = new ArrayList<>();
        second.inspect(image).path("RootFS").path("Layers").forEach(layer -> layers.add(layer.asText()));
        return layers;
    }

    @Test
    @DisplayName("--squash makes one layer of all that a build adds, without what it removed again")
    void layersAreSquashed() throws IOException {
        file("f", "text\n");
        file("Dockerfile", """
                FROM base
                COPY f /d/f
                RUN rm /bin/vi; mkdir /gone /e; echo x >/gone/x; echo y >/e/y; chmod 0700 /d
                RUN rm -r /gone; ln /e/y /e/z
                CMD cat /d/f
                """);
        build(second);
        String plain = id(second, "made");
        String files = "find / -xdev -not -path '/proc*' -not -path '/sys*' -not -path '/dev*' | sort | xargs stat -c"
                + " '%n %f %s %u:%g'; cat /d/f /e/z; stat -c %h /e/z";
        String before =
                second.runOnce("made", "sh", "-c", files).run().requireOk().out();
        JsonNode config = second.inspect("made").path("Config");

        assertThat(build(second, "--squash")).contains("Using cache");
        assertThat(layers("made"))
                .hasSize(layers("base").size() + 1)
                .startsWith(layers("base").get(0));
        assertThat(second.runOnce("made", "sh", "-c", files).run().requireOk().out())
                .isEqualTo(before)
                .contains("/e/z")
                .doesNotContain("/gone", "/bin/vi ");
        assertThat(second.inspect("made").path("Config")).isEqualTo(config);
        assertThat(second.ok("history", "--no-trunc", "--format", "{{.Comment}}{{.Size}}", "made"))
                .startsWith("merge " + plain + " to " + id(second, "base"))
                .contains("\n0B\n0B\n0B\n0B\n");
        second.ok("rmi", "-f", "made");
        second.ok("builder", "prune", "-f");
        file("Dockerfile", "FROM scratch\nCOPY f /a\nCOPY f /b\n");
        build(second, "--squash");
        assertThat(layers("made")).hasSize(1);
    }
}
