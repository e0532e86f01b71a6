package io.felucca.itests.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot work says in one line what and what to do, with Docker's exit code, and leaves nothing behind. */
class BadInputIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path folder;

    @AfterEach
    void nothingIsLeft() throws IOException {
        engine.removeContainers();
        try (Stream<Path> records = Files.list(engine.dataRoot().resolve("containers"))) {
            assertThat(records).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "125|run --network none nosuch true|nosuch:latest",
                "125|run --network none busybox:nosuch true|busybox:nosuch",
                "1|inspect nosuch|No such object: nosuch",
                "1|start nosuch|No such container: nosuch",
                "1|rm nosuch|No such container: nosuch",
                "1|logs nosuch|No such container: nosuch",
                "1|exec nosuch true|No such container: nosuch",
                "1|attach nosuch|No such container: nosuch",
                "1|rmi nosuch|No such image: nosuch:latest",
                "1|tag nosuch other|No such image: nosuch:latest",
                "1|save nosuch|nosuch",
                "1|history nosuch|No such image: nosuch:latest",
                "125|run --nosuch busybox true|unknown flag: --nosuch",
                "125|ps --nosuch|unknown flag: --nosuch",
                "1|run|requires at least 1 argument",
                "125|run --network nosuch busybox true|nosuch",
                "125|run --network none --name a/b busybox true|Invalid container name (a/b)",
                "125|run --network none -m 4x busybox true|invalid",
                "125|run --network none -m 1k busybox true|Minimum memory limit allowed is 6MB",
                "125|run --network none --cap-add NOSUCH busybox true|NOSUCH",
                "125|run --network none --runtime nosuch busybox true|nosuch",
                "125|run --network none --log-driver nosuch busybox true|nosuch",
                "125|run --network none --ulimit nosuch=1 busybox true|nosuch",
                "125|run --network none --security-opt nosuch busybox true|nosuch",
                "125|run --network none --tmpfs relative busybox true|relative",
                "125|run --network none --stop-signal NOSUCH busybox true|NOSUCH",
                "125|run --network none -w relative busybox true|working directory",
                "125|run --network none UPPER/Case true|lowercase",
                "127|run --network none busybox nosuch|executable file not found in $PATH",
                "127|run --network none busybox /nosuch|no such file or directory",
                "126|run --network none busybox /etc/passwd|permission denied",
                "126|run --network none busybox /etc|permission denied",
                "1|tag busybox Not/Valid|lowercase",
                "1|inspect -f {{.Nosuch}} busybox|Nosuch",
                "1|ps --filter nosuch=1|nosuch",
                "1|wait nosuch|No such container: nosuch",
                "1|nosuch|unknown command: felucca nosuch"
            })
    void mistakesAreToldInOneLine(int exit, String words, String text) {
        Result result = engine.felucca(words.split(" ")).run();

        assertThat(result.exit()).as(result.toString()).isEqualTo(exit);
        assertThat(result.err()).contains(text);
        assertThat(result.err()
                        .strip()
                        .lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("Run '"))
                        .toList())
                .as("lines of " + result.err())
                .hasSizeLessThanOrEqualTo(text.startsWith("requires") ? 5 : 2);
        assertThat(result.err()).doesNotContain("Exception", "\tat ");
    }

    @Test
    void aNameInUseIsToldWithItsOwner() {
        String id = engine.runDetached("--name", "taken", "busybox", "sleep", "1000");

        assertThat(engine.fails(125, "run", "--network", "none", "--name", "taken", "busybox", "true"))
                .contains("Conflict. The container name \"/taken\" is already in use by container \"" + id
                        + "\". You have to remove (or rename) that container to be able to reuse that name.");
    }

    @Test
    void aContainerThatCouldNotStartIsKeptAndShown() {
        engine.fails(127, "run", "--name", "broken", "--network", "none", "busybox", "nosuch");

        assertThat(engine.status("broken")).isEqualTo("created");
        assertThat(engine.inspect("broken").path("State").path("ExitCode").intValue())
                .isEqualTo(127);
        assertThat(engine.inspect("broken").path("State").path("Error").textValue())
                .contains("nosuch");
    }

    @Test
    void aFileThatIsNotThereIsTheClientsError() {
        assertThat(engine.fails(1, "import", folder.resolve("nosuch.tar").toString()))
                .contains(folder.resolve("nosuch.tar").toString(), "no such file or directory");
        assertThat(engine.fails(1, "load", "-i", folder.resolve("nosuch.tar").toString()))
                .contains("no such file or directory");
        assertThat(engine.fails(
                        125, "run", "--env-file", folder.resolve("nosuch").toString(), "busybox"))
                .contains("no such file or directory");
    }

    @Test
    void anEngineThatIsNotThereIsToldWithTheSocket() {
        Result result = engine.felucca("ps")
                .env("FELUCCA_HOST", "unix:///tmp/nosuch.sock")
                .run();

        assertThat(result.exit()).isNotZero();
        assertThat(result.err()).contains("unix:///tmp/nosuch.sock").contains("felucca engine");
        assertThat(result.err().strip().lines()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    @DisplayName("A full disk is told; nothing half-made stays")
    void aFullDisk() throws IOException {
        Path disk = Files.createDirectory(engine.folder().resolve("full"));
        Program.of("mount", "-t", "tmpfs", "-o", "size=12m", "none", disk.toString())
                .run()
                .requireOk();
        EngineUnderTest small = EngineUnderTest.empty();
        try {
            small.beginIn(disk);
            small.ok("import", Rootfs.busybox().toString(), "busybox");
            Path big = Rootfs.create("big.tar")
                    .file("big", 0644, new byte[20 << 20])
                    .done();

            String said = small.fails(1, "import", big.toString(), "big");

            assertThat(said.strip().lines()).hasSize(1);
            assertThat(said).containsIgnoringCase("no space left on device");
            assertThat(small.felucca("inspect", "big").run().exit()).isEqualTo(1);
            assertThat(small.runOnce("busybox", "echo", "works").ok()).isEqualTo("works");
            assertThat(small.runOnce("busybox", "dd", "if=/dev/zero", "of=/f", "bs=1M", "count=20")
                            .run()
                            .err())
                    .contains("No space left on device");
            assertThat(small.ok("ps", "-aq")).isEmpty();
        } finally {
            if (small.isRunning()) {
                small.stop();
            }
            Program.of("umount", "-l", disk.toString()).run().requireOk();
        }
    }
}
