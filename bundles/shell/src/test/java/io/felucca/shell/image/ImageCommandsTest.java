package io.felucca.shell.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.FeluccaException;
import io.felucca.shell.FakeContainers;
import io.felucca.shell.FakeImages;
import io.felucca.shell.FakeRegistry;
import io.felucca.shell.build.BuildFunctions;
import io.felucca.shell.remote.CommandClient;
import io.felucca.shell.remote.CommandClient.Result;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ImageCommandsTest {

    private static final String ID = FakeContainers.IMAGE.value();

    private final FakeImages images = new FakeImages();
    private final FakeRegistry registry = new FakeRegistry();
    private final CommandClient client = new CommandClient(ImageCommands.functions(
            images,
            null,
            BuildFunctions.build(() -> null, () -> null),
            () -> registry,
            Clock.fixed(FakeContainers.NOW, ZoneOffset.UTC)));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    @DisplayName("S83, S86: import reads a file of the user's and prints the id")
    void importReadsAFileOfTheUsers() throws Exception {
        client.files.put("root.tar", "archive");

        Result result = client.run("import", "-c", "CMD sh", "-m", "made here", "root.tar", "x:1")
                .succeeds();

        assertThat(result.out()).isEqualTo(ID + "\n");
        assertThat(images.imported).isEqualTo("archive");
        assertThat(images.calls)
                .containsExactly("import Import[reference=x:1, changes=[CMD sh], message=made here, platform=]");
        assertThat(client.run("import", "nope.tar"))
                .isEqualTo(new Result(1, "", "open nope.tar: no such file or directory\n"));
    }

    @Test
    @DisplayName("S84: import has the engine download a URL")
    void importDownloads() throws Exception {
        client.run("import", "http://127.0.0.1:1/root.tar", "x").succeeds();

        assertThat(images.calls)
                .containsExactly(
                        "import http://127.0.0.1:1/root.tar " + "Import[reference=x, changes=[], message=, platform=]");
    }

    @Test
    @DisplayName("S85: import - reads standard input")
    void importReadsStandardInput() throws Exception {
        client.input = "from a pipe";

        client.run("import", "-", "x").succeeds();

        assertThat(images.imported).isEqualTo("from a pipe");
    }

    @Test
    @DisplayName("S87: save writes a file whole or not at all, and never to a terminal")
    void saveWritesAFileWhole() throws Exception {
        assertThat(client.run("save", "busybox").succeeds().out()).isEqualTo("archive");
        client.run("save", "-o", "x.tar", "busybox").succeeds();
        assertThat(client.written).containsEntry("x.tar", "archive");

        images.saveFailure = FeluccaException.system("disk full");
        assertThat(client.run("save", "-o", "y.tar", "busybox").err())
                .isEqualTo("Error response from daemon: disk full\n");
        assertThat(client.run("save", "-o", "z.tar", "nope").code()).isEqualTo(1);
        assertThat(client.written).containsOnlyKeys("x.tar");
        client.terminal(true);
        assertThat(client.run("save", "busybox"))
                .isEqualTo(new Result(1, "", "cowardly refusing to save to a terminal. Use the -o flag or redirect\n"));
    }

    @Test
    @DisplayName("S88: load names what it loaded")
    void loadNamesWhatItLoaded() throws Exception {
        client.files.put("x.tar", "archive");

        assertThat(client.run("load", "-i", "x.tar").succeeds().out())
                .isEqualTo("Loaded image: busybox:latest\nLoaded image ID: " + ID + "\n");
        client.terminal(true);
        assertThat(client.run("load").err()).isEqualTo("requested load from stdin, but stdin is empty\n");
    }

    @Test
    @DisplayName("S89: rmi tells what was untagged and deleted, and goes on after an error")
    void removeTellsWhatIsGone() throws Exception {
        assertThat(client.run("rmi", "nope", "busybox"))
                .isEqualTo(new Result(
                        1,
                        "Untagged: busybox:latest\nDeleted: " + ID + "\n",
                        "Error response from daemon: No such image: nope:latest\n"));
        assertThat(client.run("rmi", "-f", "nope").code()).isZero();
        assertThat(client.run("image", "rm", "busybox").code()).isZero();
    }

    @Test
    void imagesHasALineForEachName() throws Exception {
        assertThat(client.run("images").succeeds().out())
                .isEqualTo("REPOSITORY                 TAG       IMAGE ID       CREATED          SIZE\n"
                        + "busybox                    latest    abababababab   22 minutes ago   1.98MB\n"
                        + "reg.example.com:5000/a/b   x         abababababab   22 minutes ago   1.98MB\n");
        assertThat(client.run("images", "-q", "--no-trunc").succeeds().out()).isEqualTo(ID + "\n" + ID + "\n");
        assertThat(client.run("images", "--digests", "busybox").succeeds().out())
                .startsWith("REPOSITORY                 TAG       DIGEST    IMAGE ID ");
        assertThat(images.calls).contains("list false {reference=[busybox]}");
        assertThat(client.run("images", "--format", "table {{.Repository}}:{{.Tag}}\\t{{.ID}}")
                        .succeeds()
                        .out())
                .startsWith("REPOSITORY:TAG               IMAGE ID\nbusybox:latest               abababababab\n");
        assertThat(client.run("images", "--format", "json").succeeds().out())
                .startsWith("{\"Containers\":\"N/A\",\"CreatedAt\":\"2026-11-24 11:38:00 +0000 UTC\"")
                .contains("\"Digest\":\"\\u003cnone\\u003e\"");
        assertThat(client.run("images", "a", "b").err())
                .startsWith("felucca: 'felucca images' requires at most 1 argument\n");
    }

    @Test
    void historyIsNewestFirst() throws Exception {
        assertThat(client.run("history", "busybox").succeeds().out())
                .isEqualTo("IMAGE          CREATED              CREATED BY                   SIZE      COMMENT\n"
                        + "abababababab   About a minute ago                                0B        Imported from -\n"
                        + "<missing>      2 hours ago          /bin/sh -c #(nop) ADD file   1.98MB    \n");
        assertThat(client.run("history", "-H=false", "--format", "{{.CreatedAt}} {{.Size}}", "busybox")
                        .out())
                .isEqualTo("2026-11-24T11:59:00Z 0\n2026-11-24T10:00:00Z 1982256\n");
    }

    @Test
    void tagAndPruneSayWhatDockerSays() throws Exception {
        client.run("tag", "busybox", "x:1").succeeds();
        assertThat(images.calls).containsExactly("tag busybox x:1");
        assertThat(client.run("tag", "busybox", "X:y").err())
                .startsWith("Error parsing reference: \"X:y\" is not a valid repository/tag: invalid reference format");
        assertThat(client.run("image", "prune", "-af").succeeds().out())
                .isEqualTo("Deleted Images:\ndeleted: " + ID + "\n\nTotal reclaimed space: 4.261MB\n");
        assertThat(images.calls).contains("prune {dangling=[false]}");
        client.input = "n\n";
        assertThat(client.run("image", "prune"))
                .isEqualTo(new Result(
                        1,
                        "WARNING! This will remove all dangling images.\n"
                                + "Are you sure you want to continue? [y/N] ",
                        ""));
    }

    @Test
    @DisplayName("S19: images --digests has a line for each tag and digest, and one for a digest without a tag")
    void digestsAreListed() throws Exception {
        String one = "sha256:" + "1".repeat(64);
        String two = "sha256:" + "2".repeat(64);
        images.name(
                List.of("busybox:latest", "host.example/a:1", "host.example/a:2"),
                List.of("host.example/a@" + one, "host.example/a@" + two, "other.example/b@" + one));

        assertThat(client.run("images", "--digests", "--format", "{{.Repository}} {{.Tag}} {{.Digest}}")
                        .succeeds()
                        .out())
                .isEqualTo("busybox latest <none>\n"
                        + "host.example/a 1 " + one + "\nhost.example/a 1 " + two + "\n"
                        + "host.example/a 2 " + one + "\nhost.example/a 2 " + two + "\n"
                        + "other.example/b <none> " + one + "\n");
        assertThat(client.run("images", "--format", "{{.Repository}} {{.Tag}}")
                        .succeeds()
                        .out())
                .isEqualTo("busybox latest\nhost.example/a 1\nhost.example/a 2\nother.example/b <none>\n");
    }

    @Test
    @DisplayName("S19: image pull and image push are pull and push")
    void pullAndPushAreInTheGroup() throws Exception {
        assertThat(client.run("image", "pull", "-q", "host.example/x")
                        .succeeds()
                        .out())
                .isEqualTo("host.example/x:latest\n");
        assertThat(client.run("image", "push", "-q", "-a", "host.example/x")
                        .succeeds()
                        .out())
                .isEqualTo("host.example/x:latest\n");
        assertThat(registry.calls).containsExactly("pull host.example/x:latest ", "pushAll host.example/x");
        assertThat(client.run("image", "--help").succeeds().out()).contains("  pull  ", "  push  ");
    }
}
