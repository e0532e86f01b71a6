package io.felucca.itests.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Rootfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers under ids of their own ({@code --userns-remap}). */
@Timeout(300)
class UserNamespaceIT {

    private static final String ID = "500000";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.remapped();

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    @DisplayName("S8 a container is root inside and somebody without rights outside; its image stays root's")
    void S8_containersHaveIdsOfTheirOwn(String driver) throws IOException {
        String id = engine.runDetached(
                "--storage-opt",
                "driver=" + driver,
                "busybox",
                "sh",
                "-c",
                "touch /made; chown 7:8 /made; exec sleep 1000");
        String pid = engine.inspect(id).path("State").path("Pid").asText();

        assertThat(Files.readString(Path.of("/proc", pid, "uid_map")).trim().split(" +"))
                .containsExactly("0", ID, "65536");
        assertThat(Files.readAllLines(Path.of("/proc", pid, "status")))
                .contains("Uid:\t500000\t500000\t500000\t500000", "Gid:\t500000\t500000\t500000\t500000");
        EngineUnderTest.await()
                .untilAsserted(
                        () -> assertThat(engine.ok("exec", id, "stat", "-c", "%u:%g", "/", "/made", "/bin/busybox"))
                                .isEqualTo("0:0\n7:8\n0:0"));
        assertThat(engine.runOnce(
                                "--storage-opt",
                                "driver=" + driver,
                                "--userns",
                                "host",
                                "busybox",
                                "stat",
                                "-c",
                                "%u",
                                "/bin/busybox")
                        .ok())
                .as("the image's layer stays as it was")
                .isEqualTo("0");
        assertThat(engine.runOnce(
                                "--storage-opt",
                                "driver=" + driver,
                                "--userns",
                                "host",
                                "busybox",
                                "cat",
                                "/proc/self/uid_map")
                        .ok()
                        .trim()
                        .split(" +"))
                .containsExactly("0", "0", "4294967295");
        engine.stop();
        engine.start();
        assertThat(engine.ok("exec", id, "stat", "-c", "%u", "/bin/busybox")).isEqualTo("0");
        engine.ok("rm", "-f", id);
    }

    @Test
    @DisplayName("T16 the group of the remapped root passes the roots, no other user does; its volumes work")
    void T16_theRemappedRootPassesTheRoots() throws IOException {
        for (Path root :
                List.of(engine.dataRoot(), engine.execRoot(), engine.dataRoot().resolve("volumes"))) {
            assertThat(Files.readAttributes(root, "unix:mode,uid,gid"))
                    .as(root.toString())
                    .containsEntry("mode", 040710)
                    .containsEntry("uid", 0)
                    .containsEntry("gid", Integer.valueOf(ID));
        }
        engine.ok("run", "--rm", "-v", "kept:/v", "busybox", "sh", "-c", "echo told >/v/file; chmod 666 /v/file");
        assertThat(engine.ok("run", "--rm", "--user", "1000", "-v", "kept:/v", "busybox", "cat", "/v/file"))
                .isEqualTo("told");
        String file = engine.dataRoot().resolve("volumes/kept/_data/file").toString();
        assertThat(Program.of("setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups", "cat", file)
                        .run()
                        .exit())
                .isNotZero();
        engine.ok("volume", "rm", "kept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "vfs"})
    @DisplayName("T21 the ids of a container's root can neither read nor write what is the engine's")
    void T21_aRemappedRootCannotWriteTheEnginesFolders(String driver) {
        String id = engine.runDetached("--storage-opt", "driver=" + driver, "busybox", "sleep", "1000");
        List<String> asThatUser = List.of(
                "nsenter",
                "--mount",
                "--target",
                Long.toString(engine.pid()),
                "setpriv",
                "--reuid",
                ID,
                "--regid",
                ID,
                "--clear-groups",
                "sh",
                "-c");

        for (Path root : List.of(engine.dataRoot(), engine.execRoot())) {
            assertThat(run(asThatUser, "find " + root + " -writable ! -type l 2>/dev/null || true"))
                    .isEmpty();
        }
        Path storage = engine.dataRoot().resolve("storage").resolve(driver).resolve("layers");
        assertThat(run(asThatUser, "ls " + storage + " 2>&1 || true")).contains("Permission denied");
        assertThat(run(
                        asThatUser,
                        "ls " + engine.dataRoot().resolve("containers").resolve(id) + " 2>&1 || true"))
                .contains("Permission denied");
        assertThat(run(asThatUser, "ls " + engine.execRoot().resolve("mounts") + " 2>&1 || true"))
                .contains("Permission denied");
        engine.ok("rm", "-f", id);
    }

    @Test
    @DisplayName("S8 who joins another's IPC shares the user namespace that it is in, and its memory")
    void S8_joinedIpcIsInTheSameUserNamespace() {
        engine.runDetached("--name", "donor", "--ipc", "shareable", "busybox", "sleep", "1000");
        String namespaces = "readlink /proc/self/ns/user /proc/self/ns/ipc; cat /proc/self/uid_map";

        assertThat(engine.runOnce(
                                "--ipc",
                                "container:donor",
                                "busybox",
                                "sh",
                                "-c",
                                namespaces + "; echo shared >/dev/shm/memory")
                        .ok())
                .isEqualTo(engine.ok("exec", "donor", "sh", "-c", namespaces));
        assertThat(engine.ok("exec", "donor", "cat", "/dev/shm/memory")).isEqualTo("shared");
    }

    @Test
    @DisplayName(
            "T21 S126 volumes and folders made for a container belong to its root, files of the image to their mapped owners")
    void T21_volumesBelongToTheContainersRoot() {
        Path tar = Rootfs.create("owned.tar")
                .busyboxFiles()
                .directory("data", 0750)
                .file("data/file", 0640, "x")
                .done();
        engine.ok("import", tar.toString(), "owned");
        Path missing = engine.folder().resolve("missing");

        assertThat(engine.runOnce(
                                "-v",
                                "plain:/w",
                                "-v",
                                "filled:/data",
                                "-v",
                                missing + ":/m",
                                "owned",
                                "sh",
                                "-c",
                                "touch /w/x /m/y; stat -c %u:%g:%a /w /data /data/file /m")
                        .ok())
                .isEqualTo("0:0:755\n0:0:750\n0:0:640\n0:0:755");
        assertThat(Program.of(
                                "stat",
                                "-c",
                                "%u:%g",
                                missing.toString(),
                                engine.dataRoot() + "/volumes/plain/_data",
                                engine.dataRoot() + "/volumes/filled/_data/file")
                        .ok())
                .isEqualTo("500000:500000\n500000:500000\n500000:500000");
        engine.ok("volume", "rm", "plain", "filled");
        engine.ok("rmi", "owned");
    }

    private static String run(List<String> prefix, String script) {
        List<String> words = new ArrayList<>(prefix);
        words.add(script);
        return new Program(words).ok();
    }
}
