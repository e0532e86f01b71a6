package io.felucca.images.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.Digest;
import io.felucca.images.Image;
import io.felucca.images.Images;
import io.felucca.images.content.ContentJson;
import io.felucca.linux.files.Directory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The same asked of dockerd 20.10 and of this store, and archives from one to the other. Needs root, docker.io, skopeo.
 */
@Tag("root")
@DisplayName("side by side with dockerd and skopeo (S83 to S89)")
class DockerOracleTest {

    private static Path folder;
    private static RealDocker docker;
    private static byte[] rootfs;

    private TestStore store;
    private Path work;

    @BeforeAll
    static void start() throws IOException {
        folder = Files.createTempDirectory("felucca-oracle-");
        docker = RealDocker.start(Files.createDirectory(folder.resolve("d")));
        rootfs = Tars.tar()
                .file("bin/busybox", Files.readAllBytes(Path.of("/bin/busybox")))
                .symlink("bin/sh", "busybox")
                .hardLink("bin/cat", "bin/busybox")
                .file("etc/os-release", "NAME=test\n")
                .bytes();
    }

    @AfterAll
    static void stop() throws Exception {
        docker.close();
        try (Directory parent = DriverStorage.DIRECTORIES.open(folder.getParent())) {
            parent.removeTree(folder.getFileName().toString().getBytes(StandardCharsets.US_ASCII));
        }
    }

    @BeforeEach
    void open() throws IOException {
        work = Files.createTempDirectory(folder, "work");
        store = new TestStore(work);
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(work.resolve(name), content);
    }

    @Test
    void S86_anImportedConfigurationIsTheSameButForTimesAndVersions() throws IOException {
        String[] changes = {
            "CMD [\"sh\", \"-c\"]",
            "ENV A=b  C=\"d e\" PATH=$A:/bin",
            "LABEL x=y \"q r\"='<s> & \"t\"'",
            "EXPOSE 80 90/udp 100-102",
            "HEALTHCHECK --interval=5s --retries=3 CMD true x",
            "VOLUME /data [\"/d2\"]",
            "USER 5:6",
            "WORKDIR /tmp",
            "WORKDIR a/b",
            "ONBUILD RUN x",
            "ENTRYPOINT a b"
        };
        List<String> words = new ArrayList<>(List.of("import", "--message", "hellö"));
        for (String change : changes) {
            words.add("--change");
            words.add(change);
        }
        words.add(file("rootfs.tar", rootfs).toString());
        String theirs = docker.get(words.toArray(String[]::new));

        Digest ours = store.images.importRootfs(
                new ByteArrayInputStream(rootfs),
                new Images.Import("", List.of(changes), "hellö", ""),
                Images.Progress.NONE);

        JsonNode expected = comparable(docker.config(theirs));
        assertThat(comparable(blob(ours))).isEqualTo(expected);
    }

    private byte[] blob(Digest digest) throws IOException {
        return Files.readAllBytes(work.resolve("content/blobs/sha256/" + digest.hex()));
    }

    private static JsonNode comparable(byte[] config) {
        ObjectNode node = (ObjectNode) ContentJson.readObject(config, "config");
        node.remove(List.of("created", "docker_version", "container_config"));
        node.path("history").forEach(entry -> ((ObjectNode) entry).remove("created"));
        return node;
    }

    @Test
    void T12_badInputIsRefusedWithTheSameWords() throws IOException {
        byte[] junk = new byte[4096];
        Arrays.fill(junk, (byte) 'x');
        assertSameRefusal("junk", junk);
        assertSameRefusal("short", "this is not a tar\n".getBytes(StandardCharsets.UTF_8));
        assertSameRefusal("cut", Arrays.copyOf(rootfs, 300_000));
        byte[] gzip = Tars.gzip(rootfs);
        assertSameRefusal("cut.gz", Arrays.copyOf(gzip, gzip.length / 2));
    }

    private void assertSameRefusal(String name, byte[] archive) throws IOException {
        RealDocker.Said theirs = docker.docker("import", file(name, archive).toString());
        assertThat(theirs.exitCode()).isNotZero();
        assertThat(catchThrowable(() -> store.importTar(archive, "")))
                .hasMessage(theirs.out().strip().replace("Error response from daemon: ", ""));
    }

    @Test
    void S87_dockerLoadsWhatIsSavedHereWithTheSameIdsAndSizes() throws IOException {
        Digest one = store.importTar(rootfs, "ours/one:1", "CMD [\"sh\"]");
        Digest two = store.importTar(Tars.of("x", "y"), "ours/two");
        store.images.tag("ours/one:1", "ours/one:also");

        RealDocker.Said said = docker.dockerReading(file("saved.tar", store.save("ours/one", "ours/two")), "load");

        assertThat(said.out().lines())
                .containsExactlyInAnyOrder(
                        "Loaded image: ours/one:1", "Loaded image: ours/one:also", "Loaded image: ours/two:latest");
        assertThat(docker.get("inspect", "--format", "{{.Id}} {{.Size}}", "ours/one:also"))
                .isEqualTo(one + " " + store.images.get("ours/one:1").sizeBytes());
        assertThat(docker.get("inspect", "--format", "{{.Id}}", "ours/two")).isEqualTo(two.value());
        docker.get("rmi", "ours/one:1", "ours/one:also", "ours/two");
    }

    /** An image of several layers, some empty, as docker build makes it; needs no container to run. */
    private void build(String tag) throws IOException {
        docker.dockerReading(
                file("rootfs.tar", Tars.of("base", "of " + tag)), "import", "-c", "LABEL base=1", "-", tag + "-base");
        Path context = Files.createTempDirectory(work, "context");
        Files.writeString(context.resolve("x"), "content\n");
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM " + tag + "-base\nCOPY x /x\nENV Q=<1>&2\nCOPY x /y\nLABEL a=\"<b>\"\n");
        docker.get("build", "--quiet", "--tag", tag, context.toString());
    }

    @Test
    void S88_whatDockerSavesLoadsWithTheSameIdSizeLayersAndHistory() throws IOException {
        build("theirs:1");
        Path archive = work.resolve("theirs.tar");
        docker.get("save", "--output", archive.toString(), "theirs:1", "theirs:1-base");

        assertThat(store.load(Files.readAllBytes(archive)))
                .extracting(Images.Loaded::reference)
                .containsExactlyInAnyOrder("theirs:1", "theirs:1-base");

        Image image = store.images.get("theirs:1");
        assertThat(docker.get("inspect", "--format", "{{.Id}} {{.Size}} {{json .RootFS.Layers}}", "theirs:1"))
                .isEqualTo(image.id() + " " + image.sizeBytes() + " "
                        + new String(
                                ContentJson.write(image.diffIds().stream()
                                        .map(Digest::value)
                                        .toList()),
                                StandardCharsets.UTF_8));
        List<String> sizes = new ArrayList<>();
        image.history().forEach(entry -> sizes.add(0, entry.sizeBytes() + " " + entry.createdBy()));
        assertThat(docker.get(
                                "history",
                                "--human=false",
                                "--no-trunc",
                                "--format",
                                "{{.Size}} {{.CreatedBy}}",
                                "theirs:1")
                        .lines()
                        .map(String::strip))
                .containsExactlyElementsOf(sizes.stream().map(String::strip).toList());

        byte[] saved = store.save("theirs:1");
        TestStore other = new TestStore(Files.createTempDirectory(work, "other"));
        other.load(saved);
        assertThat(other.images.get("theirs:1")).isEqualTo(image);
        assertThat(other.save("theirs:1")).isEqualTo(saved);
    }

    @Test
    void S88_anArchiveOfBeforeManifestsGetsTheIdThatDockerGivesIt() throws IOException {
        build("legacy:1");
        Path archive = work.resolve("new.tar");
        docker.get("save", "--output", archive.toString(), "legacy:1");
        Path old = work.resolve("old");
        Files.createDirectory(old);
        RealDocker.run(
                null,
                List.of(
                        "tar",
                        "-xf",
                        archive.toString(),
                        "-C",
                        old.toString(),
                        "--exclude=manifest.json",
                        "--exclude=./*.json"));
        try (var files = Files.newDirectoryStream(old, "*.json")) {
            for (Path json : files) {
                Files.delete(json);
            }
        }
        Path oldArchive = work.resolve("old.tar");
        RealDocker.run(null, List.of("tar", "-cf", oldArchive.toString(), "-C", old.toString(), "."));
        docker.get("rmi", "legacy:1");

        docker.dockerReading(oldArchive, "load");
        store.load(Files.readAllBytes(oldArchive));

        assertThat(store.images.get("legacy:1").id().value())
                .isEqualTo(docker.get("inspect", "--format", "{{.Id}}", "legacy:1"));
    }

    @Test
    void S87_dockerLoadsCompressedLayersThatWereLoadedHere() throws IOException {
        store.importTar(rootfs, "gz:1");
        Path plain = file("plain.tar", store.save("gz:1"));
        Path gzipped = work.resolve("gzipped.tar");
        RealDocker.Said copied = RealDocker.run(
                null, List.of("skopeo", "copy", "-q", "oci-archive:" + plain, "oci-archive:" + gzipped + ":gz:2"));
        assertThat(copied.exitCode()).as(copied.out()).isZero();
        store.load(Files.readAllBytes(gzipped));
        Image image = store.images.get("gz:2");

        docker.dockerReading(file("again.tar", store.save("gz:2")), "load");

        assertThat(docker.get("inspect", "--format", "{{.Id}} {{.Size}}", "gz:2"))
                .isEqualTo(image.id() + " " + image.sizeBytes());
        docker.get("rmi", "gz:2");
    }

    @Test
    void skopeoReadsTheStoreItselfAndWhatItSaves() throws IOException {
        Digest id = store.importTar(rootfs, "sk/one:1", "ENV A=b");
        Path saved = file("one.tar", store.save("sk/one:1"));

        for (String name : List.of(
                "oci:" + work.resolve("content") + ":sk/one:1",
                "oci-archive:" + saved,
                "docker-archive:" + saved + ":sk/one:1")) {
            RealDocker.Said said = RealDocker.run(null, List.of("skopeo", "inspect", "--config", "--raw", name));
            assertThat(said.exitCode()).as(said.out()).isZero();
            assertThat(said.out().getBytes(StandardCharsets.UTF_8)).isEqualTo(blob(id));
        }
        Path copy = work.resolve("copied.tar");
        RealDocker.Said copied = RealDocker.run(
                null,
                List.of(
                        "skopeo",
                        "copy",
                        "-q",
                        "oci:" + work.resolve("content") + ":sk/one:1",
                        "oci-archive:" + copy + ":n/m:2"));
        assertThat(copied.exitCode()).as(copied.out()).isZero();
        TestStore other = new TestStore(Files.createTempDirectory(work, "other"));
        assertThat(other.load(Files.readAllBytes(copy)))
                .extracting(Images.Loaded::reference)
                .containsExactly("n/m:2");
        assertThat(other.images.get("n/m:2").diffIds())
                .isEqualTo(store.images.get("sk/one:1").diffIds());
    }

    @Test
    void S89_rmiPrintsTheSameLines() throws IOException {
        build("gone:1");
        Path archive = work.resolve("gone.tar");
        docker.get("save", "--output", archive.toString(), "gone:1");
        docker.get("rmi", "--force", "gone:1", "gone:1-base");
        docker.dockerReading(archive, "load");
        store.load(Files.readAllBytes(archive));
        docker.get("tag", "gone:1", "gone:2");
        store.images.tag("gone:1", "gone:2");

        assertThat(lines(store.images.remove("gone:1", false, true)))
                .isEqualTo(docker.get("rmi", "gone:1").lines().toList());
        assertThat(lines(store.images.remove("gone:2", false, true)))
                .isEqualTo(docker.get("rmi", "gone:2").lines().toList());
        assertThat(store.images.list(true, Map.of())).isEmpty();
    }

    private static List<String> lines(List<Images.Removed> removed) {
        return removed.stream()
                .map(line -> line.deleted().isEmpty() ? "Untagged: " + line.untagged() : "Deleted: " + line.deleted())
                .toList();
    }
}
