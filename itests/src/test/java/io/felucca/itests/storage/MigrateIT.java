package io.felucca.itests.storage;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several storage drivers, and moving between them (B2). */
@Timeout(300)
class MigrateIT {

    private static final String SCRIPT = """
            if ! test -e /data; then
                mkdir -p /data/a; i=0; while [ $i -lt 500 ]; do echo $i >/data/a/$i; i=$((i+1)); done
                chown 7:8 /data/a/7; chmod 4711 /data/a/7; ln /data/a/1 /data/one; ln -s a/2 /data/two; rm /etc/group
            fi
            echo ready; trap 'exit 0' TERM; while :; do sleep 0.1; done
            """;

    private static final String LOOK =
            "cd /data; ls -lnR . | grep -v total | md5sum; cat a/* | md5sum; test /data/one -ef /data/a/1; test ! -e /etc/group";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @AfterEach
    void home() {
        engine.removeContainers();
        engine.ok("storage", "migrate", "--to", "overlay2", "--all");
    }

    private static String begin(String... options) {
        String[] words = Stream.concat(Stream.of(options), Stream.of("busybox", "sh", "-c", SCRIPT))
                .toArray(String[]::new);
        String id = engine.runDetached(words);
        await().until(() -> engine.ok("logs", id).equals("ready"));
        return id;
    }

    private static String look(String id) {
        return engine.ok("exec", id, "sh", "-e", "-c", LOOK);
    }

    private static String driverOf(String id) {
        return engine.inspect(id).path("Driver").textValue();
    }

    /** Layers of that container, on whatever driver. */
    private static List<String> layersOf(String id) throws IOException {
        return Program.of("find", engine.dataRoot().resolve("storage").toString(), "-maxdepth", "3", "-name", id + "*")
                .run()
                .requireOk()
                .lines();
    }

    @Test
    @DisplayName(
            "B2: a stopped container moves there and back with all that it wrote; storage ls shows where things are")
    void B2_stoppedContainerMoves() throws IOException {
        String id = begin("--name", "box");
        String before = look(id);
        engine.ok("stop", id);

        assertThat(engine.ok("storage", "migrate", "--to", "vfs", "box")).isEqualTo("box");

        assertThat(driverOf(id)).isEqualTo("vfs");
        assertThat(layersOf(id)).hasSize(1).allMatch(path -> path.contains("/vfs/"));
        engine.ok("start", id);
        assertThat(look(id)).isEqualTo(before);
        assertThat(engine.ok("exec", id, "grep", " / ", "/proc/self/mounts")).doesNotContain("overlay");
        assertThat(engine.ok("storage", "ls")
                        .lines()
                        .map(line -> line.replaceAll(" +", " ").strip()))
                .contains("DRIVER DEFAULT IMAGES CONTAINERS", "overlay2 * 1 0", "vfs 1 1");
        assertThat(engine.ok("storage", "ls", "-q").lines()).contains("overlay2", "vfs");

        engine.ok("stop", id);
        engine.ok("storage", "migrate", "--to", "overlay2", id);
        engine.ok("start", id);
        assertThat(look(id)).isEqualTo(before);
        assertThat(layersOf(id)).allMatch(path -> path.contains("/overlay2/"));
    }

    @Test
    @DisplayName("B2: a running container is left alone, or stopped, moved and started again where that is asked for")
    void B2_runningContainer() {
        String id = begin("--name", "box", "--storage-opt", "driver=vfs");
        String before = look(id);

        Result refused =
                engine.felucca("storage", "migrate", "--to", "overlay2", "box").run();
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("container box is running");
        assertThat(engine.status(id)).isEqualTo("running");
        assertThat(driverOf(id)).isEqualTo("vfs");

        engine.ok("storage", "migrate", "--restart", "--to", "overlay2", "box");
        assertThat(engine.status(id)).isEqualTo("running");
        assertThat(driverOf(id)).isEqualTo("overlay2");
        assertThat(look(id)).isEqualTo(before);
    }

    @Test
    @DisplayName("B2: --all moves containers and images; the image leaves the driver that nobody uses it on")
    void B2_allMove() throws IOException {
        String stopped = begin("--name", "stopped");
        engine.ok("stop", stopped);

        assertThat(engine.ok("storage", "migrate", "--all", "--to", "vfs").lines())
                .containsExactly("stopped", "busybox:latest");

        assertThat(driverOf(stopped)).isEqualTo("vfs");
        assertThat(engine.ok("storage", "ls", "--format", "{{.Driver}} {{.Images}} {{.Containers}}")
                        .lines())
                .contains("overlay2 0 0", "vfs 1 1");
        assertThat(engine.runOnce("busybox", "echo", "unpacked again").ok()).isEqualTo("unpacked again");
    }

    @Test
    @DisplayName("B2: an engine whose default changes still shows and runs what is on the other driver")
    void B2_defaultChanges() {
        String id = begin("--name", "old");
        String before = look(id);
        engine.ok("stop", id);
        engine.stop();
        engine.start(List.of("--storage-driver", "vfs"));
        try {
            String fresh = begin("--name", "new");
            engine.ok("start", id);

            assertThat(look(id)).isEqualTo(before);
            assertThat(driverOf(id)).isEqualTo("overlay2");
            assertThat(driverOf(fresh)).isEqualTo("vfs");
            assertThat(engine.ok("ps", "--format", "{{.Names}}").lines()).contains("old", "new");
        } finally {
            engine.removeContainers();
            engine.stop();
            engine.start();
        }
    }

    @Test
    @DisplayName("B2: wrong words move nothing")
    void B2_wrongWords() {
        String id = engine.ok("create", "--name", "box", "busybox", "true");

        assertThat(engine.felucca("storage", "migrate", "--to", "zfs", "box")
                        .run()
                        .err())
                .contains("storage driver zfs not found");
        assertThat(engine.felucca("storage", "migrate", "--to", "vfs", "nobody")
                        .run()
                        .err())
                .contains("No such image: nobody");
        assertThat(engine.felucca("storage", "migrate", "box").run().err()).contains("--to DRIVER");
        assertThat(engine.felucca("storage", "migrate", "--to", "vfs").run().err())
                .contains("--all");
        assertThat(engine.felucca("create", "--storage-opt", "colour=red", "busybox", "true")
                        .run()
                        .err())
                .contains("Unknown option colour");
        assertThat(driverOf(id)).isEqualTo("overlay2");
    }

    @Test
    @DisplayName(
            "B2: what a container writes counts the same on each driver, and storage ls -v shows it layer by layer")
    void B2_whatAContainerWritesCountsTheSame() {
        for (String driver : List.of("overlay2", "vfs")) {
            String name = "on-" + driver;
            String id =
                    engine.runDetached("--name", name, "--storage-opt", "driver=" + driver, "busybox", "sleep", "1000");
            engine.ok("exec", id, "sh", "-c", "echo 1 >/a; mkdir /d; echo 22 >/d/b; ln /a /c");
            assertThat(engine.ok("inspect", "-s", "-f", "{{.SizeRw}}", id)).isEqualTo("5");
            assertThat(engine.ok("ps", "-s", "--format", "{{.Size}}", "--filter", "name=" + name))
                    .startsWith("5B (virtual ");
            String layers =
                    engine.ok("storage", "ls", "-v", "--format", "{{.Driver}} {{.Layer}} {{.Size}} {{.UsedBy}}");
            assertThat(layers.lines())
                    .contains(driver + " " + id + " 5B " + name)
                    .anyMatch(line -> line.matches(driver + " [0-9a-f]{64} [0-9.]+MB busybox:latest"));
        }
        assertThat(engine.ok("system", "df", "-v")).containsPattern("\"sleep 1000\" +0 +5B ");
    }

    @Test
    @DisplayName("B2: an engine killed while it moves a container has it whole on one driver, and nothing on the other")
    void B2_killedWhileMoving() throws IOException {
        String id = begin("--name", "box");
        String before = look(id);
        engine.ok("stop", id);
        Random random = new Random(20);
        for (int round = 0; round < 4; round++) {
            String to = driverOf(id).equals("vfs") ? "overlay2" : "vfs";
            try (Program.Running moving =
                    engine.felucca("storage", "migrate", "--to", to, "box").start()) {
                LockSupport.parkNanos(random.nextLong(400_000_000));
                engine.kill();
                moving.finish();
            }
            engine.start();

            String driver = driverOf(id);
            await().untilAsserted(() ->
                    assertThat(layersOf(id)).hasSize(1).allMatch(path -> path.contains("/" + driver + "/")));
            engine.ok("start", id);
            assertThat(look(id)).as("round " + round + " on " + driver).isEqualTo(before);
            engine.ok("stop", id);
        }
    }
}
