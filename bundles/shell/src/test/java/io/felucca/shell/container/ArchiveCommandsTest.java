package io.felucca.shell.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.shell.FakeContainers;
import io.felucca.shell.FakeImages;
import io.felucca.shell.FakeRegistry;
import io.felucca.shell.registry.ImagePull;
import io.felucca.shell.remote.CommandClient;
import io.felucca.shell.remote.CommandClient.Result;
import java.time.Clock;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ArchiveCommandsTest {

    private final FakeArchives archives = new FakeArchives();
    private final CommandClient client = new CommandClient(ContainerCommands.functions(
            new FakeContainers(),
            archives,
            new FakeImages(),
            new ImagePull(FakeRegistry::new),
            Clock.fixed(FakeContainers.NOW, ZoneOffset.UTC)));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    @DisplayName("S34: diff prints a letter and a path a line")
    void S34_diffPrintsALetterAndAPathALine() throws Exception {
        assertThat(client.run("diff", "web").succeeds().out()).isEqualTo("C /etc\nD /etc/passwd\nA /名\n");
        assertThat(client.run("container", "diff", "web").succeeds().out()).startsWith("C /etc\n");
        Result missing = client.run("diff", "nope");
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).isEqualTo("Error response from daemon: No such container: nope\n");
    }

    @Test
    @DisplayName("S110: export streams to a file or to standard output, never to a terminal")
    void S110_exportStreams() throws Exception {
        assertThat(client.run("export", "web").succeeds().out()).isEqualTo("tar of /");
        client.run("export", "-o", "x.tar", "web").succeeds();
        assertThat(client.written).containsEntry("x.tar", "tar of /");
        assertThat(archives.calls).contains("closed");
        client.terminal(true);
        assertThat(client.run("export", "web").err())
                .isEqualTo("cowardly refusing to save to a terminal. Use the -o flag or redirect\n");
    }

    @Test
    @DisplayName("S30, S31, S32: commit hands its words on and prints the id")
    void S30_commitHandsItsWordsOn() throws Exception {
        Result result = client.run(
                        "commit",
                        "-a",
                        "Ä <a@b>",
                        "-m",
                        "修改了默认网页",
                        "-c",
                        "CMD [\"ls\"]",
                        "-c",
                        "ENV A=b",
                        "web",
                        "nginx:v2")
                .succeeds();

        assertThat(result.out()).isEqualTo(FakeArchives.IMAGE.value() + "\n");
        assertThat(archives.committed.repository()).isEqualTo("nginx:v2");
        assertThat(archives.committed.author()).isEqualTo("Ä <a@b>");
        assertThat(archives.committed.message()).isEqualTo("修改了默认网页");
        assertThat(archives.committed.changes()).containsExactly("CMD [\"ls\"]", "ENV A=b");
        assertThat(archives.committed.pause()).isTrue();
        client.run("commit", "-p=false", "web").succeeds();
        assertThat(archives.committed.pause()).isFalse();
        assertThat(archives.committed.repository()).isEmpty();
        assertThat(client.run("commit", "web", "UPPER").err())
                .isEqualTo("invalid reference format: repository name must be lowercase\n");
    }

    @Test
    @DisplayName("cp with - streams archives both ways")
    void cpStreamsArchivesBothWays() throws Exception {
        assertThat(client.run("cp", "web:/d", "-").succeeds().out()).isEqualTo("tar of /d");
        assertThat(client.run("cp", "-L", "web:/l", "-").succeeds().out()).isEqualTo("tar of /target");
        client.input = "an archive";
        client.run("cp", "-a", "-", "web:/in").succeeds();
        assertThat(archives.calls).contains("copyIn /in true true an archive");
        assertThat(client.run("cp", "web:/d", "web:/e").err())
                .isEqualTo("copying between containers is not supported\n");
        assertThat(client.run("cp", "a", "b").err()).isEqualTo("must specify at least one container source\n");
    }
}
