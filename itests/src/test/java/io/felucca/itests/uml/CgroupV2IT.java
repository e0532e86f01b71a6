package io.felucca.itests.uml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
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

/**
 * Containers where cgroup v2 rules: the tests of the runtime driver and of our specs, whose limits are enforced there,
 * once more under User-mode Linux, and those of a whole engine. Needs user-mode-linux.
 */
@Timeout(1500)
class CgroupV2IT {

    @TempDir
    private Path folder;

    @Test
    @DisplayName("S8 B3 containers, limits, their changes, stats, health checks and monitors on cgroup v2, Linux 6.1")
    void S8_containersOnCgroupV2() throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        String classPath = String.join(
                File.pathSeparator,
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Path.of("../bundles/containers/target/test-classes")
                        .toAbsolutePath()
                        .toString(),
                Path.of("../drivers/runtime-oci/target/test-classes")
                        .toAbsolutePath()
                        .toString());
        Process uml = new ProcessBuilder(List.of(
                        Path.of("uml/boot.sh").toAbsolutePath().toString(),
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-Dfelucca.rootfs=/tmp/rootfs",
                        "-cp",
                        classPath,
                        NamedTests.class.getName(),
                        "io.felucca.runtime.oci.OciRuntimeDriverContractTest",
                        "io.felucca.containers.spec.ChosenRuntimeSpecTest",
                        CgroupV2Engine.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(uml.waitFor(1490, TimeUnit.SECONDS)).isTrue();
        } finally {
            uml.descendants().forEach(ProcessHandle::destroyForcibly);
            uml.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(uml.exitValue()).as(text).isZero();
        assertThat(text).contains("0 tests failed", "0 tests skipped");
    }
}
