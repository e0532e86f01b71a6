package io.felucca.itests.volumes;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the engine while it works on a volume leaves whole volumes or none. Each work is done once to see how
 * long it takes, then cut at an instant within that. {@code felucca.kills} tells how often (soak.sh has more);
 * {@code felucca.seed} makes the same instants again.
 */
@Timeout(3600)
class VolumeCrashIT {

    private static final int FILES = 3000;
    private static final int KILLS = Integer.getInteger("felucca.kills", 1);
    private static final long SEED = Long.getLong("felucca.seed", 5);

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    static Path host;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void makeContent() {
        Rootfs many = Rootfs.create("many.tar").busyboxFiles().directory("data", 0755);
        for (int i = 0; i < FILES; i++) {
            many.file("data/f" + i, 0644, "x");
        }
        engine.ok("import", many.done().toString(), "many");
        engine.runOnce("-v", "origin:/data", "many", "true").ok();
        engine.ok("volume", "export", "-o", host.resolve("many.tar").toString(), "origin");
        engine.ok("volume", "snapshot", "origin", "whole");
    }

    @AfterEach
    void removeVolumes() {
        engine.removeContainers();
        for (String name : volumes()) {
            if (!name.equals("origin")) {
                engine.ok("volume", "rm", "-f", name);
            }
        }
        try (var folders = Files.list(engine.dataRoot().resolve("volumes"))) {
            assertThat(folders.map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrder("origin", "origin@whole");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> volumes() {
        return engine.felucca("volume", "ls", "-q").run().requireOk().lines();
    }

    private static String files(String volume) {
        return engine.runOnce("-v", volume + ":/d:nocopy", "busybox", "sh", "-c", "ls /d | wc -l")
                .ok();
    }

    private static void undo(String volume) {
        engine.removeContainers();
        engine.ok("volume", "rm", "-f", volume);
    }

    /**
     * @param before made ready for each round
     * @param work words of the command that is cut
     * @param after what must be true when the engine is there again; the volume is removed afterwards
     */
    private void cut(String volume, Runnable before, Program work, Runnable after) {
        before.run();
        long begin = System.nanoTime();
        work.run().requireOk();
        long micros = (System.nanoTime() - begin) / 1000;
        after.run();
        undo(volume);
        for (int round = 0; round < KILLS; round++) {
            before.run();
            long delayMicros = (long) (random.nextDouble() * micros);
            Program.Running running = work.start();
            // An instant of no meaning: whatever is under way then is cut.
            await().pollDelay(Duration.ofNanos(delayMicros * 1000)).until(() -> true);
            engine.kill();
            running.finish();
            engine.start();
            try {
                after.run();
            } catch (AssertionError e) {
                throw new AssertionError("killed after " + delayMicros + " of " + micros + " µs, seed " + SEED, e);
            }
            undo(volume);
        }
    }

    /** Gone, or whole. */
    private static void wholeOrGone(String volume, String files) {
        if (volumes().contains(volume)) {
            assertThat(files(volume)).isEqualTo(files);
        }
    }

    @Test
    @DisplayName("kill -9 while a volume is made: it is there and empty, or not there")
    void create() {
        cut("fresh", () -> {}, engine.felucca("volume", "create", "fresh"), () -> wholeOrGone("fresh", "0"));
    }

    @Test
    @DisplayName("S119 kill -9 while a new volume is filled from the image: the next container has all of it")
    void copyUp() {
        cut(
                "filled",
                () -> {},
                engine.felucca("run", "--rm", "--network", "none", "-v", "filled:/data", "many", "true"),
                () -> assertThat(engine.runOnce("-v", "filled:/data", "many", "sh", "-c", "ls /data | wc -l")
                                .ok())
                        .isEqualTo(Integer.toString(FILES)));
    }

    @Test
    @DisplayName("B9 kill -9 while a volume is cloned: the clone is whole, or not there")
    void cloned() {
        cut(
                "copy",
                () -> {},
                engine.felucca("volume", "clone", "origin", "copy"),
                () -> wholeOrGone("copy", Integer.toString(FILES)));
    }

    @Test
    @DisplayName("B9 kill -9 while a volume is restored: it is what it was, or what the snapshot is")
    void restored() {
        cut(
                "back",
                () -> {
                    engine.ok("volume", "create", "-o", "from=origin", "back");
                    engine.ok("volume", "snapshot", "back", "first");
                    engine.runOnce("-v", "back:/d", "busybox", "sh", "-c", "rm -r /d/*; echo one > /d/one")
                            .ok();
                },
                engine.felucca("volume", "restore", "back", "first"),
                () -> {
                    assertThat(files("back")).isIn("1", Integer.toString(FILES));
                    engine.ok("volume", "restore", "back", "first");
                    assertThat(files("back")).isEqualTo(Integer.toString(FILES));
                });
    }

    @Test
    @DisplayName("B9 kill -9 while an archive is imported: the new volume is whole, or not there")
    void imported() {
        cut(
                "unpacked",
                () -> {},
                engine.felucca(
                        "volume", "import", "unpacked", host.resolve("many.tar").toString()),
                () -> wholeOrGone("unpacked", Integer.toString(FILES)));
    }

    @Test
    @DisplayName("kill -9 while a volume is removed: it is whole, or goes when the engine is back")
    void removed() {
        cut(
                "going",
                () -> engine.ok("volume", "create", "-o", "from=origin", "going"),
                engine.felucca("volume", "rm", "going"),
                () -> wholeOrGone("going", Integer.toString(FILES)));
    }
}
