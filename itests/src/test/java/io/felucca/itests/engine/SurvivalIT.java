package io.felucca.itests.engine;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.MachineState;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import io.felucca.itests.fixture.Rootfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** B3: the engine stops or crashes; containers, their logs and their exit codes do not. */
@Timeout(300)
class SurvivalIT {

    private static final String TICKS = "i=0; while :; do echo tick $i; i=$((i+1)); sleep 0.1; done";

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @Test
    @DisplayName("B3: containers run on while the engine is stopped, and are found again with their logs")
    void containersRunOnAcrossAStop() {
        String id = engine.runDetached("--name", "ticks", "busybox", "sh", "-c", TICKS);
        JsonNode before = engine.inspect("ticks");
        engine.stop();
        assertThat(alive(before)).isTrue();
        String reached = lastTick(logFile(id));
        await().until(() -> !lastTick(logFile(id)).equals(reached));

        engine.start();

        JsonNode after = engine.inspect("ticks");
        assertThat(after).isEqualTo(before);
        List<String> ticks = engine.ok("logs", "ticks").lines().toList();
        for (int i = 0; i < ticks.size(); i++) {
            assertThat(ticks.get(i)).isEqualTo("tick " + i);
        }
        assertThat(engine.ok("exec", "ticks", "echo", "in")).isEqualTo("in");
        engine.ok("stop", "-t", "0", "ticks");
    }

    private static boolean alive(JsonNode inspect) {
        return Files.exists(Path.of("/proc", inspect.path("State").path("Pid").asText(), "exe"));
    }

    private static String lastTick(Path log) {
        try {
            String text = Files.readString(log);
            return text.substring(text.lastIndexOf("tick"));
        } catch (IOException | StringIndexOutOfBoundsException e) {
            return "";
        }
    }

    private static Path logFile(String id) {
        Path folder = engine.dataRoot().resolve("containers").resolve(id);
        try (var files = Files.walk(folder, 2)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no log in " + folder));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("B3: after kill -9 the next start knows within two seconds who ended, how and when")
    void exitsWhileAwayAreCaughtUp() {
        engine.runDetached("--name", "ends", "busybox", "sh", "-c", "sleep 1; exit 42");
        engine.runDetached("--name", "stays", "busybox", "sleep", "1000");
        engine.runDetached("--rm", "--name", "goes", "busybox", "sh", "-c", "sleep 1; exit 3");
        JsonNode ends = engine.inspect("ends");
        JsonNode goes = engine.inspect("goes");
        engine.kill();
        await().until(() -> !alive(ends) && !alive(goes));
        Instant ended = Instant.now();
        Program.of("sleep", "1").run();

        engine.start();

        await().untilAsserted(() -> {
            JsonNode state = engine.inspect("ends").path("State");
            assertThat(state.path("Status").textValue()).isEqualTo("exited");
            assertThat(state.path("ExitCode").intValue()).isEqualTo(42);
            assertThat(Instant.parse(state.path("FinishedAt").textValue()))
                    .isBetween(ended.minusSeconds(60), ended.plusMillis(500));
        });
        assertThat(engine.status("stays")).isEqualTo("running");
        await().until(() -> engine.felucca("inspect", "goes").run().exit() == 1);
    }

    @Test
    @DisplayName("B3: a container whose monitor was killed is ended and shown with 255")
    void aKilledMonitor() {
        String id = engine.runDetached("--name", "orphan", "busybox", "sleep", "1000");
        JsonNode before = engine.inspect("orphan");
        String monitor = MachineState.processesOf(engine.folder()).stream()
                .filter(line -> line.contains("conmon") && line.contains(id))
                .findFirst()
                .orElseThrow();

        Program.of("kill", "-9", monitor.split(" ")[0]).run().requireOk();

        await().untilAsserted(() -> assertThat(engine.status("orphan")).isEqualTo("exited"));
        assertThat(engine.inspect("orphan").path("State").path("ExitCode").intValue())
                .isEqualTo(255);
        await().until(() -> !alive(before));
    }

    @Test
    @DisplayName("B3: what kills the engine's cgroup kills no container")
    void killingTheEnginesCgroup() throws IOException {
        Path group = Path.of("/sys/fs/cgroup/pids/fl-" + engine.folder().getFileName());
        if (!Files.isDirectory(group.getParent())) {
            group = Path.of("/sys/fs/cgroup/fl-" + engine.folder().getFileName());
        }
        engine.stop();
        Files.createDirectory(group);
        try {
            Path procs = group.resolve("cgroup.procs");
            List<String> words = new ArrayList<>(List.of("sh", "-c", "echo $$ > " + procs + "; exec \"$@\"", "sh"));
            words.addAll(engine.startWords());
            new Program(words).run(120).requireOk();
            engine.runDetached("--name", "elsewhere", "busybox", "sh", "-c", "sleep 2; exit 6");
            for (String pid : Files.readAllLines(procs)) {
                Program.of("kill", "-9", pid).run();
            }
            Path gone = procs;
            await().until(() -> Files.readString(gone).isBlank());
            engine.start();

            assertThat(engine.ok("wait", "elsewhere")).isEqualTo("6");
        } finally {
            Path left = group;
            await().until(() -> left.toFile().delete() || !Files.exists(left));
        }
    }

    @Test
    @DisplayName("B3: records survive kill -9 at any instant")
    void killedAtRandomMoments() {
        long seed = Long.getLong("felucca.seed", System.nanoTime());
        int rounds = Integer.getInteger("felucca.kills", 6);
        System.out.println("SurvivalIT.killedAtRandomMoments: -Dfelucca.seed=" + seed + " -Dfelucca.kills=" + rounds);
        Random random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            List<Program.Running> works = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String name = "r" + round + "n" + i;
                works.add(engine.felucca("run", "-d", "--name", name, "--network", "none", "busybox", "sleep", "1000")
                        .start());
            }
            works.add(engine.felucca("import", Rootfs.busybox().toString(), "round:" + round)
                    .start());
            works.add(engine.felucca("run", "--rm", "--network", "none", "busybox", "true")
                    .start());
            Program.of("sleep", "0." + (1 + random.nextInt(9))).run();
            engine.kill();
            List<Result> results = works.stream().map(Program.Running::finish).toList();

            engine.start();

            for (int i = 0; i < 3; i++) {
                if (results.get(i).exit() == 0) {
                    String id = results.get(i).line();
                    assertThat(engine.status(id))
                            .as("round " + round + ": what run -d told is running")
                            .isEqualTo("running");
                }
            }
            if (results.get(3).exit() == 0) {
                engine.ok("inspect", "round:" + round);
            }
            for (String line : engine.ok("ps", "-a", "--format", "{{.ID}} {{.State}}")
                    .lines()
                    .toList()) {
                assertThat(line.split(" ")[1]).as("round " + round).isIn("running", "created", "exited");
            }
            assertThat(engine.runOnce("busybox", "echo", "works").ok()).isEqualTo("works");
            engine.removeContainers();
            noContainerIsLeft();
        }
    }

    /** With no container in the records, none may be on the machine. */
    private static void noContainerIsLeft() {
        String own = engine.pid() + " ";
        await().untilAsserted(() -> {
            assertThat(MachineState.mountsUnder(engine.folder())).isEmpty();
            assertThat(MachineState.processesOf(engine.folder())).allMatch(line -> line.startsWith(own));
        });
    }

    @Test
    @DisplayName("A second engine on the same root is refused in one line")
    void aSecondEngineIsRefused() {
        Path folder = engine.folder();
        Result second = Program.of(
                        EngineUnderTest.program(),
                        "engine",
                        "--data-root",
                        engine.dataRoot().toString(),
                        "--exec-root",
                        folder.resolve("x2").toString(),
                        "--host",
                        "unix://" + folder.resolve("s2"),
                        "--pidfile",
                        folder.resolve("p2").toString())
                .run();

        assertThat(second.exit()).isNotZero();
        assertThat(second.err()).contains(engine.dataRoot().toString());
        assertThat(engine.ok("ps", "-q")).isEmpty();
    }
}
