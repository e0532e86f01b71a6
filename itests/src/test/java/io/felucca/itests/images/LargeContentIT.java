package io.felucca.itests.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An engine with a small heap, and content that is larger. The same at full size is in bench/hostile.py. */
@Timeout(600)
@DisplayName("Content that would fill the heap (T11, issue 11.3)")
class LargeContentIT {

    private static final int FILES = 35_000;
    /** A list of them and their paths takes more. */
    private static final String HEAP = "-Xmx32m";

    private static final String MANY = "p=$(printf %0240d 0); cd $0; seq 1 " + FILES
            + " | sed \"s/^/$p/\" | xargs -n 400 touch; ls | wc -l; exec sleep 100000";

    @RegisterExtension
    static final EngineUnderTest ENGINE = EngineUnderTest.withBusybox().startedBy("env", "FELUCCA_JAVA_OPTS=" + HEAP);

    @TempDir
    Path folder;

    private long engine;

    @BeforeEach
    void remember() {
        engine = ENGINE.pid();
    }

    @AfterEach
    void lives() {
        assertThat(ENGINE.isRunning()).isTrue();
        assertThat(ENGINE.pid()).as("the engine went on").isEqualTo(engine);
        assertThat(ENGINE.log()).doesNotContain("OutOfMemoryError", "out of memory");
        assertThat(ENGINE.runOnce("busybox", "echo", "lives").ok()).isEqualTo("lives");
    }

    private static void fill(String name, String folder, String... options) {
        List<String> words = new ArrayList<>(List.of(options));
        words.addAll(List.of("--name", name, "busybox", "sh", "-c", MANY, folder));
        ENGINE.runDetached(words.toArray(String[]::new));
        EngineUnderTest.await()
                .atMost(Duration.ofSeconds(240))
                .until(() -> ENGINE.ok("logs", name).trim().equals(Integer.toString(FILES)));
    }

    @Test
    @DisplayName(
            "A directory of more names than the heap holds is listed, exported, copied, committed, counted, removed")
    void aDirectoryOfManyNames() throws IOException {
        fill("many", "/tmp");

        assertThat(ENGINE.felucca("diff", "many")
                        .run(240)
                        .requireExit(0)
                        .out()
                        .lines()
                        .filter(line -> line.startsWith("A /tmp/")))
                .hasSize(FILES);
        Path tar = folder.resolve("many.tar");
        ENGINE.felucca("export", "-o", tar.toString(), "many").run(240).requireExit(0);
        assertThat(Files.size(tar)).isGreaterThan(FILES * 512L);
        ENGINE.felucca("cp", "many:/tmp", folder.resolve("out").toString())
                .run(240)
                .requireExit(0);
        try (var files = Files.list(folder.resolve("out"))) {
            assertThat(files.count()).isEqualTo(FILES);
        }
        ENGINE.felucca("commit", "many", "many").run(240).requireExit(0);
        ENGINE.felucca("ps", "-s").run(240).requireExit(0);
        ENGINE.felucca("rm", "-f", "many").run(240).requireExit(0);
        ENGINE.felucca("rmi", "many").run(240).requireExit(0);
    }

    @Test
    @DisplayName("A volume of more names than the heap holds is counted and removed")
    void aVolumeOfManyNames() {
        fill("filling", "/data", "-v", "large:/data");

        ENGINE.felucca("system", "df", "-v").run(240).requireExit(0);
        ENGINE.felucca("rm", "-f", "filling").run(240).requireExit(0);
        ENGINE.felucca("volume", "rm", "large").run(240).requireExit(0);
    }

    @Test
    @DisplayName("A container with huge /etc/passwd, group and hosts can be used and restarted")
    void hugeFilesOfAContainer() {
        ENGINE.runDetached(
                "--name",
                "huge",
                "busybox",
                "sh",
                "-c",
                "yes '' | head -c 16000000 >/etc/passwd; cp /etc/passwd /etc/group;"
                        + " yes '' | head -c 16000000 >>/etc/hosts; echo made; exec sleep 100000");
        EngineUnderTest.await().until(() -> ENGINE.ok("logs", "huge").trim().equals("made"));

        assertThat(ENGINE.felucca("exec", "-u", "7:8", "huge", "id", "-u")
                        .run(240)
                        .requireExit(0)
                        .out())
                .isEqualTo("7\n");
        ENGINE.felucca("restart", "-t", "0", "huge").run(240).requireExit(0);
        ENGINE.ok("rm", "-f", "huge");
    }
}
