package io.felucca.itests.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.images.ImageArchive;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images in and out by archives: import, save, load. */
class ArchiveIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path folder;

    @Test
    @DisplayName("S83: import makes an image of one layer whose root is the archive's")
    void S83_importFile() {
        String id = engine.ok("import", Rootfs.busybox().toString(), "imported:1");

        assertThat(id).matches("sha256:[0-9a-f]{64}");
        JsonNode image = engine.inspect("imported:1");
        assertThat(image.path("Id").textValue()).isEqualTo(id);
        assertThat(image.path("RootFS").path("Layers")).hasSize(1);
        assertThat(engine.runOnce("imported:1", "echo", "it runs").ok()).isEqualTo("it runs");
    }

    @Test
    @DisplayName("S84: import reads a URL")
    void S84_importUrl() throws IOException {
        byte[] archive = Files.readAllBytes(Rootfs.busybox());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/rootfs.tar", exchange -> {
            exchange.sendResponseHeaders(200, archive.length);
            exchange.getResponseBody().write(archive);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/rootfs.tar";
            engine.ok("import", url, "from-url");

            assertThat(engine.runOnce("from-url", "echo", "hi").ok()).isEqualTo("hi");
            assertThat(engine.inspect("from-url").path("Comment").textValue()).isEqualTo("Imported from " + url);
            assertThat(engine.fails(1, "import", url.replace("rootfs", "missing"), "none"))
                    .contains("404");
        } finally {
            server.stop(0);
        }
    }

    @Test
    @DisplayName("S85: import reads standard input")
    void S85_importStdin() {
        engine.felucca("import", "-", "from-stdin")
                .stdin(Rootfs.busybox())
                .run()
                .requireOk();

        assertThat(engine.runOnce("from-stdin", "echo", "hi").ok()).isEqualTo("hi");
        assertThat(engine.inspect("from-stdin").path("Comment").textValue()).isEqualTo("Imported from -");
    }

    @Test
    @DisplayName("S86: import takes changes, a message and a name or none")
    void S86_importOptions() {
        String id = engine.ok(
                "import",
                "--message",
                "修改了默认网页",
                "--change",
                "ENTRYPOINT [\"echo\"]",
                "--change",
                "CMD [\"by default\"]",
                Rootfs.busybox().toString(),
                "registry.example:5000/team/app:v2");

        assertThat(engine.inspect(id).path("RepoTags").toString()).isEqualTo("[\"registry.example:5000/team/app:v2\"]");
        assertThat(engine.inspect(id).path("Comment").textValue()).isEqualTo("修改了默认网页");
        assertThat(engine.ok("history", "--format", "{{.Comment}}", id)).isEqualTo("修改了默认网页");
        assertThat(engine.runOnce(id).ok()).isEqualTo("by default");
        assertThat(engine.runOnce(id, "given").ok()).isEqualTo("given");

        String nameless =
                engine.ok("import", "-c", "LABEL n=1", Rootfs.busybox().toString());
        assertThat(engine.inspect(nameless).path("RepoTags")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"gzip,gz", "bzip2,bz2", "xz,xz", "zstd,zst"})
    @DisplayName("S83: import reads compressed archives")
    void S83_importCompressed(String program, String ending) throws IOException {
        Path copy = Files.copy(Rootfs.busybox(), folder.resolve("rootfs.tar"));
        Program.of(program, "-f", copy.toString()).run().requireOk();

        engine.ok("import", copy + "." + ending, "compressed-" + ending);

        assertThat(engine.runOnce("compressed-" + ending, "echo", "hi").ok()).isEqualTo("hi");
        assertThat(engine.inspect("compressed-" + ending).path("RootFS").path("Layers"))
                .isEqualTo(engine.inspect("busybox").path("RootFS").path("Layers"));
    }

    @Test
    @DisplayName("S87, S88: what save writes, load reads: ids, layers and tags are the same")
    void S87_S88_roundTrip() throws IOException {
        engine.ok("tag", "busybox", "kept:1");
        engine.ok("tag", "busybox", "kept:2");
        ImageArchive stack = new ImageArchive()
                .tag("layered:9")
                .layer(Rootfs.busybox())
                .layer(Rootfs.create("top.tar").file("top", 0644, "top").done());
        engine.ok("load", "-i", stack.write("layered.tar").toString());
        JsonNode one = engine.inspect("kept:1");
        JsonNode two = engine.inspect("layered:9");
        Path saved = folder.resolve("saved.tar");

        engine.ok("save", "-o", saved.toString(), "kept:1", "kept:2", "layered:9");
        engine.ok("rmi", "kept:1", "kept:2", "layered:9");
        List<String> said =
                engine.felucca("load").stdin(saved).run().requireOk().lines();

        assertThat(said).contains("Loaded image: kept:1", "Loaded image: kept:2", "Loaded image: layered:9");
        assertThat(engine.inspect("kept:1").path("Id")).isEqualTo(one.path("Id"));
        assertThat(engine.inspect("kept:2").path("Id")).isEqualTo(one.path("Id"));
        assertThat(engine.inspect("layered:9").path("Id")).isEqualTo(two.path("Id"));
        assertThat(engine.inspect("layered:9").path("RootFS")).isEqualTo(two.path("RootFS"));
        assertThat(engine.runOnce("layered:9", "cat", "/top").ok()).isEqualTo("top");
    }

    @Test
    @DisplayName("S87: other tools read what save writes")
    void S87_skopeoReadsIt() {
        Path saved = folder.resolve("saved.tar");
        engine.ok("save", "-o", saved.toString(), "busybox");

        JsonNode seen = EngineUnderTest.json(Program.of("skopeo", "inspect", "--config", "docker-archive:" + saved)
                .ok());

        assertThat(seen.path("rootfs").path("diff_ids").get(0))
                .isEqualTo(
                        engine.inspect("busybox").path("RootFS").path("Layers").get(0));
    }

    @Test
    @DisplayName("S88: load reads OCI archives")
    void S88_loadOci() {
        ImageArchive archive = new ImageArchive()
                .tag("docker.io/library/oci:7")
                .layer(Rootfs.busybox())
                .layer(Rootfs.create("oci-top.tar").file("top", 0644, "oci").done());

        engine.ok("load", "-i", archive.writeOci("oci.tar").toString());

        assertThat(engine.runOnce("oci:7", "cat", "/top").ok()).isEqualTo("oci");
    }

    @Test
    @DisplayName("S88: load reads compressed archives")
    void S88_loadCompressed() throws IOException {
        Path saved = folder.resolve("saved.tar");
        engine.ok("tag", "busybox", "squeezed");
        engine.ok("save", "-o", saved.toString(), "squeezed");
        engine.ok("rmi", "squeezed");
        Program.of("gzip", saved.toString()).run().requireOk();

        assertThat(engine.ok("load", "-i", saved + ".gz")).contains("Loaded image: squeezed:latest");
    }

    @Test
    @DisplayName("The store is an OCI image layout that other tools read")
    void theStoreIsAnOciLayout() {
        Path content = engine.dataRoot().resolve("content");
        assertThat(content.resolve("oci-layout")).isRegularFile();
        JsonNode index = EngineUnderTest.json(
                Program.of("cat", content.resolve("index.json").toString()).ok());
        assertThat(index.path("schemaVersion").intValue()).isEqualTo(2);
        assertThat(index.path("manifests")).isNotEmpty();
    }
}
