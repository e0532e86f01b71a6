package io.felucca.itests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Issue 11: an engine starts on a data root with damaged files, keeps all else, and says which file is damaged. */
@Timeout(600)
class DamagedFilesIT {

    @RegisterExtension
    static final EngineUnderTest ENGINE = EngineUnderTest.withBusybox();

    private final Map<Path, byte[]> good = new LinkedHashMap<>();

    private interface Damage {
        byte[] of(byte[] content);
    }

    /** In an order in which none finds a file that the one before has left with nothing in it. */
    private static final Map<String, Damage> DAMAGES = new LinkedHashMap<>();

    static {
        DAMAGES.put("flipped", content -> {
            byte[] flipped = content.clone();
            flipped[0] ^= 1;
            return flipped;
        });
        DAMAGES.put("cut", content -> Arrays.copyOf(content, content.length / 2));
        DAMAGES.put("empty", content -> new byte[0]);
    }

    private static Set<String> names(String... words) {
        return new TreeSet<>(ENGINE.felucca(words).run().requireOk().lines());
    }

    private void damage(Path file, Damage damage) {
        try {
            byte[] content = Files.readAllBytes(file);
            good.put(file, content);
            Files.write(file, damage.of(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void restore() throws IOException {
        for (Map.Entry<Path, byte[]> file : good.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
        good.clear();
    }

    private static String linesOf(String file) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<String> log = Files.lines(ENGINE.dataRoot().resolve("engine.log"))) {
            log.filter(line -> line.contains(file)).forEach(lines::add);
        }
        return String.join("\n", lines);
    }

    @Test
    @DisplayName("Records of a container, a volume and a network that are damaged: the engine starts, keeps all others,"
            + " names each file with what to do, and has all again once they are restored")
    void damagedRecords() throws Exception {
        ENGINE.ok("volume", "create", "bad-volume");
        ENGINE.ok("volume", "create", "good-volume");
        ENGINE.ok("network", "create", "--subnet", "10.218.1.0/24", "good-net");
        String network = ENGINE.ok("network", "create", "--subnet", "10.218.2.0/24", "bad-net");
        String bad = ENGINE.runDetached("--name", "bad", "-v", "bad-volume:/v", "busybox", "sh", "-c", "echo x >/v/f");
        String good =
                ENGINE.runDetached("--name", "good", "-v", "good-volume:/v", "busybox", "sh", "-c", "echo kept >/f");
        String runs = ENGINE.runDetached("--name", "runs", "busybox", "sleep", "1000");
        ENGINE.ok("wait", bad, good);
        Path data = ENGINE.dataRoot();
        List<Path> files = List.of(
                data.resolve("containers").resolve(bad).resolve("config.json"),
                data.resolve("volumes/bad-volume/volume.json"),
                data.resolve("networks").resolve(network + ".json"));
        Set<String> images = names("images", "-q");

        for (Map.Entry<String, Damage> each : DAMAGES.entrySet()) {
            String how = each.getKey();
            ENGINE.stop();
            files.forEach(file -> damage(file, each.getValue()));
            Files.write(data.resolve("engine.log"), new byte[0]);
            ENGINE.start();

            assertThat(names("ps", "-a", "--format", "{{.Names}}")).as(how).containsExactly("good", "runs");
            assertThat(names("volume", "ls", "-q")).as(how).containsExactly("good-volume");
            assertThat(names("network", "ls", "--format", "{{.Name}}"))
                    .as(how)
                    .contains("good-net")
                    .doesNotContain("bad-net");
            assertThat(names("images", "-q")).as(how).isEqualTo(images);
            assertThat(ENGINE.ok("exec", "runs", "echo", "in")).as(how).isEqualTo("in");
            for (Path file : files) {
                assertThat(linesOf(file.toString()).lines())
                        .as(how)
                        .singleElement()
                        .asString()
                        .contains("damaged", "restore the file from a backup");
            }
            ENGINE.stop();
            restore();
            ENGINE.start();
            assertThat(names("ps", "-a", "--format", "{{.Names}}")).as(how).containsExactly("bad", "good", "runs");
            assertThat(names("volume", "ls", "-q")).as(how).containsExactly("bad-volume", "good-volume");
            assertThat(names("network", "ls", "--format", "{{.Name}}")).as(how).contains("bad-net", "good-net");
        }
        assertThat(ENGINE.ok("start", "-a", bad)).isEmpty();
        assertThat(data.resolve("volumes/bad-volume/_data/f")).hasContent("x");
        assertThat(ENGINE.inspect(runs).path("State").path("Running").booleanValue())
                .isTrue();
        ENGINE.removeContainers();
        ENGINE.ok("volume", "rm", "bad-volume", "good-volume");
        ENGINE.ok("network", "rm", "bad-net", "good-net");
    }

    @Test
    @DisplayName(
            "The other files of a data root that are damaged: the engine starts, and images and containers are there")
    void otherFiles() throws Exception {
        String id = ENGINE.runDetached("--name", "one", "busybox", "true");
        ENGINE.ok("wait", id);
        Path data = ENGINE.dataRoot();
        for (Map.Entry<String, Damage> each : DAMAGES.entrySet()) {
            ENGINE.stop();
            for (Path file : List.of(
                    data.resolve("containers").resolve(id).resolve("state.json"),
                    data.resolve("content/index.json"),
                    data.resolve("content/oci-layout"),
                    data.resolve("storage/default"))) {
                damage(file, each.getValue());
            }
            ENGINE.start();

            assertThat(ENGINE.ok("ps", "-a", "--format", "{{.Names}} {{.Status}}"))
                    .as(each.getKey())
                    .startsWith("one Exited (255)");
            assertThat(names("images", "--format", "{{.Repository}}"))
                    .as(each.getKey())
                    .contains("busybox");
            assertThat(ENGINE.runOnce("busybox", "echo", "hi").ok())
                    .as(each.getKey())
                    .isEqualTo("hi");
            good.clear();
        }
    }

    @Test
    @DisplayName("With a damaged id the engine does not start, and says so in one line with what to do")
    void aDamagedId() throws Exception {
        Path file = ENGINE.dataRoot().resolve("engine-id");
        for (Damage each : DAMAGES.values()) {
            ENGINE.stop();
            damage(file, each);
            if (Files.readString(file).matches("[0-9a-f]{12}\n")) {
                restore();
                ENGINE.start();
                continue;
            }
            Result refused = ENGINE.startCommand(List.of()).run(120);
            restore();
            ENGINE.start();

            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err().lines())
                    .last()
                    .asString()
                    .startsWith(
                            "felucca engine: the engine does not listen: component io.felucca.engine.root.LockedRoot"
                                    + " failed: engine id in " + file
                                    + " is not 12 hexadecimal digits: restore the file");
        }
    }
}
