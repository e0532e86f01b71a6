package io.felucca.itests.uml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What depends on the kernel's age, under Linux 6.1: overlays without {@code lowerdir+}. Needs user-mode-linux. */
@Timeout(600)
class OldKernelIT {

    @TempDir
    private Path folder;

    @Test
    @DisplayName("S90 S8 overlay2 keeps the whole contract on Linux 6.1: 150 layers, user namespaces, kill -9")
    void S90_overlay2OnAnOlderKernel() throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process uml = new ProcessBuilder(List.of(
                        Path.of("uml/boot.sh").toAbsolutePath().toString(),
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        classPath,
                        Overlay2Contract.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(uml.waitFor(590, TimeUnit.SECONDS)).isTrue();
        } finally {
            uml.descendants().forEach(ProcessHandle::destroyForcibly);
            uml.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(uml.exitValue()).as(text).isZero();
        assertThat(text).contains("0 tests failed", "0 tests skipped");
    }
}
