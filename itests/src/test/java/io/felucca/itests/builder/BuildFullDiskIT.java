package io.felucca.itests.builder;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.MachineState;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.fixture.StoredFiles;
import io.felucca.testkit.FillingDisk;
import io.felucca.testkit.FillingDisk.Scarce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds on a data root without space: each has some pages more than the one before, until one succeeds. {@code
 * felucca.pages} is how many more (soak.sh takes fewer at a time).
 */
@Timeout(3600)
class BuildFullDiskIT {

    private static final int PAGES = 32_768;
    private static final int FILES = 20_000;
    private static final int MORE = Integer.getInteger("felucca.pages", 64);
    private static final int ENOUGH = 8_192;

    private final EngineUnderTest engine = EngineUnderTest.withBusybox();
    private FillingDisk disk;
    private Path folder;

    @TempDir
    Path context;

    @BeforeEach
    void start() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "fl");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        disk = new FillingDisk(Files.createDirectory(folder.resolve("d")), PAGES, FILES);
        engine.beginIn(folder);
        engine.ok("import", Rootfs.busybox().toString(), "busybox");
    }

    @AfterEach
    void end() throws IOException {
        try {
            disk.free();
            if (engine.isRunning()) {
                engine.removeContainers();
                engine.stop();
            }
        } finally {
            disk.close();
        }
        MachineState.requireNothingOf(folder);
        Rootfs.delete(folder);
    }

    private Result build() {
        return engine.felucca("build", "--force-rm", "-t", "made", context.toString())
                .run();
    }

    private void removeImages() {
        engine.felucca("rmi", "-f", "made").run();
        engine.ok("builder", "prune", "-f");
        engine.ok("image", "prune", "-f");
    }

    /** What builds say that fail, each with more space than the one before, until one succeeds. */
    private List<String> failures(Scarce what, int more) throws IOException {
        removeImages();
        List<String> before = StoredFiles.of(engine);
        List<String> said = new ArrayList<>();
        for (int left = 0; left < ENOUGH; left += more) {
            disk.leave(what, left);
            Result result = build();
            disk.free();
            await().untilAsserted(() -> {
                assertThat(engine.ok("ps", "-aq")).isEmpty();
                assertThat(StoredFiles.of(engine)).noneMatch(path -> path.startsWith("builder/work/"));
                assertThat(MachineState.mountsUnder(engine.execRoot())).isEmpty();
            });
            if (result.exit() == 0) {
                assertThat(engine.runOnce("made", "sh", "-c", "wc -c </copied; cat /ran")
                                .ok())
                        .isEqualTo("600000\nran");
                removeImages();
                await().untilAsserted(() -> assertThat(StoredFiles.of(engine)).isEqualTo(before));
                return said;
            }
            said.add(result.err());
            removeImages();
            int now = left;
            await().untilAsserted(() -> assertThat(StoredFiles.of(engine))
                    .as("%d %s left", now, what)
                    .isEqualTo(before));
        }
        throw new AssertionError("it never succeeded: " + said);
    }

    private void writeContext() throws IOException {
        Files.writeString(context.resolve("large"), "x".repeat(600_000));
        Files.writeString(
                context.resolve("Dockerfile"), "FROM busybox\nCOPY large /copied\nRUN echo ran >/ran\nENV A=b\n");
    }

    @Test
    @DisplayName("S38: without space a build says so and leaves nothing, wherever the space ends; then it succeeds")
    void withoutPages() throws IOException {
        writeContext();
        List<String> said = failures(Scarce.PAGES, MORE);
        assertThat(said)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .containsIgnoringCase("no space left on device")
                        .doesNotContain("\tat "));
    }

    @Test
    @DisplayName("S38: without inodes a build says so and leaves nothing, wherever they end; then it succeeds")
    void withoutFiles() throws IOException {
        writeContext();
        List<String> said = failures(Scarce.FILES, Math.max(1, MORE / 8));
        assertThat(said)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .containsIgnoringCase("no space left on device")
                        .doesNotContain("\tat "));
    }

    @Test
    @DisplayName("S39: a RUN that fills the disk ends with its program's own words, and the space comes back")
    void aStepFillsTheDisk() throws IOException {
        Files.writeString(context.resolve("Dockerfile"), "FROM busybox\nRUN dd if=/dev/zero of=/big bs=1M count=200\n");
        Result result = build();
        // The monitor may find no room for the code either: then it is 255.
        assertThat(result.exit()).isIn(1, 255);
        assertThat(result.out()).contains("No space left on device");
        assertThat(result.err())
                .contains(
                        "The command '/bin/sh -c dd if=/dev/zero of=/big bs=1M count=200' returned a non-zero code: ");
        Files.writeString(
                context.resolve("Dockerfile"), "FROM busybox\nRUN dd if=/dev/zero of=/big bs=1M count=20 2>&1\n");
        assertThat(build().requireOk().exit()).isZero();
        assertThat(engine.runOnce("made", "stat", "-c", "%s", "/big").ok()).isEqualTo("20971520");
    }
}
