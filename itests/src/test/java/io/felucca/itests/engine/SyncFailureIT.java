package io.felucca.itests.engine;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.MachineState;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Issue 11: a disk that fails to sync (EIO), by a library that is loaded before the C library and has fsync(2) fail as long
 * as a file is there. Needs gcc.
 */
@Timeout(300)
class SyncFailureIT {

    private static final String LIBRARY = """
            #include <errno.h>
            #include <stdlib.h>
            #include <sys/syscall.h>
            #include <unistd.h>

            static int fails(void) {
                const char *file = getenv("FAILING_SYNC");
                return file != 0 && access(file, F_OK) == 0;
            }

            int fsync(int fd) {
                if (fails()) { errno = EIO; return -1; }
                return (int) syscall(SYS_fsync, fd);
            }

            int fdatasync(int fd) {
                if (fails()) { errno = EIO; return -1; }
                return (int) syscall(SYS_fdatasync, fd);
            }
            """;

    private EngineUnderTest engine;
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "fl");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Path source = Files.writeString(folder.resolve("sync.c"), LIBRARY);
        Path library = folder.resolve("sync.so");
        Program.of("gcc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                .ok();
        engine = EngineUnderTest.empty().startedBy("env", "LD_PRELOAD=" + library, "FAILING_SYNC=" + failing());
        engine.beginIn(folder);
        engine.ok("import", Rootfs.busybox().toString(), "busybox");
    }

    @AfterEach
    void end() throws IOException {
        try {
            Files.deleteIfExists(failing());
            if (engine.isRunning()) {
                engine.removeContainers();
                engine.stop();
            }
            MachineState.requireNothingOf(folder);
        } finally {
            Rootfs.delete(folder);
        }
    }

    private Path failing() {
        return folder.resolve("failing");
    }

    private void fail() throws IOException {
        Files.createFile(failing());
    }

    private void mend() throws IOException {
        Files.delete(failing());
    }

    private long processOf(String name) {
        return engine.inspect(name).path("State").path("Pid").longValue();
    }

    @Test
    @DisplayName("a start whose state cannot be synced leaves no process behind, and works once the disk does")
    void aStartThatCannotBeSynced() throws IOException {
        String id = engine.ok("create", "--network", "none", "busybox", "sh", "-c", "echo began; sleep 1000");
        fail();
        Result refused = engine.felucca("start", id).run();
        mend();

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("cannot bring " + engine.dataRoot()).contains("Input/output error");
        assertThat(engine.inspect(id).path("State").path("Running").booleanValue())
                .isFalse();
        await().untilAsserted(() ->
                assertThat(engine.execRoot().resolve("c").toFile().list()).isEmpty());
        engine.ok("start", id);
        assertThat(engine.status(id)).isEqualTo("running");
        engine.ok("stop", "-t", "0", id);
        assertThat(engine.status(id)).isEqualTo("exited");
    }

    @Test
    @DisplayName("a container whose end cannot be synced is seen to end, is started again and can be removed")
    void anEndThatCannotBeSynced() throws IOException {
        String id = engine.runDetached("--name", "plain", "busybox", "sleep", "1000");
        String again = engine.runDetached(
                "--name",
                "again",
                "--restart",
                "always",
                "busybox",
                "sh",
                "-c",
                "trap 'exit 3' TERM; while :; do :; sleep 0.1; done");
        long process = processOf(again);
        fail();
        Program.of("kill", "-9", Long.toString(processOf(id))).ok();
        assertThat(engine.ok("wait", id)).isEqualTo("137");
        assertThat(engine.status(id)).isEqualTo("exited");
        Program.of("kill", "-9", Long.toString(process)).ok();
        await().until(() -> processOf(again) != process);
        engine.ok("rm", id);
        mend();

        await().until(() -> engine.status(again).equals("running"));
        long restarted = processOf(again);
        assertThat(restarted).isNotEqualTo(process);
        engine.kill();
        engine.start();
        assertThat(processOf(again)).isEqualTo(restarted);
        engine.ok("rm", "-f", again);
        assertThat(ProcessHandle.of(restarted)).isEmpty();
    }

    @Test
    @DisplayName("a create that cannot be synced leaves nothing")
    void aCreateThatCannotBeSynced() throws IOException {
        fail();
        Result refused = engine.felucca("run", "-d", "--network", "none", "--name", "new", "busybox", "true")
                .run();
        mend();

        assertThat(refused.exit()).isEqualTo(125);
        assertThat(refused.err()).contains("Input/output error");
        assertThat(engine.ok("ps", "-aq")).isEmpty();
        assertThat(engine.ok("run", "--network", "none", "--name", "new", "busybox", "echo", "hi"))
                .isEqualTo("hi");
    }
}
