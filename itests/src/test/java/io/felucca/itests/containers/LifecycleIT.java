package io.felucca.itests.containers;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The life of a container, from create to rm. */
class LifecycleIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @Test
    @DisplayName("S7: create, start, pause, unpause, stop, rm; a wrong step is an error in Docker's words")
    void S7_states() {
        String id = engine.ok("create", "--name", "life", "--network", "none", "busybox", "sleep", "1000");
        assertThat(engine.status("life")).isEqualTo("created");
        assertThat(engine.fails(1, "pause", "life")).contains("Container " + id + " is not running");

        assertThat(engine.ok("start", "life")).isEqualTo("life");
        assertThat(engine.status("life")).isEqualTo("running");
        assertThat(engine.fails(1, "rm", "life"))
                .contains("You cannot remove a running container " + id
                        + ". Stop the container before attempting removal or force remove");
        assertThat(engine.fails(1, "unpause", "life")).contains("Container " + id + " is not paused");

        assertThat(engine.ok("pause", "life")).isEqualTo("life");
        JsonNode paused = engine.inspect("life").path("State");
        assertThat(paused.path("Status").textValue()).isEqualTo("paused");
        assertThat(paused.path("Running").booleanValue()).isTrue();
        assertThat(engine.fails(1, "start", "life")).contains("cannot start a paused container, try unpause instead");

        engine.ok("unpause", "life");
        assertThat(engine.status("life")).isEqualTo("running");
        engine.ok("stop", "-t", "1", "life");
        JsonNode exited = engine.inspect("life").path("State");
        assertThat(exited.path("Status").textValue()).isEqualTo("exited");
        assertThat(exited.path("Pid").intValue()).isZero();
        assertThat(engine.fails(1, "kill", "life")).contains("Container " + id + " is not running");

        assertThat(engine.ok("rm", "life")).isEqualTo("life");
        assertThat(engine.fails(1, "inspect", "life")).contains("No such object: life");
    }

    @Test
    @DisplayName("S9: the writable layer goes with its container, and its disk comes back")
    void S9_theLayerDiesWithTheContainer() throws IOException {
        long before = files();
        engine.ok("run", "--name", "writer", "--network", "none", "busybox", "sh", "-c", "echo x > /mark");
        assertThat(files()).isGreaterThan(before);
        engine.ok("rm", "writer");

        await().untilAsserted(() -> assertThat(files()).isEqualTo(before));
        assertThat(engine.runOnce("busybox", "ls", "/mark").run().exit()).isEqualTo(1);
    }

    private static long files() throws IOException {
        try (Stream<Path> all = Files.walk(engine.dataRoot().resolve("storage"))) {
            return all.count();
        }
    }

    @Test
    @DisplayName("S98: run is create and start")
    void S98_run() {
        Result run = engine.runOnce("busybox", "sh", "-c", "echo out; echo err >&2; exit 7")
                .run();

        assertThat(run.exit()).isEqualTo(7);
        assertThat(run.out()).isEqualTo("out\n");
        assertThat(run.err()).isEqualTo("err\n");
    }

    @Test
    @DisplayName("S100: a stopped container starts again with its id and its data")
    void S100_startAgain() {
        String id = engine.runDetached("--name", "again", "busybox", "sh", "-c", "echo run >> /runs; cat /runs");
        assertThat(engine.ok("wait", "again")).isEqualTo("0");

        engine.ok("start", "again");
        assertThat(engine.ok("wait", "again")).isEqualTo("0");

        assertThat(engine.inspect("again").path("Id").textValue()).isEqualTo(id);
        await().untilAsserted(
                        () -> assertThat(engine.ok("logs", "again").lines()).containsExactly("run", "run", "run"));
    }

    @Test
    @DisplayName("S101: run -d prints the full id and returns")
    void S101_detached() {
        String id = engine.runDetached("busybox", "sleep", "1000");

        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(engine.status(id)).isEqualTo("running");
    }

    @Test
    @DisplayName("S102: stop sends SIGTERM, waits, then kills")
    void S102_stop() {
        engine.runDetached(
                "--name", "polite", "busybox", "sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.1; done");
        engine.runDetached("--name", "deaf", "busybox", "sh", "-c", "trap '' TERM; while :; do sleep 0.1; done");
        await().until(() -> engine.ok("exec", "deaf", "ps").contains("sleep"));

        engine.ok("stop", "polite");
        long begin = System.nanoTime();
        engine.ok("stop", "deaf");
        Duration deaf = Duration.ofNanos(System.nanoTime() - begin);

        assertThat(engine.inspect("polite").path("State").path("ExitCode").intValue())
                .isEqualTo(5);
        assertThat(engine.inspect("deaf").path("State").path("ExitCode").intValue())
                .isEqualTo(137);
        assertThat(deaf).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
    }

    @Test
    @DisplayName("S102: the stop signal, the time and kill's signal can be chosen")
    void S102_signals() {
        engine.runDetached(
                "--name",
                "usr",
                "--stop-signal",
                "USR1",
                "busybox",
                "sh",
                "-c",
                "trap 'exit 10' USR1; trap 'exit 12' USR2; touch /ready; while :; do sleep 0.1; done");
        await().until(() -> engine.felucca("exec", "usr", "ls", "/ready").run().exit() == 0);
        engine.ok("stop", "usr");
        assertThat(engine.inspect("usr").path("State").path("ExitCode").intValue())
                .isEqualTo(10);

        engine.ok("start", "usr");
        await().until(() -> engine.status("usr").equals("running"));
        engine.ok("kill", "-s", "KILL", "usr");
        await().until(() -> engine.status("usr").equals("exited"));
        assertThat(engine.inspect("usr").path("State").path("ExitCode").intValue())
                .isEqualTo(137);
    }

    @Test
    void restartKeepsTheContainerAndGivesItANewProcess() {
        String id = engine.runDetached("--name", "re", "busybox", "sleep", "1000");
        int pid = engine.inspect("re").path("State").path("Pid").intValue();

        engine.ok("restart", "-t", "0", "re");

        JsonNode after = engine.inspect("re");
        assertThat(after.path("Id").textValue()).isEqualTo(id);
        assertThat(after.path("State").path("Status").textValue()).isEqualTo("running");
        assertThat(after.path("State").path("Pid").intValue()).isNotEqualTo(pid).isPositive();
    }

    @Test
    @DisplayName("S147: rename moves the name, and one that is taken is refused")
    void renameMovesTheNameAndATakenOneIsRefused() {
        String id = engine.runDetached("--name", "old", "busybox", "sleep", "1000");
        engine.runDetached("--name", "taken", "busybox", "sleep", "1000");

        engine.ok("rename", "old", "fresh");

        assertThat(engine.inspect("fresh").path("Name").textValue()).isEqualTo("/fresh");
        assertThat(engine.fails(1, "rename", "taken", "fresh"))
                .contains("Conflict. The container name \"/fresh\" is already in use by container \"" + id + "\"");
        engine.runDetached("--name", "old", "busybox", "true");
    }

    @Test
    void waitTellsTheExitCodeOfEachContainer() {
        engine.runDetached("--name", "w3", "busybox", "sh", "-c", "sleep 0.3; exit 3");
        engine.runDetached("--name", "w4", "busybox", "sh", "-c", "exit 4");

        assertThat(engine.ok("wait", "w3", "w4").lines()).containsExactly("3", "4");
    }

    @Test
    void removedAtItsEndAContainerIsGoneWhenRunReturns() {
        engine.felucca("run", "--rm", "--name", "brief", "--network", "none", "busybox", "true")
                .run()
                .requireOk();

        assertThat(engine.ok("ps", "-a", "-q")).isEmpty();
        engine.felucca("run", "--rm", "--name", "brief", "--network", "none", "busybox", "true")
                .run()
                .requireOk();
    }

    @Test
    @DisplayName("S58: when the main process ends, the container ends")
    void S58_theMainProcessIsTheContainer() {
        engine.runDetached("--name", "main", "busybox", "sh", "-c", "sleep 1000 & exit 0");

        await().until(() -> engine.status("main").equals("exited"));
        assertThat(engine.inspect("main").path("State").path("ExitCode").intValue())
                .isZero();
    }

    @Test
    @DisplayName("S59: there is no init inside but the command itself; --init gives one")
    void S59_noInit() {
        assertThat(engine.runOnce("busybox", "sh", "-c", "echo $$").ok()).isEqualTo("1");
        assertThat(engine.runOnce("busybox", "cat", "/proc/1/comm").ok()).isEqualTo("cat");
        assertThat(engine.runOnce("--init", "busybox", "cat", "/proc/1/comm").ok())
                .isNotEqualTo("cat");
    }

    @Test
    @DisplayName("S105: nsenter works with State.Pid")
    void S105_nsenter() {
        engine.runDetached("--name", "inside", "--hostname", "innerhost", "busybox", "sleep", "1000");
        String pid = engine.inspect("inside").path("State").path("Pid").asText();

        assertThat(Program.of("nsenter", "-t", pid, "-m", "-u", "-i", "-n", "-p", "/bin/hostname")
                        .ok())
                .isEqualTo("innerhost");
        assertThat(Program.of("nsenter", "-t", pid, "-m", "/bin/cat", "/etc/os-release")
                        .ok())
                .contains("felucca-test");
    }
}
