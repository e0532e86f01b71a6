package io.felucca.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.engine.EngineUnderTest;
import io.felucca.itests.engine.MachineState;
import io.felucca.itests.engine.Program;
import io.felucca.itests.engine.Rootfs;
import io.felucca.testkit.LoopDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A data root on a disk of its own that is full to the last byte. Needs mkfs.ext4. */
@Timeout(300)
class FullDiskIT {

    private static final int BLOCK = 1024;

    private final EngineUnderTest engine = EngineUnderTest.empty();
    private LoopDisk disk;
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        disk = LoopDisk.make(96 << 20, "mkfs.ext4", "-q", "-m", "0", "-b", Integer.toString(BLOCK));
        folder = Files.createTempDirectory(Path.of("/tmp"), "fl");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Path root = Files.createDirectory(folder.resolve("d"));
        Program.of("mount", "--bind", disk.folder().toString(), root.toString()).ok();
        engine.beginIn(folder);
        engine.ok("import", Rootfs.busybox().toString(), "busybox");
    }

    @AfterEach
    void end() {
        try {
            if (engine.isRunning()) {
                engine.removeContainers();
                engine.stop();
            }
            Program.of("umount", engine.dataRoot().toString()).ok();
            MachineState.requireNothingOf(folder);
        } finally {
            Rootfs.delete(folder);
            disk.close();
        }
    }

    private void fill() throws IOException {
        Path filling = engine.dataRoot().resolve("filling");
        for (int size : new int[] {1 << 20, BLOCK, 1}) {
            try (OutputStream out =
                    Files.newOutputStream(filling, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(new byte[size]);
                }
            } catch (IOException full) {
                assertThat(full).hasMessageContaining("No space left on device");
            }
        }
    }

    @Test
    @DisplayName("Issue 11.5 with not one byte free the engine starts, things can be removed, and then containers run")
    void startsAndRemoves() throws IOException {
        String removed = engine.ok("create", "-v", "data:/data", "busybox", "true");
        String pruned = engine.ok("create", "busybox", "true");
        engine.ok("tag", "busybox", "other");
        engine.ok("import", Rootfs.busybox().toString(), "gone");
        engine.ok("volume", "create", "unused");
        engine.stop();
        fill();

        engine.start();

        engine.ok("rm", removed);
        engine.ok("volume", "rm", "unused");
        engine.ok("rmi", "other");
        engine.ok("rmi", "gone");
        engine.ok("system", "prune", "-f");
        assertThat(engine.ok("ps", "-aq", "--no-trunc")).doesNotContain(pruned);
        assertThat(engine.ok("images", "-q").lines()).hasSize(1);
        Files.delete(engine.dataRoot().resolve("filling"));
        assertThat(engine.runOnce("busybox", "echo", "runs").ok()).isEqualTo("runs");
    }

    @Test
    @DisplayName("Issue 11.5 the engine starts where its reserve of space is gone, too, and runs containers after")
    void startsWithoutReserve() throws IOException {
        engine.ok("volume", "create", "kept");
        engine.stop();
        Files.delete(engine.dataRoot().resolve("framework/reserve"));
        fill();

        engine.start();

        assertThat(engine.ok("volume", "ls", "-q")).isEqualTo("kept");
        Files.delete(engine.dataRoot().resolve("filling"));
        engine.stop();
        engine.start();
        assertThat(engine.runOnce("busybox", "echo", "runs").ok()).isEqualTo("runs");
    }
}
