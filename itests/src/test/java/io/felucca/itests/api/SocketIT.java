package io.felucca.itests.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may reach the engine, and what it opens. */
class SocketIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox("--group", "www-data");

    @Test
    @DisplayName("S24, T17: the engine listens on its Unix socket and on no port; tcp:// is refused")
    void S24_noTcp() throws IOException {
        assertThat((Integer) Files.getAttribute(engine.socket(), "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0170000)
                .isEqualTo(0140000);
        assertThat(Program.of("ss", "-H", "-t", "-u", "-l", "-n", "-p").run().out())
                .doesNotContain("pid=" + engine.pid() + ",");
        Path folder = engine.folder();
        Result tcp = Program.of(
                        EngineUnderTest.program(),
                        "engine",
                        "--data-root",
                        folder.resolve("d3").toString(),
                        "--exec-root",
                        folder.resolve("x3").toString(),
                        "--pidfile",
                        folder.resolve("p3").toString(),
                        "--host",
                        "tcp://127.0.0.1:2375")
                .run();
        assertThat(tcp.exit()).isNotZero();
        assertThat(tcp.err()).contains("tcp://127.0.0.1:2375");
    }

    @Test
    @DisplayName("S25, S26: root and the group may use the socket, nobody else")
    void S25_S26_onlyTheGroup() throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(engine.socket(), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        assertThat(attributes.owner().getName()).isEqualTo("root");
        assertThat(attributes.group().getName()).isEqualTo("www-data");
        assertThat(PosixFilePermissions.toString(attributes.permissions())).isEqualTo("rw-rw----");
        // The folder of the test is root's alone.
        Files.setPosixFilePermissions(engine.folder(), PosixFilePermissions.fromString("rwx--x--x"));

        assertThat(connect("1000", "33").exit()).isZero();
        Result other = connect("1000", "1000");
        assertThat(other.exit()).isNotZero();
        assertThat(other.err()).contains("ermission denied");
    }

    private static Result connect(String uid, String gid) {
        return Program.of(
                        "setpriv",
                        "--reuid",
                        uid,
                        "--regid",
                        gid,
                        "--clear-groups",
                        "curl",
                        "-sS",
                        "-v",
                        "--fail",
                        "--unix-socket",
                        engine.socket().toString(),
                        "http://d/_ping")
                .run();
    }

    @Test
    @DisplayName("S26: a group that is missing is warned about, and the socket is root's alone")
    void S26_missingGroup() throws IOException {
        engine.stop();
        engine.start(List.of("--group", "no-such-group"));

        assertThat(engine.log()).contains("group no-such-group not found");
        assertThat(Files.readAttributes(engine.socket(), PosixFileAttributes.class)
                        .group()
                        .getName())
                .isEqualTo("root");
        engine.stop();
    }

    @Test
    @DisplayName("T16: no other user passes the data directory, and no socket is abstract or reachable")
    void T16_dataDirectory() throws IOException {
        engine.runDetached("busybox", "sleep", "1000");
        for (Path root :
                List.of(engine.dataRoot(), engine.execRoot(), engine.dataRoot().resolve("volumes"))) {
            assertThat(mode(root)).as(root.toString()).isEqualTo(0710);
        }
        engine.ok("run", "--rm", "-v", "secret:/v", "busybox", "sh", "-c", "echo told >/v/file; chmod 666 /v/file");
        assertThat(asUser(
                                "cat",
                                engine.dataRoot()
                                        .resolve("volumes/secret/_data/file")
                                        .toString())
                        .exit())
                .as("a volume's file, by its name")
                .isNotZero();
        engine.ok("volume", "rm", "secret");
        for (String name : List.of("content", "containers", "storage")) {
            assertThat(mode(engine.dataRoot().resolve(name)) & 066).as(name).isZero();
        }
        assertThat(asUser("ls", engine.dataRoot().toString()).exit()).isNotZero();
        assertThat(Files.readString(Path.of("/proc/net/unix"))
                        .lines()
                        .filter(line -> line.contains("@") && line.contains("felucca")))
                .isEmpty();
    }

    private static Result asUser(String... words) {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups"));
        all.addAll(List.of(words));
        return new Program(all).run();
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    @Test
    @DisplayName("T27: the engine's JVM opens no debugging or management port, and no shell port")
    void T27_noManagementPorts() throws IOException {
        String commandLine = Files.readString(Path.of("/proc/" + engine.pid() + "/cmdline"));

        assertThat(commandLine).doesNotContain("jmxremote", "agentlib:jdwp", "-javaagent");
        assertThat(Program.of("ss", "-H", "-l", "-n", "-p")
                        .run()
                        .out()
                        .lines()
                        .filter(line -> line.contains("pid=" + engine.pid() + ",")))
                .allMatch(line -> line.contains(engine.folder().toString()));
    }

    @Test
    @DisplayName("T25: ten thousand connections that say nothing leave the engine as it was")
    void T25_floodOfConnections() throws IOException {
        int threads = threads();
        String flood = "import socket,sys\nfor i in range(10000):\n s=socket.socket(socket.AF_UNIX)\n"
                + " try: s.connect(sys.argv[1])\n except OSError: pass\n s.close()\n";
        if (Program.of("which", "python3").run().exit() == 0) {
            Program.of("python3", "-c", flood, engine.socket().toString()).run().requireOk();
        }
        assertThat(engine.runOnce("busybox", "echo", "served").ok()).isEqualTo("served");
        EngineUnderTest.await().untilAsserted(() -> assertThat(threads()).isLessThanOrEqualTo(threads + 5));
    }

    private static int threads() throws IOException {
        return Files.readString(Path.of("/proc/" + engine.pid() + "/status"))
                .lines()
                .filter(line -> line.startsWith("Threads:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring("Threads:".length()).trim()))
                .sum();
    }
}
