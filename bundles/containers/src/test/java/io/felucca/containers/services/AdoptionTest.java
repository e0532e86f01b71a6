package io.felucca.containers.services;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.containers.Container;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.Exec;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.containers.Containers.Exit;
import io.felucca.containers.Containers.LogQuery;
import io.felucca.linux.ProcessId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines that end or are killed, and those that come after them; real containers. */
@Tag("root")
class AdoptionTest {

    private TestEngine engine;

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    private void again() {
        engine.end();
        engine.begin();
    }

    private Container.State state(String name) {
        return engine.containers().get(name).state();
    }

    private void nothingIsLeft() {
        await().untilAsserted(() -> {
            assertThat(engine.containers().list(true, Map.of())).isEmpty();
            assertThat(engine.dataRoot().resolve("containers").toFile().list()).isEmpty();
            assertThat(engine.storage.keys()).isEmpty();
            assertThat(engine.storage.mounted()).isEmpty();
            assertThat(engine.directory.resolve("e/c").toFile().list()).isEmpty();
        });
    }

    @Test
    @DisplayName("B3: a container runs on without its engine; the next one has its state, log, exec and end")
    void B3_runsOn() throws Exception {
        String id = engine.run(
                "xx", "sh", "-c", "trap 'exit 5' TERM; i=0; while :; do echo $i; i=$((i+1)); sleep 0.05; done");
        int pid = state("xx").pid();
        again();

        assertThat(state("xx").pid()).isEqualTo(pid);
        assertThat(state("xx").status()).isEqualTo(Status.RUNNING);
        await().until(() -> engine.storage.mounted().contains(id));
        CompletableFuture<Exit> exit = engine.containers().await("xx", Condition.NOT_RUNNING);
        engine.containers().stop("xx", null, null);
        assertThat(exit.get(60, TimeUnit.SECONDS).code()).isEqualTo(5);
        int[] next = {0};
        engine.containers().logs("xx", new LogQuery(false, true, true, null, null, -1), (time, stderr, line) -> {
            assertThat(new String(line, UTF_8)).isEqualTo(next[0]++ + "\n");
            return true;
        });
        assertThat(next[0]).isPositive();
    }

    @Test
    @DisplayName("B3: what ended meanwhile has its code and the time of its end, and --rm is finished")
    void B3_endsMeanwhile() throws Exception {
        String id = engine.run("xx", "sh", "-c", "sleep 0.5; exit 4");
        String removed = engine.containers()
                .create(TestEngine.spec("yy", true, "sh", "-c", "sleep 0.5; exit 4"))
                .id();
        engine.containers().start(removed);
        engine.end();
        Path exit = engine.folder(id).resolve("exit/1/exit");
        Path other = engine.folder(removed).resolve("exit/1/exit");
        await().until(() -> Files.exists(exit) && Files.exists(other));
        Instant at = Files.getLastModifiedTime(exit).toInstant();
        engine.begin();

        await().until(() -> state("xx").status() == Status.EXITED);
        assertThat(state("xx").exitCode()).isEqualTo(4);
        assertThat(state("xx").finishedAt()).isEqualTo(at);
        await().until(() -> engine.containers().list(true, Map.of()).size() == 1);
        assertThat(engine.folder(removed)).doesNotExist();
        await().untilAsserted(() ->
                assertThat(engine.directory.resolve("e/c").toFile().list()).isEmpty());
    }

    @Test
    @DisplayName("A container whose monitor was killed is ended and shown with 255, now or while the engine is away")
    void killedMonitors() {
        engine.run("xx", "sleep", "1000");
        kill(engine.core().monitorOf("xx"));
        await().until(() -> state("xx").status() == Status.EXITED);
        assertThat(state("xx").exitCode()).isEqualTo(255);

        engine.run("yy", "sleep", "1000");
        int pid = state("yy").pid();
        ProcessId monitor = engine.core().monitorOf("yy");
        engine.end();
        kill(monitor);
        engine.begin();
        await().until(() -> state("yy").status() == Status.EXITED);
        assertThat(state("yy").exitCode()).isEqualTo(255);
        await().until(() -> ProcessHandle.of(pid).isEmpty());
        engine.containers().start("yy");
        assertThat(state("yy").running()).isTrue();
    }

    @Test
    @DisplayName(
            "issue 11: a container that runs is watched by the next engine, although taking over all else of it failed")
    void anEndIsNoticedWhateverFails() throws Exception {
        engine.run("xx", "sleep", "1000");
        int pid = state("xx").pid();
        engine.end();
        AtomicBoolean failed = new AtomicBoolean();
        engine.hooks.put("before mount", () -> {
            failed.set(true);
            throw new TestEngine.Killed("before mount");
        });
        engine.begin();
        await().dontCatchUncaughtExceptions().untilTrue(failed);
        new ProcessBuilder("kill", "-9", Integer.toString(pid)).start().waitFor();

        await().dontCatchUncaughtExceptions().until(() -> state("xx").status() == Status.EXITED);
        assertThat(state("xx").exitCode()).isEqualTo(137);
        engine.hooks.clear();
        engine.containers().start("xx");
        assertThat(state("xx").running()).isTrue();
    }

    private static ExecSpec exec(String... cmd) {
        return new ExecSpec(List.of(cmd), false, false, false, false, "", "", List.of(), false);
    }

    @Test
    @DisplayName("B3: an exec runs on without its engine; the next one shows it, waits for it and knows its code")
    void B3_anExecOutlivesItsEngine() throws Exception {
        String id = engine.run("xx", "sleep", "1000");
        String stays = engine.containers()
                .createExec("xx", exec("sh", "-c", "while ! test -e /go; do sleep 0.05; done; exit 7"));
        String ends = engine.containers().createExec("xx", exec("sleep", "1000"));
        engine.containers().startExec(stays, null);
        engine.containers().startExec(ends, null);
        Exec before = engine.containers().getExec(stays);
        int ending = engine.containers().getExec(ends).pid();

        engine.end();
        new ProcessBuilder("kill", "-9", Integer.toString(ending)).start().waitFor();
        await().until(() -> !Files.exists(Path.of("/proc/" + ending)));
        engine.begin();

        assertThat(engine.containers().getExec(stays)).isEqualTo(before);
        assertThat(engine.containers().get("xx").execIds()).contains(stays);
        assertThat(engine.containers().awaitExec(ends).get(60, TimeUnit.SECONDS).code())
                .isEqualTo(137);
        assertThat(engine.containers().getExec(ends).exitCode()).isEqualTo(137);
        CompletableFuture<Exit> exit = engine.containers().awaitExec(stays);
        await().until(() -> engine.storage.mounted().contains(id));
        engine.containers().startExec(engine.containers().createExec("xx", exec("touch", "/go")), null);
        assertThat(exit.get(60, TimeUnit.SECONDS).code()).isEqualTo(7);
        assertThat(engine.containers().getExec(stays).running()).isFalse();
        await().until(() ->
                engine.dataRoot().resolve("containers/" + id + "/exec").toFile().list().length == 0);
    }

    @Test
    @DisplayName("B3: an exec that cannot be put on record runs on, and its end is told")
    void B3_anExecWithoutARecordEndsAsOthersDo() throws Exception {
        String id = engine.run("xx", "sleep", "1000");
        String exec = engine.containers()
                .createExec("xx", exec("sh", "-c", "until test -e /go; do sleep 0.05; done; exit 7"));
        Path folder = engine.folder(id).resolve("exec").resolve(exec.substring(0, 16));
        Files.createDirectories(folder.resolve("exec.json.new"));
        engine.containers().startExec(exec, null);
        assertThat(engine.containers().getExec(exec).running()).isTrue();
        assertThat(folder.resolve("exec.json")).doesNotExist();

        engine.containers().startExec(engine.containers().createExec("xx", exec("touch", "/go")), null);
        assertThat(engine.containers().awaitExec(exec).get(60, TimeUnit.SECONDS).code())
                .isEqualTo(7);
        await().until(() -> !Files.exists(folder));
    }

    @Test
    @DisplayName("B3: an exec whose engine was killed before it was on record is ended by the next one, and swept")
    void B3_anExecThatIsNotOnRecordIsEnded() throws Exception {
        String id = engine.run("xx", "sleep", "1000");
        String kept = engine.containers().createExec("xx", exec("sleep", "1000"));
        engine.containers().startExec(kept, null);
        String stray = engine.containers().createExec("xx", exec("sleep", "1000"));
        engine.crashAt("after create");
        assertThatThrownBy(() -> engine.containers().startExec(stray, null)).isInstanceOf(TestEngine.Killed.class);
        Path exits = engine.folder(id).resolve("exec");
        Path monitor = engine.directory.resolve("e/c/" + id.substring(0, 16) + "/e/" + stray.substring(0, 16));
        int pid = Integer.parseInt(Files.readString(monitor.resolve("pid")).strip());
        assertThat(Path.of("/proc/" + pid)).exists();
        // What never had a process, and what has the numbers of processes that are others'.
        Files.createDirectory(exits.resolve("0".repeat(16)));
        Path other = Files.createDirectory(monitor.resolveSibling("1".repeat(16)));
        String own = Long.toString(ProcessHandle.current().pid());
        Files.writeString(other.resolve("pid"), own);
        Files.writeString(other.resolve("monitor.pid"), own);
        again();

        await().until(() -> !Files.exists(Path.of("/proc/" + pid)));
        await().untilAsserted(() -> {
            assertThat(exits.toFile().list()).containsExactly(kept.substring(0, 16));
            assertThat(monitor.getParent().toFile().list()).containsExactly(kept.substring(0, 16));
        });
        assertThat(engine.containers().getExec(kept).running()).isTrue();
        assertThat(state("xx").status()).isEqualTo(Status.RUNNING);
    }

    private static void kill(ProcessId monitor) {
        ProcessHandle.of(monitor.pid()).orElseThrow().destroyForcibly();
    }

    @ParameterizedTest
    @ValueSource(strings = {"before prepare", "after prepare"})
    @DisplayName("A create that a kill cut leaves nothing")
    void killedInCreate(String step) {
        engine.crashAt(step);
        assertThatThrownBy(() -> engine.containers().create(TestEngine.spec("xx", false, "true")))
                .isInstanceOf(TestEngine.Killed.class);
        again();

        nothingIsLeft();
        engine.containers().create(TestEngine.spec("xx", false, "true"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"before mount", "after mount", "before create", "after create", "before start", "after start"})
    @DisplayName("A start that a kill cut is undone; the container can be started")
    void killedInStart(String step) throws Exception {
        String id = engine.containers()
                .create(TestEngine.spec("xx", false, "sh", "-c", "sleep 0.3; exit 3"))
                .id();
        engine.crashAt(step);
        assertThatThrownBy(() -> engine.containers().start("xx")).isInstanceOf(TestEngine.Killed.class);
        again();

        await().untilAsserted(() ->
                assertThat(engine.directory.resolve("e/c").toFile().list()).isEmpty());
        await().untilAsserted(() -> assertThat(state("xx").status()).isEqualTo(Status.CREATED));
        CompletableFuture<Exit> exit = engine.containers().await("xx", Condition.NEXT_EXIT);
        engine.containers().start(id);
        assertThat(exit.get(60, TimeUnit.SECONDS).code()).isEqualTo(3);
    }

    @Test
    @DisplayName("An undoing that fails at first is tried again")
    void failedUndoing() {
        engine.containers().create(TestEngine.spec("xx", false, "sleep", "1000"));
        engine.crashAt("after start");
        assertThatThrownBy(() -> engine.containers().start("xx")).isInstanceOf(TestEngine.Killed.class);
        engine.end();
        engine.failAt("before delete");
        engine.begin();

        await().untilAsserted(() ->
                assertThat(engine.directory.resolve("e/c").toFile().list()).isEmpty());
        await().untilAsserted(() -> assertThat(state("xx").status()).isEqualTo(Status.CREATED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"before remove", "after remove"})
    @DisplayName("A removal that a kill cut is finished")
    void killedInRemove(String step) {
        engine.containers().create(TestEngine.spec("xx", false, "true"));
        engine.crashAt(step);
        assertThatThrownBy(() -> engine.containers().remove("xx", false, false)).isInstanceOf(TestEngine.Killed.class);
        again();

        nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"before remove", "after remove", "before delete", "after delete"})
    @DisplayName("A --rm container whose removal a kill cut is gone with the next engine")
    void killedInAutomaticRemoval(String step) {
        String id =
                engine.containers().create(TestEngine.spec("xx", true, "true")).id();
        engine.crashAt(step);
        engine.containers().start(id);
        await().dontCatchUncaughtExceptions().until(() -> engine.reached(step));
        again();

        nothingIsLeft();
    }

    @Test
    @DisplayName(
            "A state that the machine's crash tore reads as an end with 255; one that was never written, as nothing made")
    void tornRecords() throws IOException {
        String torn =
                engine.containers().create(TestEngine.spec("xx", false, "true")).id();
        String unmade =
                engine.containers().create(TestEngine.spec("yy", false, "true")).id();
        engine.end();
        Files.writeString(engine.folder(torn).resolve("state.json"), "{\"stat");
        Files.delete(engine.folder(unmade).resolve("state.json"));
        engine.begin();

        assertThat(state("xx").status()).isEqualTo(Status.EXITED);
        assertThat(state("xx").exitCode()).isEqualTo(255);
        await().until(() -> !Files.exists(engine.folder(unmade)));
        assertThat(engine.storage.keys()).containsExactly(torn);
    }

    @Test
    @DisplayName("Records outlive the engine whole: name, config, times")
    void recordsOutlive() {
        String id = engine.containers()
                .create(TestEngine.spec("xx", false, "sleep", "1"))
                .id();
        engine.containers().rename("xx", "zz");
        Container before = engine.containers().get("zz");
        again();

        assertThat(engine.containers().get("zz")).isEqualTo(before);
        assertThat(engine.containers().get(id.substring(0, 9)).name()).isEqualTo("zz");
        assertThatThrownBy(() -> engine.containers().get("xx")).hasMessage("No such container: xx");
    }
}
