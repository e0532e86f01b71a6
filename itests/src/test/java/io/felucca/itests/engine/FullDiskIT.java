package io.felucca.itests.engine;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.MachineState;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.testkit.LoopDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A data root on a disk of its own that is full to the last byte. Needs mkfs.ext4. */
@Timeout(300)
class FullDiskIT {

    private static final int BLOCK = 1024;
    private static final int PAGE = 4096;
    /** More than a command needs in the exec root. */
    private static final int PAGES = 100;

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
            for (Path root : List.of(engine.dataRoot(), engine.execRoot())) {
                Program.of("umount", root.toString()).run();
            }
            MachineState.requireNothingOf(folder);
        } finally {
            Rootfs.delete(folder);
            disk.close();
        }
    }

    private void fill() throws IOException {
        fill(engine.dataRoot().resolve("filling"));
    }

    private static void fill(Path filling) throws IOException {
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

    @Test
    @DisplayName("Issue 11.5 a commit without space fails with one error and leaves nothing; with space it is made")
    void commits() throws IOException {
        String id = engine.runDetached("busybox", "sh", "-c", "echo content >/file; exec sleep 1000");
        await().untilAsserted(() -> engine.ok("exec", id, "cat", "/file"));
        Path blobs = engine.dataRoot().resolve("content/blobs/sha256");
        List<String> before = names(blobs);
        fill();

        assertThat(engine.fails(1, "commit", id, "committed"))
                .contains("No space left on device")
                .hasLineCount(1);

        assertThat(names(blobs)).isEqualTo(before);
        assertThat(names(engine.dataRoot().resolve("content/ingest"))).isEmpty();
        assertThat(engine.status(id)).isEqualTo("running");
        assertThat(engine.ok("images", "-q").lines()).hasSize(1);
        Files.delete(engine.dataRoot().resolve("filling"));
        engine.ok("commit", id, "committed");
        assertThat(engine.runOnce("committed", "cat", "/file").ok()).isEqualTo("content");
    }

    private static List<String> names(Path folder) {
        return List.of(folder.toFile().list()).stream().sorted().toList();
    }

    @Test
    @DisplayName("Issue 11.5 on an exec root that is full starts and execs fail whole, and what is there ends and goes")
    void fullExecRoot() throws IOException {
        engine.stop();
        Files.createDirectories(engine.execRoot());
        Program.of(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=2m",
                        "tmpfs",
                        engine.execRoot().toString())
                .ok();
        engine.start();
        String runs = engine.runDetached("busybox", "sleep", "1000");
        String goes = engine.runDetached("busybox", "sleep", "1000");
        String starts = engine.ok("create", "--network", "none", "busybox", "sleep", "1000");

        assertThat(failures("start", starts)).isPositive();
        assertThat(engine.status(starts)).isEqualTo("running");
        failures("exec", runs, "true");
        Path filling = engine.execRoot().resolve("filling");
        fill(filling);
        engine.ok("stop", "-t", "0", runs);
        engine.ok("rm", "-f", goes);
        String created = engine.ok("create", "--network", "none", "busybox", "true");
        engine.ok("rm", created);
        Files.delete(filling);
        engine.ok("start", runs);
        engine.ok("exec", runs, "true");
        engine.ok("rm", "-f", runs, starts);
        assertThat(names(engine.execRoot().resolve("c"))).isEmpty();
    }

    /** How often a command fails that finds no page left, one, two, until it succeeds. */
    private int failures(String... words) throws IOException {
        Path filling = engine.execRoot().resolve("filling");
        for (int pages = 0; pages < PAGES; pages++) {
            fill(filling);
            try (FileChannel channel = FileChannel.open(filling, StandardOpenOption.WRITE)) {
                channel.truncate(Math.max(0, channel.size() - (long) pages * PAGE));
            }
            Result result = engine.felucca(words).run();
            Files.delete(filling);
            if (result.exit() == 0) {
                return pages;
            }
            assertThat(result.err()).as("%s pages", pages).isNotEmpty().doesNotContain("\tat ");
        }
        throw new AssertionError("it never succeeded");
    }
}
