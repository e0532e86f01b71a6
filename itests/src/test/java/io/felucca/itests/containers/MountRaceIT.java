package io.felucca.itests.containers;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.ElfProgram;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A container exchanges directories of a volume for links to a folder of the host, as fast as it can, while others start
 * with that volume and while files are copied through it. Each may fail; nothing outside may be read, written, made or
 * mounted. {@code felucca.starts} tells how many (soak.sh has more), and {@code felucca.seed} makes the same ones again.
 */
@Timeout(3600)
class MountRaceIT {

    private static final int STARTS = Integer.getInteger("felucca.starts", 12);
    private static final long SEED = Long.getLong("felucca.seed", 5);

    private static final String SECRET = "precious";
    private static final int TREES = 8;

    /** Calls of x86-64 and what they take. */
    private static final int RENAME = 82;

    private static final int SYMLINK = 88;
    private static final int RENAMEAT2 = 316;
    private static final int AT_FDCWD = -100;
    private static final int RENAME_EXCHANGE = 2;

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    private static Path host;

    private static Path outside;
    private static FileTime lastChange;

    @BeforeAll
    static void makeImages() throws IOException {
        outside = Files.createDirectory(host.resolve("outside"));
        Files.writeString(outside.resolve("marker"), SECRET);
        Files.writeString(host.resolve("file"), "of the host\n");
        lastChange = Files.getLastModifiedTime(outside);

        ElfProgram exchange = new ElfProgram();
        for (String name : List.of("x", "y")) {
            exchange.call(RENAMEAT2, AT_FDCWD, "/d/" + name, AT_FDCWD, "/d/link-" + name, RENAME_EXCHANGE);
        }
        ElfProgram replace = new ElfProgram();
        Rootfs image = Rootfs.create("race.tar").busyboxFiles();
        for (int i = 0; i < TREES; i++) {
            String tree = "/v/t" + i;
            replace.call(RENAME, tree, "/v/away" + i).then(SYMLINK, outside.toString(), tree);
            for (int j = 0; j < 30; j++) {
                image.file("v/t" + i + "/f" + j, 0644, "copied");
            }
        }
        image.file("exchange", 0755, exchange.endless()).file("replace", 0755, replace.endless());
        engine.ok("import", image.done().toString(), "race");
    }

    @BeforeEach
    void exchange() {
        engine.runOnce(
                        "-v",
                        "shared:/d",
                        "busybox",
                        "sh",
                        "-c",
                        "mkdir /d/x /d/y; ln -s " + outside + " /d/link-x; ln -s ../../../../../../../.." + outside
                                + " /d/link-y")
                .ok();
        engine.runDetached("--name", "exchanger", "-v", "shared:/d", "race", "/exchange");
        Path x = engine.dataRoot().resolve("volumes/shared/_data/x");
        await().pollInterval(java.time.Duration.ofMillis(1)).until(() -> Files.isSymbolicLink(x));
        await().pollInterval(java.time.Duration.ofMillis(1)).until(() -> !Files.isSymbolicLink(x));
    }

    @AfterEach
    void removeVolumes() {
        engine.removeContainers();
        engine.ok("volume", "prune", "-a", "-f");
    }

    private static void requireNothingHappened(String work) throws IOException {
        try (Stream<Path> there = Files.list(outside)) {
            assertThat(there).as(work).containsExactly(outside.resolve("marker"));
        }
        assertThat(outside.resolve("marker")).as(work).hasContent(SECRET);
        assertThat(Files.getLastModifiedTime(outside)).as(work).isEqualTo(lastChange);
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).as(work).doesNotContain(host.toString());
    }

    /** @return how many went well */
    private static int race(Race race) throws IOException {
        Random random = new Random(SEED);
        int good = 0;
        for (int i = 0; i < STARTS; i++) {
            String at = random.nextBoolean() ? "x" : "y";
            for (Result result : race.round(at, i)) {
                String work = "-Dfelucca.seed=" + SEED + " round " + i + ": " + result;
                assertThat(result.out()).as(work).doesNotContain(SECRET);
                requireNothingHappened(work);
                good += result.exit() == 0 ? 1 : 0;
            }
        }
        return good;
    }

    private interface Race {
        List<Result> round(String at, int number);
    }

    @Test
    @DisplayName("T5 a volume, a file and a working directory below a directory that is exchanged for a link")
    void T5_below() throws IOException {
        int good = race((at, number) -> {
            String below = "/d/" + at;
            return List.of(
                    engine.runOnce(
                                    "-v",
                                    "shared:/d",
                                    "-v",
                                    below + "/in",
                                    "-v",
                                    host.resolve("file") + ":" + below + "/file",
                                    "busybox",
                                    "sh",
                                    "-c",
                                    "cat " + below + "/marker; echo hit > " + below + "/in/made")
                            .run(),
                    engine.runOnce("-v", "shared:/d", "-w", below + "/w" + number, "busybox", "sh", "-c", "echo > made")
                            .run());
        });
        assertThat(good).as("some start").isPositive();
    }

    @Test
    @DisplayName("T5 a part of a volume that is exchanged for a link")
    void T5_subpath() throws IOException {
        int good = race((at, number) -> List.of(engine.runOnce(
                        "--mount",
                        "type=volume,source=shared,target=/m,volume-subpath=" + at,
                        "busybox",
                        "sh",
                        "-c",
                        "cat /m/marker; echo hit > /m/made")
                .run()));
        assertThat(good).as("some start").isPositive();
    }

    @Test
    @DisplayName("T7 cp into and out of a directory of a volume that is exchanged for a link, with a volume below it")
    void T7_cp() throws IOException {
        engine.runDetached("--name", "runs", "-v", "shared:/d", "-v", "/d/other", "busybox", "sleep", "1000");
        engine.ok(
                "create",
                "--network",
                "none",
                "--name",
                "ended",
                "-v",
                "shared:/d",
                "-v",
                "/d/x/in",
                "busybox",
                "true");
        int good = race((at, number) -> {
            String place = (number % 2 == 0 ? "runs" : "ended") + ":/d/" + at + "/";
            return Stream.of(
                            engine.felucca("cp", host.resolve("file").toString(), place + "made" + number),
                            engine.felucca("cp", place + "marker", "-"),
                            engine.felucca("cp", place, "-"))
                    .map(Program::run)
                    .toList();
        });
        assertThat(good).as("some copy").isPositive();
    }

    @Test
    @DisplayName("T5 T20 copy-up into a volume whose new directories are replaced by links as they come")
    void T5_copyUp() throws IOException {
        List<String> replaced = new ArrayList<>();
        int good = race((at, number) -> {
            String volume = "fresh" + number;
            engine.runDetached("--name", volume, "-v", volume + ":/v:nocopy", "race", "/replace");
            Result filling =
                    engine.runOnce("-v", volume + ":/v", "race", "true").run();
            engine.ok("rm", "-f", volume);
            Path content = engine.dataRoot().resolve("volumes/" + volume + "/_data");
            if (IntStream.range(0, TREES).anyMatch(tree -> Files.isSymbolicLink(content.resolve("t" + tree)))) {
                replaced.add(volume);
            }
            engine.ok("volume", "rm", volume);
            return List.of(filling);
        });
        assertThat(replaced)
                .as("copied to while they were replaced, %s whole", good)
                .isNotEmpty();
    }
}
