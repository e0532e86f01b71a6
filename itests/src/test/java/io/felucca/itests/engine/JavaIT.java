package io.felucca.itests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which Java the engine runs on, and by which flags; run on 17 and, where it is installed, on a newer one. */
@Timeout(300)
class JavaIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @Test
    @DisplayName("B1: the engine runs on the Java that it is given, 17 or newer, and containers run on it")
    void theJavaThatItIsGiven() throws IOException {
        String given = System.getenv("FELUCCA_JAVA");
        Path expected = Path.of(given == null ? System.getenv("JAVA_HOME") + "/bin/java" : given)
                .toRealPath();
        String pid = Files.readString(engine.pidFile()).strip();
        assertThat(Files.readSymbolicLink(Path.of("/proc", pid, "exe"))).isEqualTo(expected);
        assertThat(engine.runOnce("busybox", "echo", "on Java").ok()).isEqualTo("on Java");
        assertThat(engine.log()).doesNotContain("WARNING: A restricted method", "terminally deprecated");
    }

    @Test
    @DisplayName("an engine that has started gives back what it read of Java's files for that, and goes on")
    void memoryGivenBack() throws IOException {
        engine.stop();
        engine.start();
        long started = residentFileKib();
        EngineUnderTest.await()
                .untilAsserted(() -> assertThat(residentFileKib()).isLessThan(started - 8 * 1024));
        for (int i = 0; i < 3; i++) {
            assertThat(engine.runOnce("busybox", "echo", "on Java").ok()).isEqualTo("on Java");
        }
        assertThat(engine.log()).doesNotContain("memory is not given back");
    }

    private static long residentFileKib() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + engine.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("RssFile:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
        }
    }

    @Test
    @DisplayName(
            "a start reads no class from a bundle: all are in the archive that write-archives.sh writes for a Java")
    void archivedClasses() throws IOException {
        Path home = engine.folder().resolve("home");
        Path loaded = engine.folder().resolve("classes");
        Program.of("cp", "-a", EngineUnderTest.home().toString(), home.toString())
                .run()
                .requireExit(0);
        Program.of(home.resolve("lib/write-archives.sh").toString()).run(120).requireExit(0);
        List<String> words = new ArrayList<>(engine.startWords());
        words.replaceAll(word -> word.equals(EngineUnderTest.program()) ? home + "/bin/felucca" : word);
        engine.stop();
        Program.of(words.toArray(String[]::new))
                .env("FELUCCA_JAVA_OPTS", "-Xlog:class+load:file=" + loaded)
                .run(120)
                .requireExit(0);
        // picocli is compiled for a Java whose classes no archive takes, and so is what extends its classes.
        assertThat(Files.readAllLines(loaded))
                .filteredOn(line -> line.contains("source: file:")
                        && !line.contains("picocli")
                        && !line.contains(" io.felucca.shell."))
                .hasSizeLessThan(10);
    }

    @Test
    @DisplayName("B1: a flag of Java that is mistyped is refused, for the engine and for its program, never ignored")
    void aMistypedFlag() {
        for (String word : new String[] {"engine", "version"}) {
            Result result = Program.of(EngineUnderTest.program(), word, "--help")
                    .env("FELUCCA_JAVA_OPTS", "-XX:NoSuchInterval=1")
                    .run()
                    .requireExit(1);
            assertThat(result.out() + result.err()).contains("Unrecognized VM option 'NoSuchInterval=1'");
        }
    }
}
