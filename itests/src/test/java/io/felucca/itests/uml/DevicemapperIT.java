package io.felucca.itests.uml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The storage driver devicemapper, in User-mode Linux: this machine's own kernel may have no device mapper. One boot for
 * all: the contract, pools on files and on a disk of their own, then an engine with containers.
 */
@Timeout(7200)
class DevicemapperIT {

    @TempDir
    private Path folder;

    @Test
    @DisplayName(
            "S91 S92 S93 S94 S95 S96 B3 devicemapper keeps the contract and runs containers where overlay is missing")
    void S91_devicemapperWhereOverlayIsMissing() throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> words = new ArrayList<>(List.of(
                Path.of("uml/boot.sh").toAbsolutePath().toString(),
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dfelucca.rootfs=/tmp/rootfs"));
        if (System.getProperty("felucca.crash.rounds") == null) {
            words.add("-Dfelucca.crash.steps=3"); // each takes some 8 s here
        }
        // How often soak.sh wants it.
        for (String count : List.of("felucca.crash.rounds", "felucca.crash.seed", "felucca.layers")) {
            Optional.ofNullable(System.getProperty(count)).ifPresent(value -> words.add("-D" + count + "=" + value));
        }
        words.addAll(List.of(
                "-cp",
                classPath,
                NamedTests.class.getName(),
                DevicemapperContract.class.getName(),
                DevicemapperDiff.class.getName(),
                DevicemapperCrash.class.getName(),
                DevicemapperLoop.class.getName(),
                DevicemapperDirect.class.getName(),
                DevicemapperEngine.class.getName()));
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("FELUCCA_UML_DISK", "2100M");
        Process uml = builder.start();
        try {
            assertThat(uml.waitFor(7100, TimeUnit.SECONDS)).isTrue();
        } finally {
            uml.descendants().forEach(ProcessHandle::destroyForcibly);
            uml.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(uml.exitValue()).as(text).isZero();
        assertThat(text).contains("0 tests failed", "0 tests skipped");
    }
}
