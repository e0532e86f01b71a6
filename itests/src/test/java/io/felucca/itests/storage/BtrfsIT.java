package io.felucca.itests.storage;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import io.felucca.itests.images.ThirtyLayers;
import io.felucca.testkit.LoopDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The driver that an engine does not start with: its jar is dropped into a running one, whose root is on a disk of the
 * test's with btrfs. Needs mkfs.btrfs (package btrfs-progs).
 */
@Timeout(300)
class BtrfsIT {

    private static final EngineUnderTest engine = EngineUnderTest.empty();
    private static LoopDisk disk;
    private static Path deploy;

    @BeforeAll
    static void dropIn() throws IOException {
        disk = LoopDisk.make(1 << 30, "mkfs.btrfs", "-q");
        engine.beginIn(disk.folder());
        engine.stop();
        deploy = Files.createDirectory(disk.folder().resolve("deploy"));
        start();
        engine.ok("import", Rootfs.busybox().toString(), "busybox");
        assertThat(engine.ok("driver", "ls")).doesNotContain("btrfs");

        Files.copy(jar(), deploy.resolve("btrfs.jar"));

        await().untilAsserted(() -> assertThat(engine.ok("driver", "ls")).contains("storage/btrfs"));
    }

    @AfterEach
    void removeContainers() {
        engine.removeContainers();
    }

    @AfterAll
    static void endDisk() {
        if (disk != null) {
            engine.endWith(disk);
        }
    }

    private static void start() {
        engine.start(List.of("--deploy-root", deploy.toString()));
    }

    private static Path jar() {
        return EngineUnderTest.home().resolve("drop-in/felucca-storage-btrfs.jar");
    }

    private static String run(String driver, String image, String script) {
        String id = engine.runDetached("--storage-opt", "driver=" + driver, image, "sh", "-c", script);
        await().until(() -> engine.ok("logs", id).endsWith("ready"));
        return id;
    }

    /** Folders that are the topmost of a subvolume of the driver's. */
    private static List<String> subvolumes() {
        Path root = engine.dataRoot().resolve("storage/btrfs");
        return Program.of("find", root.toString(), "-inum", "256").run().lines();
    }

    @Test
    @DisplayName("B1, B2: a container runs in a snapshot of its image, beside those of the driver by default")
    void B1_aContainerRunsInASnapshot() {
        String id = run("btrfs", "busybox", "echo own >/f; echo ready; exec sleep 1000");

        assertThat(engine.inspect(id).path("Driver").textValue()).isEqualTo("btrfs");
        assertThat(engine.ok("exec", id, "grep", " / ", "/proc/self/mounts")).contains(" / btrfs rw");
        assertThat(subvolumes()).anyMatch(path -> path.contains(id));
        assertThat(engine.ok("info")).contains("Storage Driver: overlay2");
        assertThat(engine.runOnce("busybox", "grep", " / ", "/proc/self/mounts").ok())
                .contains("overlay");
        assertThat(engine.ok("cp", id + ":/f", "-")).contains("own");
        engine.ok("rm", "-f", id);
        await().untilAsserted(() -> assertThat(subvolumes()).noneMatch(path -> path.contains(id)));
    }

    @Test
    @DisplayName(
            "S29, S34, S36: an image of 30 layers is run, diffed, committed and exported to the same bytes as on overlay2")
    void S34_theSameBytesAsOnOverlay2() {
        ThirtyLayers.load(engine);
        String here = new ThirtyLayers(engine, "btrfs").trace();
        assertThat(here).contains("D /data/deleted", "A /data/d7/renamed", "C /data/d13/f13");
        assertThat(new ThirtyLayers(engine, "overlay2").trace()).isEqualTo(here);
        engine.ok("rmi", "thirty");
    }

    @Test
    @DisplayName("B2: a stopped container moves to btrfs and back with what it has written")
    void B2_aStoppedContainerMoves() {
        String id = run(
                "overlay2", "busybox", "test -e /own || echo 1 >/own; rm -f /etc/group; echo ready; exec sleep 1000");
        engine.ok("stop", "-t", "0", id);
        for (String driver : List.of("btrfs", "overlay2")) {
            engine.ok("storage", "migrate", "--to", driver, id);

            assertThat(engine.inspect(id).path("Driver").textValue()).isEqualTo(driver);
            assertThat(engine.ok("diff", id)).isEqualTo("C /etc\nD /etc/group\nA /own");
            engine.ok("start", id);
            assertThat(engine.ok("exec", id, "cat", "/own")).isEqualTo("1");
            engine.ok("stop", "-t", "0", id);
        }
        await().untilAsserted(() -> assertThat(subvolumes()).noneMatch(path -> path.contains(id)));
    }

    @Test
    @DisplayName("B1: a container on btrfs never notices that its driver is stopped, started, updated, dropped in anew")
    void B1_aContainerNeverNotices() throws IOException {
        String id = run("btrfs", "busybox", "echo ready; while :; do date +%s%N >/m; mv /m /n; sleep 0.05; done");
        String pid = engine.inspect(id).path("State").path("Pid").asText();

        engine.ok("driver", "stop", "btrfs");
        String before = engine.ok("exec", id, "cat", "/n");
        await().until(() -> !engine.ok("exec", id, "cat", "/n").equals(before));
        Program.Running waiting = engine.runOnce("--storage-opt", "driver=btrfs", "busybox", "echo", "waited")
                .start();
        engine.ok("driver", "start", "btrfs");
        assertThat(waiting.finish().requireOk().out()).isEqualTo("waited\n");
        engine.ok("driver", "update", "btrfs", jar().toString());
        assertThat(engine.ok("diff", id)).contains("A /n");

        Files.delete(deploy.resolve("btrfs.jar"));
        await().untilAsserted(() -> assertThat(engine.ok("driver", "ls")).doesNotContain("storage/btrfs"));
        assertThat(engine.ok("exec", id, "echo", "runs")).isEqualTo("runs");
        Files.copy(jar(), deploy.resolve("btrfs.jar"), StandardCopyOption.REPLACE_EXISTING);
        await().untilAsserted(() -> assertThat(engine.ok("driver", "ls")).contains("storage/btrfs"));

        assertThat(engine.inspect(id).path("State").path("Pid").asText()).isEqualTo(pid);
        assertThat(engine.ok("diff", id)).contains("A /n");
        engine.ok("stop", "-t", "0", id);
        engine.ok("start", id);
        assertThat(engine.ok("exec", id, "ls", "/n")).isEqualTo("/n");
    }

    @Test
    @DisplayName("B3: after kill -9 of the engine its container runs on, and with it and its image all subvolumes go")
    void B3_killedAndStartedAgain() {
        List<String> before = subvolumes();
        Path tar = Rootfs.create("btrfs-own.tar")
                .busyboxFiles()
                .file("own", 0644, "own")
                .done();
        engine.ok("import", tar.toString(), "own");
        String id = run("btrfs", "own", "echo 1 >/kept; echo ready; exec sleep 1000");

        engine.kill();
        start();
        await().untilAsserted(() -> assertThat(engine.ok("driver", "ls")).contains("storage/btrfs"));

        assertThat(engine.ok("exec", id, "cat", "/kept", "/own")).isEqualTo("1\nown");
        assertThat(engine.ok("diff", id)).isEqualTo("A /kept");
        engine.ok("rm", "-f", id);
        engine.ok("rmi", "own");
        await().untilAsserted(() -> assertThat(subvolumes()).isSubsetOf(before));
    }

    @Test
    @DisplayName("B2: a container with a size is told when it is used up; it and the others go on")
    void B2_sizeOfAContainer() {
        String limited = engine.runDetached(
                "--storage-opt", "driver=btrfs", "--storage-opt", "size=24m", "busybox", "sleep", "1000");
        Result full = engine.felucca("exec", limited, "dd", "if=/dev/urandom", "of=/much", "bs=1M", "count=40")
                .run();
        assertThat(full.exit()).isNotZero();
        assertThat(full.err()).contains("Disk quota exceeded");
        engine.ok("exec", limited, "rm", "/much");
        assertThat(engine.ok("exec", limited, "echo", "goes on")).isEqualTo("goes on");
        assertThat(engine.runOnce(
                                "--storage-opt",
                                "driver=btrfs",
                                "busybox",
                                "sh",
                                "-c",
                                "dd if=/dev/urandom of=/much bs=1M count=40 2>/dev/null; stat -c %s /much")
                        .ok())
                .isEqualTo(Integer.toString(40 << 20));
    }

    @Test
    @DisplayName("S8: under ids of its own a container is root inside, and the files of its image are nobody's copies")
    void S8_idsOfItsOwn() throws IOException {
        EngineUnderTest remapped = EngineUnderTest.remapped();
        remapped.beginIn(Files.createDirectory(disk.folder().resolve("r")));
        try {
            remapped.ok("driver", "install", jar().toString());
            remapped.ok("import", Rootfs.busybox().toString(), "busybox");
            String id = remapped.runDetached(
                    "--storage-opt",
                    "driver=btrfs",
                    "busybox",
                    "sh",
                    "-c",
                    "echo 1 >/made; chown 7:8 /made; echo ready; exec sleep 1000");
            await().until(() -> remapped.ok("logs", id).equals("ready"));

            assertThat(remapped.ok("exec", id, "stat", "-c", "%u:%g", "/", "/made", "/bin/busybox"))
                    .isEqualTo("0:0\n7:8\n0:0");
            assertThat(remapped.ok("diff", id)).isEqualTo("A /made");
            String pid = remapped.inspect(id).path("State").path("Pid").asText();
            assertThat(Files.readString(Path.of("/proc", pid, "uid_map")).trim().split(" +"))
                    .containsExactly("0", "500000", "65536");
            Path layer = remapped.dataRoot().resolve("storage/btrfs/layers/" + id + "/files");
            assertThat(Program.of(
                                    "stat",
                                    "-c",
                                    "%u",
                                    layer.resolve("bin/busybox").toString())
                            .ok())
                    .as("seen by its mount only")
                    .isEqualTo("0");
        } finally {
            remapped.removeContainers();
            remapped.stop();
        }
    }
}
