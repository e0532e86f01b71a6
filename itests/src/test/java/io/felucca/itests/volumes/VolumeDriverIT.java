package io.felucca.itests.volumes;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.DriverJar;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** B1: volume drivers are dropped in, stopped, replaced and taken away while containers write. */
@Timeout(300)
class VolumeDriverIT {

    private static final String STRANGER = "org.example.volumes";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @TempDir
    Path host;

    @AfterEach
    void removeVolumes() {
        engine.removeContainers();
        volumes().forEach(name -> engine.ok("volume", "rm", name));
        assertThat(engine.dataRoot().resolve("volumes")).isEmptyDirectory();
    }

    private static List<String> volumes() {
        return engine.felucca("volume", "ls", "-q").run().requireOk().lines();
    }

    /** Counts in a file of each of two volumes, which is never seen empty. */
    private static void startWriter(String plain, String memory) {
        engine.runDetached(
                "--name",
                "writer",
                "-v",
                plain + ":/p",
                "-v",
                memory + ":/m",
                "busybox",
                "sh",
                "-c",
                "i=0; while :; do for d in /p /m; do echo $i > $d/new; mv $d/new $d/n; done; i=$((i+1)); sleep 0.02; done");
        await().until(() ->
                engine.felucca("exec", "writer", "cat", "/m/n").run().exit() == 0);
    }

    private static int number(String file) {
        String text = engine.felucca("exec", "writer", "cat", file).run().out().strip();
        return text.isEmpty() ? -1 : Integer.parseInt(text);
    }

    private static void requireWriting() {
        int plain = number("/p/n");
        int memory = number("/m/n");
        await().until(() -> number("/p/n") > plain + 3 && number("/m/n") > memory + 3);
    }

    private Path stranger(String version) throws IOException {
        byte[] jar = DriverJar.volume(EngineUnderTest.home().resolve("bundles"), STRANGER, "stranger", version);
        return Files.write(host.resolve("stranger.jar"), jar);
    }

    @Test
    @DisplayName("B1 a volume driver that is dropped in is used, replaced and taken away while a container writes")
    void B1_aStrangersDriver() throws IOException {
        assertThat(engine.fails(1, "volume", "create", "-d", "stranger", "early"))
                .isEqualTo("Error response from daemon: create early: error looking up volume plugin stranger:"
                        + " plugin \"stranger\" not found\n");
        engine.ok("driver", "install", stranger("1.0.0").toString());
        assertThat(engine.ok("driver", "ls")).contains("volume/stranger", "1.0.0");
        engine.ok("volume", "create", "-d", "stranger", "plain");
        engine.ok("volume", "create", "-d", "stranger", "-o", "type=tmpfs", "-o", "device=tmpfs", "memory");
        startWriter("plain", "memory");
        assertThat(engine.inspect("writer").path("Mounts").get(0).path("Driver").textValue())
                .isEqualTo("stranger");

        engine.ok("driver", "update", STRANGER, stranger("1.1.0").toString());
        assertThat(engine.ok("driver", "ls")).contains("1.1.0").doesNotContain("1.0.0");
        requireWriting();
        assertThat(engine.runOnce("-v", "plain:/p", "busybox", "cat", "/p/n").ok())
                .matches("\\d+");

        engine.ok("driver", "uninstall", STRANGER);
        requireWriting();
        assertThat(volumes()).containsExactly("memory", "plain");
        engine.ok("rm", "-f", "writer");
        assertThat(engine.fails(1, "volume", "rm", "plain")).contains("stranger");
        assertThat(volumes()).as("it is not lost").contains("plain");
        assertThat(engine.runOnce("-v", "ours:/o", "busybox", "echo", "fine").ok())
                .as("other drivers' volumes work")
                .isEqualTo("fine");

        engine.ok("driver", "install", stranger("1.2.0").toString());
        assertThat(engine.runOnce("-v", "plain:/p", "busybox", "cat", "/p/n").ok())
                .matches("\\d+");
        engine.ok("volume", "rm", "plain", "memory", "ours");
        engine.ok("driver", "uninstall", STRANGER);
    }

    @Test
    @DisplayName("B1 the volume driver is stopped and started while containers write, and so is the engine")
    void B1_hotSwap() throws IOException {
        engine.ok("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "memory");
        startWriter("plain", "memory");
        int before = number("/m/n");
        engine.ok("driver", "stop", "volume/local");
        try {
            await().until(() -> number("/m/n") > before + 5 && number("/p/n") > before);
            assertThat(volumes()).containsExactly("memory", "plain");
            assertThat(engine.inspect("writer").path("Mounts")).hasSize(2);
            Program.Running waiting = engine.runOnce("-v", "plain:/p", "busybox", "echo", "waited")
                    .start();
            engine.ok("driver", "start", "volume/local");
            assertThat(waiting.finish().requireOk().out()).isEqualTo("waited\n");
        } finally {
            engine.felucca("driver", "start", "volume/local").run();
        }
        int after = number("/m/n");
        await().until(() -> number("/m/n") > after);

        engine.stop();
        engine.start();
        int again = number("/m/n");
        await().until(() -> number("/m/n") > again);
        assertThat(engine.fails(1, "volume", "rm", "memory")).contains("volume is in use");
        engine.ok("rm", "-f", "writer");
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(engine.dataRoot() + "/volumes");
    }

    @Test
    @DisplayName("Docker's options of a local volume: tmpfs and bind are mounted while the volume is used")
    void localOptions() throws IOException {
        engine.ok("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=1m,uid=5", "memory");
        engine.ok("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=" + host, "elsewhere");
        engine.ok("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=/nosuch", "nowhere");
        Files.writeString(host.resolve("x"), "here\n");

        engine.runDetached("--name", "uses", "-v", "memory:/m", "-v", "elsewhere:/e", "busybox", "sleep", "1000");
        assertThat(engine.ok(
                        "exec", "uses", "sh", "-c", "stat -c %u /m; cat /e/x; df /m | tail -n1 | awk '{print $2}'"))
                .isEqualTo("5\nhere\n1024");
        assertThat(engine.runOnce("-v", "nowhere:/n", "busybox", "true")
                        .run()
                        .requireExit(127)
                        .err())
                .startsWith("felucca: Error response from daemon: error while mounting volume '" + engine.dataRoot()
                        + "/volumes/nowhere/_data': failed to mount local volume: mount /nosuch:" + engine.dataRoot()
                        + "/volumes/nowhere/_data, flags: 0x1000: no such file or directory\n");
        engine.ok("rm", "-f", "uses");
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(engine.dataRoot() + "/volumes");
        engine.ok("volume", "rm", "elsewhere");
        assertThat(host.resolve("x"))
                .as("removal does not follow a mount into the host")
                .exists();
    }

    @Test
    @DisplayName(
            "A name in an nfs volume's address is resolved when it is mounted; what cannot be is told as dockerd tells it")
    void namesOfServers() {
        engine.ok("volume", "create", "-o", "type=nfs", "-o", "device=:/x", "-o", "o=addr=nosuch.invalid", "far");
        assertThat(engine.runOnce("-v", "far:/f", "busybox", "true")
                        .run()
                        .requireExit(125)
                        .err())
                .startsWith(
                        "felucca: Error response from daemon: error while mounting volume '" + engine.dataRoot()
                                + "/volumes/far/_data': error resolving passed in network volume address: lookup nosuch.invalid: ");
        assertThat(engine.ok("ps", "-aq")).isEmpty();
    }

    @Test
    @DisplayName("A size is refused where the filesystem keeps none, and leaves nothing behind")
    void sizesAreRefused() {
        String memory = host.toString();
        Program.of("mount", "-t", "tmpfs", "tmpfs", memory).ok();
        EngineUnderTest other = EngineUnderTest.empty();
        try {
            other.beginIn(host);
            try {
                assertThat(other.fails(1, "volume", "create", "-o", "size=1m", "small"))
                        .isEqualTo(
                                "Error response from daemon: create small: quota size requested but no quota support\n");
                assertThat(other.dataRoot().resolve("volumes")).isEmptyDirectory();
                assertThat(other.log()).contains("no limit for a volume: ");
            } finally {
                other.stop();
            }
        } finally {
            Program.of("umount", memory).ok();
        }
    }
}
