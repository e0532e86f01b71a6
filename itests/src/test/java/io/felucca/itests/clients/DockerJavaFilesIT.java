package io.felucca.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.BuildResponseItem;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.ImageHistory;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.JavaClient;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.images.ImageArchive;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** B13: docker-java's commands on the files of containers and images. */
@Timeout(180)
@DisplayName("B13: docker-java, files")
@SuppressWarnings("deprecation") // Users call these, too.
class DockerJavaFilesIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    private static DockerClient docker;

    @BeforeAll
    static void connect() {
        docker = JavaClient.on(engine.host());
    }

    @AfterAll
    static void disconnect() throws IOException {
        docker.close();
    }

    private static String run(String name, String... command) {
        String id = docker.createContainerCmd("busybox")
                .withName(name)
                .withCmd(command)
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                .exec()
                .getId();
        docker.startContainerCmd(id).exec();
        return id;
    }

    private static byte[] archive(String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(archive)) {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(bytes.length);
            tar.putArchiveEntry(entry);
            tar.write(bytes);
            tar.closeArchiveEntry();
        }
        return archive.toByteArray();
    }

    /** The files of an archive by their names. */
    private static Map<String, String> files(InputStream archive) throws IOException {
        Map<String, String> files = new HashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
            for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                if (entry.isFile()) {
                    files.put(entry.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return files;
    }

    @Test
    @DisplayName(
            "copyArchiveTo an archive, a file and a folder, copyArchiveFrom, containerDiff, exportContainer, commit")
    void whatIsInAContainer(@TempDir Path folder) throws Exception {
        String id = run("inside", "sleep", "1000");
        docker.copyArchiveToContainerCmd(id)
                .withTarInputStream(new ByteArrayInputStream(archive("note.txt", "written")))
                .withRemotePath("/tmp")
                .exec();
        Files.writeString(Files.createDirectories(folder.resolve("made/deep")).resolve("a"), "of a folder");
        docker.copyArchiveToContainerCmd(id)
                .withHostResource(folder.resolve("made").toString())
                .withRemotePath("/tmp")
                .exec();
        docker.copyArchiveToContainerCmd(id)
                .withHostResource(
                        Files.writeString(folder.resolve("b"), "of a file").toString())
                .withRemotePath("/home")
                .exec();

        assertThat(files(docker.copyArchiveFromContainerCmd(id, "/tmp").exec()))
                .isEqualTo(Map.of("tmp/note.txt", "written", "tmp/made/deep/a", "of a folder"));
        assertThat(files(docker.copyArchiveFromContainerCmd(id, "/home/b").exec()))
                .isEqualTo(Map.of("b", "of a file"));
        assertThatThrownBy(
                        () -> docker.copyArchiveFromContainerCmd(id, "/nosuch").exec())
                .isInstanceOf(NotFoundException.class);
        // The API that it uses has gone from Docker, too.
        assertThatThrownBy(() -> docker.copyFileFromContainerCmd(id, "/home/b").exec())
                .isInstanceOf(NotFoundException.class);
        assertThat(docker.containerDiffCmd(id).exec())
                .extracting(change -> change.getPath())
                .contains("/tmp/note.txt", "/tmp/made/deep/a", "/home/b");
        assertThat(files(docker.exportContainerCmd(id).exec()))
                .containsEntry("home/b", "of a file")
                .containsKey("etc/passwd");
        String image = docker.commitCmd(id)
                .withRepository("committed")
                .withMessage("说")
                .exec();
        assertThat(docker.inspectImageCmd(image).exec().getRepoTags()).containsExactly("committed:latest");
        docker.removeImageCmd("committed").exec();
    }

    @Test
    @DisplayName("createImage, whose archive docker-java does not send; loadImage, imageHistory, removeImage")
    void anImageIsMadeOfAnArchive() throws Exception {
        // Instead it sends {} (3.7.1), which is no archive for dockerd either.
        assertThatThrownBy(() -> docker.createImageCmd("made", InputStream.nullInputStream())
                        .withTag("by-import")
                        .exec())
                .isInstanceOf(DockerException.class)
                .hasMessageContaining("Error processing tar file(exit status 1): unexpected EOF");

        Path archive = new ImageArchive()
                .layer(Rootfs.busybox())
                .layer(Rootfs.create("more.tar").file("more", 0644, "more").done())
                .tag("made:of-layers")
                .write("made.tar");
        try (InputStream in = Files.newInputStream(archive)) {
            docker.loadImageCmd(in).exec();
        }
        String id = docker.inspectImageCmd("made:of-layers").exec().getId();
        assertThat(docker.imageHistoryCmd("made:of-layers").exec())
                .extracting(ImageHistory::getCreatedBy)
                .containsExactly("step 1", "step 0");
        docker.removeImageCmd(id).exec();
        assertThatThrownBy(() -> docker.inspectImageCmd(id).exec()).isInstanceOf(NotFoundException.class);
    }

    @Test
    @DisplayName("S42, S66: buildImage of a folder and of an archive, with arguments, a target and its tags")
    void anImageIsBuilt(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve(".dockerignore"), "left\n");
        Files.writeString(folder.resolve("left"), "left");
        Files.writeString(folder.resolve("word"), "from the folder\n");
        Files.writeString(
                folder.resolve("other.docker"),
                "FROM busybox AS one\nARG WORD\nCOPY . /here/\nRUN echo \"$WORD\" >>/here/word\nFROM one\nRUN exit 9\n");
        StringBuilder told = new StringBuilder();
        BuildImageResultCallback built = new BuildImageResultCallback() {
            @Override
            public void onNext(BuildResponseItem item) {
                told.append(item.getStream() == null ? "" : item.getStream());
                super.onNext(item);
            }
        };
        String id = docker.buildImageCmd()
                .withBaseDirectory(folder.toFile())
                .withDockerfile(folder.resolve("other.docker").toFile())
                .withTarget("one")
                .withBuildArg("WORD", "given")
                .withNoCache(true)
                .withTags(Set.of("built:one", "built:two"))
                .exec(built)
                .awaitImageId();
        assertThat(told).contains("Step 4/4 : RUN echo \"$WORD\" >>/here/word", "Successfully tagged built:one");
        assertThat(docker.inspectImageCmd("built:two").exec().getId()).startsWith("sha256:" + id);
        assertThat(engine.runOnce("built:one", "sh", "-c", "ls /here; cat /here/word")
                        .run()
                        .requireOk()
                        .out())
                .contains("word\n", "from the folder\ngiven\n")
                .doesNotContain("left");

        InputStream failing = new ByteArrayInputStream(archive("Dockerfile", "FROM busybox\nRUN exit 7\n"));
        assertThatThrownBy(() -> docker.buildImageCmd(failing)
                        .withForcerm(true)
                        .exec(new BuildImageResultCallback())
                        .awaitImageId())
                .isInstanceOf(DockerClientException.class)
                .hasMessageContaining("The command '/bin/sh -c exit 7' returned a non-zero code: 7");
        docker.removeImageCmd(id).withForce(true).exec();
    }
}
