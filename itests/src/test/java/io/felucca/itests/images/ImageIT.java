package io.felucca.itests.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.images.ImageArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an image is: a root filesystem, a config, a stack of layers that never change. */
class ImageIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

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

    @Test
    @DisplayName("S1: an image is a full root filesystem")
    void S1_anImageIsARootFilesystem() {
        assertThat(engine.runOnce("busybox", "cat", "/etc/os-release").ok()).contains("ID=felucca-test");
        assertThat(engine.runOnce("busybox", "ls", "/").run().lines()).contains("bin", "etc", "proc", "tmp");
    }

    @Test
    @DisplayName("S2: an image's config is shown and obeyed")
    void S2_configIsObeyed() {
        engine.ok(
                "import",
                "-c",
                "ENV GREETING=hello",
                "-c",
                "USER www",
                "-c",
                "WORKDIR /var",
                "-c",
                "LABEL purpose=test",
                "-c",
                "CMD [\"sh\", \"-c\", \"echo $GREETING; id -u; id -g; pwd\"]",
                Rootfs.busybox().toString(),
                "configured");

        JsonNode config = engine.inspect("configured").path("Config");
        assertThat(config.path("Env").toString()).isEqualTo("[\"GREETING=hello\"]");
        assertThat(config.path("User").textValue()).isEqualTo("www");
        assertThat(config.path("WorkingDir").textValue()).isEqualTo("/var");
        assertThat(config.path("Labels").path("purpose").textValue()).isEqualTo("test");
        assertThat(engine.runOnce("configured").run().requireOk().lines()).containsExactly("hello", "33", "33", "/var");
    }

    @Test
    @DisplayName("S3: runs and writes change no image")
    void S3_imagesNeverChange() throws IOException {
        JsonNode before = engine.inspect("busybox");
        List<String> blobs = blobs();

        engine.runOnce("busybox", "sh", "-c", "echo x > /etc/os-release; rm -r /home; touch /bin/new")
                .ok();

        assertThat(engine.inspect("busybox")).isEqualTo(before);
        assertThat(blobs()).isEqualTo(blobs);
        for (String blob : blobs) {
            byte[] bytes = Files.readAllBytes(engine.dataRoot().resolve("content/blobs/sha256/" + blob));
            assertThat(ImageArchive.sha256(bytes)).isEqualTo(blob);
        }
        assertThat(engine.runOnce("busybox", "cat", "/etc/os-release").ok()).contains("felucca-test");
    }

    @Test
    @DisplayName("S4: an image is a stack of layers in the order in which they were built")
    void S4_layersKeepTheirOrder() {
        ImageArchive archive = new ImageArchive()
                .tag("stack")
                .layer(Rootfs.busybox())
                .layer(Rootfs.create("l1.tar")
                        .file("order", 0644, "first\n")
                        .file("one", 0644, "")
                        .done())
                .layer(Rootfs.create("l2.tar").file("order", 0644, "second\n").done());
        engine.ok("load", "-i", archive.write("stack.tar").toString());

        JsonNode layers = engine.inspect("stack").path("RootFS").path("Layers");
        assertThat(layers).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(layers.get(i).textValue()).isEqualTo(archive.diffIds().get(i));
        }
        assertThat(engine.runOnce("stack", "sh", "-c", "cat /order; ls /one")
                        .run()
                        .requireOk()
                        .lines())
                .containsExactly("second", "/one");
        assertThat(engine.ok("history", "--format", "{{.CreatedBy}}", "stack").lines())
                .containsExactly("step 2", "step 1", "step 0");
    }

    @Test
    @DisplayName("S5: deleting a lower file only hides it: the bytes stay in the lower layer")
    void S5_deletedFilesStayBelow() throws IOException {
        byte[] secret = "the bytes that stay".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Path lower = Rootfs.create("with-secret.tar")
                .file("data/secret", 0600, secret)
                .file("data/kept", 0600, "kept")
                .directory("gone", 0755)
                .file("gone/file", 0644, "x")
                .done();
        Path upper = Rootfs.create("without-secret.tar")
                .file("data/.wh.secret", 0600, "")
                .directory("gone", 0755)
                .file("gone/.wh..wh..opq", 0600, "")
                .file("gone/fresh", 0644, "y")
                .done();
        ImageArchive both = new ImageArchive()
                .tag("hidden")
                .layer(Rootfs.busybox())
                .layer(lower)
                .layer(upper);
        ImageArchive lowerOnly =
                new ImageArchive().tag("shown").layer(Rootfs.busybox()).layer(lower);
        engine.ok("load", "-i", both.write("hidden.tar").toString());
        engine.ok("load", "-i", lowerOnly.write("shown.tar").toString());

        assertThat(engine.runOnce("hidden", "ls", "/data").run().lines()).containsExactly("kept");
        assertThat(engine.runOnce("hidden", "ls", "/gone").run().lines()).containsExactly("fresh");
        assertThat(engine.runOnce("shown", "ls", "/data").run().lines()).containsExactly("kept", "secret");
        String blob = lowerOnly.diffIds().get(1).substring("sha256:".length());
        assertThat(Files.readString(engine.dataRoot().resolve("content/blobs/sha256/" + blob)))
                .contains("the bytes that stay");
        assertThat(engine.inspect("hidden").path("Size").longValue())
                .isGreaterThanOrEqualTo(engine.inspect("shown").path("Size").longValue());
    }

    @Test
    @DisplayName("S6: images on one base hold its layer once")
    void S6_layersAreShared() throws IOException {
        long before = blobs().size();
        ImageArchive one = new ImageArchive()
                .tag("share:1")
                .layer(Rootfs.busybox())
                .layer(Rootfs.create("s1.tar").file("a", 0644, "1").done());
        ImageArchive two = new ImageArchive()
                .tag("share:2")
                .layer(Rootfs.busybox())
                .layer(Rootfs.create("s2.tar").file("a", 0644, "2").done());
        engine.ok("load", "-i", one.write("share1.tar").toString());
        long afterOne = blobs().size();
        engine.ok("load", "-i", two.write("share2.tar").toString());

        // One layer, one config, one manifest each: the base is the imported image's.
        assertThat(afterOne - before).isEqualTo(blobs().size() - afterOne).isLessThanOrEqualTo(3);
        assertThat(engine.runOnce("share:1", "cat", "/a").ok()).isEqualTo("1");
        assertThat(engine.runOnce("share:2", "cat", "/a").ok()).isEqualTo("2");
    }

    @Test
    @DisplayName("S12: a write copies up; what is below stays for the others")
    void S12_writesCopyUp() {
        String first = engine.runDetached("busybox", "sleep", "1000");
        String second = engine.runDetached("busybox", "sleep", "1000");

        engine.ok("exec", first, "sh", "-c", "echo changed > /etc/os-release; rm /etc/group");

        assertThat(engine.ok("exec", first, "cat", "/etc/os-release")).isEqualTo("changed");
        assertThat(engine.ok("exec", second, "cat", "/etc/os-release")).contains("felucca-test");
        engine.ok("exec", second, "ls", "/etc/group");
        assertThat(engine.fails(1, "exec", first, "ls", "/etc/group")).contains("No such file or directory");
    }

    @Test
    @DisplayName("S13: two tags of a repository name two images")
    void S13_tagsNameImages() {
        String a = engine.ok(
                "import", Rootfs.create("a.tar").file("a", 0644, "a").done().toString(), "repo:a");
        String b = engine.ok(
                "import", Rootfs.create("b.tar").file("b", 0644, "b").done().toString(), "repo:b");

        assertThat(a).matches("sha256:[0-9a-f]{64}").isNotEqualTo(b);
        assertThat(engine.inspect("repo:a").path("Id").textValue()).isEqualTo(a);
        assertThat(engine.inspect("repo:b").path("Id").textValue()).isEqualTo(b);
        assertThat(engine.ok("images", "--format", "{{.Repository}} {{.Tag}}", "repo")
                        .lines())
                .containsExactlyInAnyOrder("repo a", "repo b");
    }

    @Test
    @DisplayName("S14: no tag means latest")
    void S14_noTagMeansLatest() {
        engine.ok("tag", "busybox", "other");

        assertThat(engine.inspect("other").path("RepoTags").toString()).contains("\"other:latest\"");
        assertThat(engine.runOnce("other:latest", "echo", "hi").ok()).isEqualTo("hi");
        assertThat(engine.ok("images", "--format", "{{.Tag}}", "other")).isEqualTo("latest");
    }

    @Test
    @DisplayName("S15: a repository's name may have two parts")
    void S15_twoPartNames() {
        engine.ok("tag", "busybox", "jwilder/nginx-proxy");

        assertThat(engine.ok("images", "--format", "{{.Repository}}", "jwilder/nginx-proxy"))
                .isEqualTo("jwilder/nginx-proxy");
        assertThat(engine.runOnce("jwilder/nginx-proxy", "echo", "hi").ok()).isEqualTo("hi");
        assertThat(engine.runOnce("docker.io/jwilder/nginx-proxy:latest", "echo", "hi")
                        .ok())
                .isEqualTo("hi");
    }

    @Test
    @DisplayName("S89: rmi refuses an image in use, untags before it deletes, and gives the disk back")
    void S89_rmi() throws IOException {
        List<String> blobs = blobs();
        Path tar = Rootfs.create("removable.tar")
                .busyboxFiles()
                .file("unique", 0644, "unique")
                .done();
        String id = engine.ok("import", tar.toString(), "removable");
        engine.ok("tag", "removable", "second");
        String container = engine.runDetached("removable", "sleep", "1000");

        assertThat(engine.ok("rmi", "second")).isEqualTo("Untagged: second:latest");
        assertThat(engine.fails(1, "rmi", "removable"))
                .contains("conflict: unable to remove repository reference \"removable\" (must force) - container "
                        + container.substring(0, 12) + " is using its referenced image "
                        + id.substring("sha256:".length()).substring(0, 12));
        assertThat(engine.fails(1, "rmi", "-f", id))
                .contains("image is being used by running container " + container.substring(0, 12));
        engine.ok("rm", "-f", container);
        Result removed = engine.felucca("rmi", "removable").run().requireOk();
        assertThat(removed.lines()).startsWith("Untagged: removable:latest", "Deleted: " + id);
        assertThat(blobs()).isEqualTo(blobs);
        assertThat(engine.fails(1, "rmi", "removable")).contains("No such image: removable:latest");
    }

    private static List<String> blobs() throws IOException {
        try (Stream<Path> files = Files.list(engine.dataRoot().resolve("content/blobs/sha256"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
