package io.felucca.containers.services;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.containers.Container;
import io.felucca.containers.Container.Status;
import io.felucca.containers.Containers;
import io.felucca.containers.Containers.AttachQuery;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.Condition;
import io.felucca.containers.Containers.ExecSpec;
import io.felucca.containers.Containers.Exit;
import io.felucca.containers.Containers.LogQuery;
import io.felucca.containers.Containers.OutputSink;
import io.felucca.containers.HostConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real containers; needs root, conmon and crun or runc. */
@Tag("root")
class LifeCycleTest {

    private TestEngine engine;
    private Containers containers;

    @BeforeEach
    void begin() throws IOException {
        engine = new TestEngine();
        containers = engine.containers();
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    private static final class Collected implements OutputSink {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();

        @Override
        public synchronized boolean write(boolean stderr, byte[] bytes, int offset, int length) {
            (stderr ? err : out).write(bytes, offset, length);
            return true;
        }

        synchronized String out() {
            return out.toString(UTF_8);
        }

        synchronized String err() {
            return err.toString(UTF_8);
        }
    }

    private static <T> T soon(CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void refused(Kind kind, String text, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessage(text);
    }

    private static AttachQuery all(boolean stdin) {
        return new AttachQuery(stdin, true, true, false);
    }

    @Test
    @DisplayName("S98: run is create and start: all output and the exit code, then nothing is left of a --rm one")
    void S98_runAndRemove() {
        String id = containers
                .create(TestEngine.spec("one", true, "sh", "-c", "echo out; echo err >&2; exit 7"))
                .id();
        Collected output = new Collected();
        CompletableFuture<Exit> exit = containers.await(id, Condition.REMOVED);
        Attachment attachment = containers.attach(id, all(false), output);
        containers.start(id);

        soon(attachment.done());
        assertThat(soon(exit).code()).isEqualTo(7);
        assertThat(output.out()).isEqualTo("out\n");
        assertThat(output.err()).isEqualTo("err\n");
        assertThat(engine.folder(id)).doesNotExist();
        assertThat(engine.storage.keys()).isEmpty();
        assertThat(engine.storage.mounted()).isEmpty();
        assertThat(engine.directory.resolve("e/c").toFile().list()).isEmpty();
        refused(Kind.NOT_FOUND, "No such container: one", () -> containers.get("one"));
        await().until(() -> engine.events.contains("destroy " + id));
        assertThat(engine.events)
                .containsExactly("create " + id, "attach " + id, "start " + id, "die " + id, "destroy " + id);
    }

    @Test
    @DisplayName("S7: what a created container allows and refuses, with dockerd's texts")
    void S7_created() {
        String id =
                containers.create(TestEngine.spec("xx", false, "sleep", "100")).id();

        refused(
                Kind.CONFLICT,
                "Cannot kill container: xx: Container " + id + " is not running",
                () -> containers.kill("xx", null));
        refused(Kind.CONFLICT, "Container " + id + " is not running", () -> containers.pause("xx"));
        refused(Kind.SYSTEM, "Container " + id + " is not paused", () -> containers.unpause("xx"));
        refused(Kind.CONFLICT, "Container " + id + " is not running", () -> containers.processes("xx"));
        refused(Kind.CONFLICT, "Container " + id + " is not running", () -> containers.resize("xx", 80, 24));
        refused(Kind.CONFLICT, "Container " + id + " is not running", () -> containers.createExec("xx", exec("ls")));
        assertThatThrownBy(() -> containers.stop("xx", null, null))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_MODIFIED));
        assertThat(soon(containers.await("xx", Condition.NOT_RUNNING)).code()).isZero();
        assertThat(containers.get("xx").state().status()).isEqualTo(Status.CREATED);
    }

    @Test
    @DisplayName("A container that has ended is not running, also before its monitor has told of the end")
    void pauseAndCommitOfOneThatHasJustEnded() throws IOException {
        String id = containers
                .create(TestEngine.spec("ended", false, "sleep", "1000"))
                .id();
        containers.start(id);
        Path folder = engine.directory.resolve("e/c/" + id.substring(0, 16) + "/m");
        long monitor =
                Long.parseLong(Files.readString(folder.resolve("monitor.pid")).trim());
        long process = containers.get(id).state().pid();
        signal("STOP", monitor);
        try {
            signal("KILL", process);
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> ProcessHandle.of(process)
                                    .map(ProcessHandle::isAlive)
                                    .orElse(false)
                            ? Files.readString(Path.of("/proc/" + process + "/stat"))
                                    .contains(") Z ")
                            : true);

            refused(Kind.CONFLICT, "Container " + id + " is not running", () -> containers.pause(id));
        } finally {
            signal("CONT", monitor);
        }
        assertThat(soon(containers.await(id, Condition.NOT_RUNNING)).code()).isEqualTo(137);
    }

    private static void signal(String name, long pid) throws IOException {
        try {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("S7: what a running and a paused container allow and refuse, with dockerd's texts")
    void S7_runningAndPaused() {
        String id = engine.run("xx", "sleep", "100");

        assertThatThrownBy(() -> containers.start("xx"))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_MODIFIED));
        refused(
                Kind.CONFLICT,
                "You cannot remove a running container " + id
                        + ". Stop the container before attempting removal or force remove",
                () -> containers.remove("xx", false, false));
        refused(Kind.INVALID, "Invalid signal: FOO", () -> containers.kill("xx", "FOO"));
        refused(
                Kind.INVALID,
                "Cannot kill container: xx: The linux daemon does not support signal 99",
                () -> containers.kill("xx", "99"));

        containers.pause("xx");
        assertThat(containers.get("xx").state().status()).isEqualTo(Status.PAUSED);
        refused(Kind.CONFLICT, "Container " + id + " is already paused", () -> containers.pause("xx"));
        refused(Kind.CONFLICT, "cannot start a paused container, try unpause instead", () -> containers.start("xx"));
        refused(
                Kind.CONFLICT,
                "You cannot remove a paused container " + id
                        + ". Unpause and then stop the container before attempting removal or force remove",
                () -> containers.remove("xx", false, false));
        refused(
                Kind.CONFLICT,
                "Container xx is paused, unpause the container before exec",
                () -> containers.createExec("xx", exec("ls")));
        containers.unpause("xx");
        assertThat(containers.get("xx").state().status()).isEqualTo(Status.RUNNING);

        containers.pause("xx");
        containers.kill("xx", "KILL");
        assertThat(containers.get("xx").state().exitCode()).isEqualTo(137);
        refused(Kind.CONFLICT, "Container " + id + " is not running", () -> containers.pause("xx"));
    }

    @Test
    @DisplayName("S100: start after an end: same id, same data; the exit code and times are the last run's")
    void S100_startAgain() {
        String id = engine.run("xx", "sh", "-c", "test -e /tmp/was && exit 3; echo 1 > /tmp/was; exit 2");
        assertThat(soon(containers.await(id, Condition.NOT_RUNNING)).code()).isEqualTo(2);
        CompletableFuture<Exit> next = containers.await(id, Condition.NEXT_EXIT);
        containers.start("xx");

        assertThat(soon(next).code()).isEqualTo(3);
        Container.State state = containers.get("xx").state();
        assertThat(state.exitCode()).isEqualTo(3);
        assertThat(state.startedAt()).isBeforeOrEqualTo(state.finishedAt());
        assertThat(engine.folder(id).resolve("exit").toFile().list()).containsExactly("2");
        await().until(() -> engine.storage.mounted().isEmpty());
    }

    @Test
    @DisplayName("S102: stop signals, waits, then kills; a container may have a signal and a time of its own")
    void S102_stop() {
        String polite = engine.run("polite", "sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.05; done");
        String deaf = engine.run("deaf", "sh", "-c", "trap '' TERM; while :; do sleep 0.05; done");
        // The trap is set before its first round is over.
        await().until(() -> containers.processes(polite).size() > 1
                && containers.processes(deaf).size() > 1);

        containers.stop("polite", null, null);
        long before = System.nanoTime();
        containers.stop("deaf", 1, null);

        assertThat(containers.get("polite").state().exitCode()).isEqualTo(5);
        assertThat(containers.get("deaf").state().exitCode()).isEqualTo(137);
        assertThat(System.nanoTime() - before).isGreaterThan(900_000_000L);
    }

    @Test
    @DisplayName("A command that is not there is 127, one that cannot run 126, and all is undone")
    void failedStartsAreUndone() {
        String id = containers.create(TestEngine.spec("xx", false, "nosuch")).id();

        assertThatThrownBy(() -> containers.start("xx"))
                .hasMessageContaining("exec: \"nosuch\": executable file not found in $PATH");
        Container.State state = containers.get("xx").state();
        assertThat(state.status()).isEqualTo(Status.CREATED);
        assertThat(state.exitCode()).isEqualTo(127);
        assertThat(state.error()).contains("executable file not found in $PATH");
        assertThat(state.startedAt()).isNull();
        assertThat(engine.storage.mounted()).isEmpty();
        assertThat(engine.directory.resolve("e/c").toFile().list()).isEmpty();

        containers.create(TestEngine.spec("yy", false, "/notexec"));
        assertThatThrownBy(() -> containers.start("yy")).hasMessageContaining("permission denied");
        assertThat(containers.get("yy").state().exitCode()).isEqualTo(126);

        String gone = containers.create(TestEngine.spec("zz", true, "nosuch")).id();
        CompletableFuture<Exit> removed = containers.await(gone, Condition.REMOVED);
        Attachment attachment = containers.attach(gone, all(false), new Collected());
        assertThatThrownBy(() -> containers.start("zz")).hasMessageContaining("executable file not found");
        soon(attachment.done());
        assertThat(soon(removed).code()).isEqualTo(127);
        assertThat(engine.folder(gone)).doesNotExist();
        assertThat(engine.folder(id)).exists();
    }

    @Test
    @DisplayName("S103: input goes in, its end ends the process's, and a process that does not read holds its writer")
    void S103_input() throws Exception {
        String id = containers
                .create(TestEngine.spec("xx", false, true, false, "sh", "-c", "sleep 1; wc -c"))
                .id();
        Collected output = new Collected();
        Attachment attachment = containers.attach(id, all(true), output);
        containers.start(id);
        byte[] much = new byte[3 << 20];
        Thread writer = new Thread(() -> {
            attachment.write(much, 0, much.length);
            attachment.closeInput();
        });
        writer.start();
        writer.join(300);

        assertThat(writer.isAlive()).as("3 MiB fit in no pipe").isTrue();
        soon(attachment.done());
        assertThat(output.out().trim()).isEqualTo(Integer.toString(much.length));
        assertThat(soon(containers.await(id, Condition.NOT_RUNNING)).code()).isZero();
    }

    @Test
    @DisplayName("S103: two clients mirror each other, on a terminal of the size that was asked for")
    void S103_terminal() {
        String id = containers
                .create(TestEngine.spec("xx", false, true, true, "sh"))
                .id();
        Collected first = new Collected();
        Collected second = new Collected();
        Attachment one = containers.attach(id, all(true), first);
        containers.start(id);
        Attachment two = containers.attach(id, all(true), second);
        containers.resize(id, 91, 37);
        // The monitor takes the new size when it reads its fifo: asked again until it has.
        byte[] size = "stty size\n".getBytes(UTF_8);
        await().until(() -> {
            one.write(size, 0, size.length);
            return first.out().contains("37 91");
        });
        byte[] line = "echo so-$((40+2))\n".getBytes(UTF_8);
        one.write(line, 0, line.length);

        await().until(() -> first.out().contains("so-42\r\n") && second.out().contains("so-42\r\n"));
        two.close();
        soon(two.done());
        byte[] exit = "exit 4\n".getBytes(UTF_8);
        one.write(exit, 0, exit.length);
        soon(one.done());
        assertThat(soon(containers.await(id, Condition.NOT_RUNNING)).code()).isEqualTo(4);
    }

    @Test
    @DisplayName("S104, T25: a client that stalls is dropped; the container and the others go on and lose nothing")
    void S104_stalled() {
        int lines = 20_000;
        String id = containers
                .create(TestEngine.spec("xx", false, "seq", "1", Integer.toString(lines)))
                .id();
        CompletableFuture<Void> never = new CompletableFuture<>();
        Attachment stalled = containers.attach(id, all(false), (stderr, bytes, offset, length) -> {
            never.join();
            return true;
        });
        String flood = containers
                .create(TestEngine.spec(
                        "yy", false, "sh", "-c", "i=0; while [ $i -lt 60 ]; do seq 1 9000; i=$((i+1)); done"))
                .id();
        Collected good = new Collected();
        Attachment bad = containers.attach(flood, all(false), (stderr, bytes, offset, length) -> {
            never.join();
            return true;
        });
        Attachment fine = containers.attach(flood, all(false), good);
        containers.start(id);
        containers.start(flood);

        soon(fine.done());
        assertThat(good.out().lines().count()).isEqualTo(60 * 9_000);
        soon(bad.done());
        assertThat(soon(containers.await(id, Condition.NOT_RUNNING)).code()).isZero();
        stalled.close();
        never.complete(null);
    }

    @Test
    @DisplayName("a client that was there first is waited for like the reader of a pipe, until the container is to end")
    void aSlowPipeLosesNothing() {
        String id = containers
                .create(TestEngine.spec("xx", false, "seq", "1", "600000"))
                .id();
        Collected slow = new Collected();
        CompletableFuture<Void> awake = new CompletableFuture<>();
        Attachment pipe = containers.attach(id, all(false), (stderr, bytes, offset, length) -> {
            awake.join();
            return slow.write(stderr, bytes, offset, length);
        });
        containers.start(id);
        CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS).execute(() -> awake.complete(null));
        soon(pipe.done());
        assertThat(slow.out().lines().count()).isEqualTo(600_000);

        String endless = containers
                .create(TestEngine.spec("yy", false, "seq", "1", "1000000000"))
                .id();
        CompletableFuture<Void> never = new CompletableFuture<>();
        CompletableFuture<Void> called = new CompletableFuture<>();
        Attachment asleep = containers.attach(endless, all(false), (stderr, bytes, offset, length) -> {
            called.complete(null);
            never.join();
            return true;
        });
        containers.start(endless);
        soon(called);
        containers.kill(endless, "KILL");
        assertThat(soon(containers.await(endless, Condition.NOT_RUNNING)).code())
                .isEqualTo(137);
        asleep.close();
        never.complete(null);
    }

    @Test
    @DisplayName("T25: a client that leaves while the process does not read its input is let go")
    void T25_leavesWhileWriting() throws Exception {
        String id = containers
                .create(TestEngine.spec("xx", false, true, false, "sleep", "1000"))
                .id();
        Attachment attachment = containers.attach(id, all(true), new Collected());
        containers.start(id);
        byte[] much = new byte[3 << 20];
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread writer = new Thread(() -> {
            try {
                attachment.write(much, 0, much.length);
                ended.complete(null);
            } catch (FeluccaException e) {
                ended.complete(e);
            }
        });
        writer.start();
        writer.join(300);
        assertThat(ended).isNotDone();
        attachment.close();

        assertThat(soon(ended)).hasMessageContaining("takes no input any more");
        soon(attachment.done());
        assertThat(containers.get(id).state().running()).isTrue();
    }

    @Test
    @DisplayName("S148: --rm removes at an end, not at a restart")
    void S148_restartOfARemovedOne() {
        String id =
                containers.create(TestEngine.spec("xx", true, "sleep", "1000")).id();
        containers.start(id);
        int first = containers.get(id).state().pid();
        containers.restart(id, 0, null);

        assertThat(containers.get(id).state().pid()).isNotEqualTo(first).isPositive();
        CompletableFuture<Exit> removed = containers.await(id, Condition.REMOVED);
        containers.stop(id, 0, null);
        assertThat(soon(removed).code()).isEqualTo(137);
        assertThat(engine.folder(id)).doesNotExist();
    }

    private static ExecSpec exec(String... cmd) {
        return new ExecSpec(List.of(cmd), true, true, true, false, "", "", List.of("ADDED=2"), false);
    }

    @Test
    @DisplayName("exec: streams, codes, environment, several at once, and what is refused")
    void exec() {
        String id = engine.run("xx", "sleep", "100");
        String first = containers.createExec("xx", exec("sh", "-c", "echo $FROM_IMAGE$ADDED; cat; exit 6"));
        String second = containers.createExec("xx", exec("sh", "-c", "echo second >&2"));
        Collected one = new Collected();
        Collected two = new Collected();
        Attachment running = containers.startExec(first, one);
        Attachment other = containers.startExec(second, two);
        assertThat(containers.getExec(first).running()).isTrue();
        assertThat(containers.get("xx").execIds()).contains(first);
        refused(
                Kind.CONFLICT,
                "Error: Exec command " + first + " is already running",
                () -> containers.startExec(first, one));
        byte[] input = "input\n".getBytes(UTF_8);
        running.write(input, 0, input.length);
        running.closeInput();

        soon(running.done());
        soon(other.done());
        assertThat(one.out()).isEqualTo("12\ninput\n");
        assertThat(two.err()).isEqualTo("second\n");
        assertThat(soon(containers.awaitExec(first)).code()).isEqualTo(6);
        assertThat(containers.getExec(first).exitCode()).isEqualTo(6);
        refused(
                Kind.CONFLICT,
                "Error: Exec command " + first + " has already run",
                () -> containers.startExec(first, one));

        String missing = containers.createExec("xx", exec("nosuch"));
        assertThatThrownBy(() -> containers.startExec(missing, one))
                .hasMessageContaining("exec: \"nosuch\": executable file not found in $PATH");
        assertThat(containers.getExec(missing).exitCode()).isEqualTo(127);
        refused(Kind.NOT_FOUND, "No such exec instance: abc", () -> containers.getExec("abc"));

        String detached = containers.createExec("xx", exec("touch", "/tmp/made"));
        assertThat(containers.startExec(detached, null)).isNull();
        assertThat(soon(containers.awaitExec(detached)).code()).isZero();
        await().until(() -> engine.folder(id).resolve("exec").toFile().list().length == 0);
    }

    @Test
    @DisplayName("a size that is given to an exec that still starts waits for it")
    void sizeOfAnExecThatStarts() {
        engine.run("xx", "sleep", "100");
        String id = containers.createExec(
                "xx",
                new ExecSpec(
                        // The monitor takes the size from its fifo in its own time; busybox's stty has none to print
                        // before.
                        List.of("sh", "-c", "read go; until s=$(stty size 2>&-); [ -n \"$s\" ]; do :; done; echo $s"),
                        true,
                        true,
                        true,
                        true,
                        "",
                        "",
                        List.of(),
                        false));
        CompletableFuture<Void> sized = CompletableFuture.runAsync(() -> containers.resizeExec(id, 101, 33));
        Collected said = new Collected();
        Attachment running = containers.startExec(id, said);
        soon(sized);
        running.write("go\n".getBytes(UTF_8), 0, 3);

        soon(running.done());
        assertThat(said.out()).endsWith("33 101\r\n");
    }

    @Test
    @DisplayName("B8: a flood is rotated in time: no line is lost, and who follows sees each once")
    void B8_flood() {
        int count = 200_000;
        String id = containers
                .create(TestEngine.with(
                        TestEngine.spec("xx", false, "seq", "1", Integer.toString(count)),
                        Map.of(
                                "logConfig",
                                new HostConfig.LogConfig("json-file", Map.of("max-size", "500000", "max-file", "99")))))
                .id();
        containers.start(id);
        for (boolean follow : new boolean[] {true, false}) {
            int[] lines = {0};
            StringBuilder line = new StringBuilder();
            containers.logs("xx", new LogQuery(follow, true, true, null, null, -1), (time, stderr, part) -> {
                line.append(new String(part, UTF_8));
                if (part[part.length - 1] == '\n') {
                    assertThat(line.toString()).isEqualTo(++lines[0] + "\n");
                    line.setLength(0);
                }
                return true;
            });
            assertThat(lines[0]).as("following " + follow).isEqualTo(count);
        }
        assertThat(engine.folder(id).resolve("container.log.3")).exists();
    }

    @Test
    @DisplayName("B8: of a flood no more than the bound is kept, from a whole line on, and the log's path names a file")
    void B8_floodBeyondTheBound() throws IOException {
        int count = 300_000;
        String id = containers
                .create(TestEngine.with(
                        TestEngine.spec("xx", false, "seq", "1000001", Integer.toString(1_000_000 + count)),
                        Map.of(
                                "logConfig",
                                new HostConfig.LogConfig("json-file", Map.of("max-size", "20000", "max-file", "2")))))
                .id();
        containers.start(id);
        soon(containers.await(id, Condition.NOT_RUNNING));

        Path log = Path.of(containers.get(id).logPath());
        assertThat(log).exists();
        long kept = Files.size(log) + Files.size(log.resolveSibling("container.log.1"));
        assertThat(kept).isBetween(10_000L, 50_000L);
        List<String> lines = logs("xx").lines().toList();
        assertThat(lines).hasSizeGreaterThan(150);
        int first = 1_000_001 + count - lines.size();
        assertThat(lines)
                .containsExactlyElementsOf(IntStream.range(first, 1_000_001 + count)
                        .mapToObj(Integer::toString)
                        .toList());
        containers.start(id);
        soon(containers.await(id, Condition.NOT_RUNNING));
        assertThat(logs("xx").lines().allMatch(line -> line.matches("1[0-9]{6}")))
                .isTrue();
    }

    @Test
    @DisplayName("B8: a log is rotated at its bound, and who follows sees every line once")
    void B8_logs() {
        var spec = TestEngine.spec(
                "xx", false, "sh", "-c", "i=0; while [ $i -lt 40 ]; do seq 1 300; sleep 0.05; i=$((i+1)); done");
        String id = containers
                .create(TestEngine.with(
                        spec, Map.of("logConfig", new HostConfig.LogConfig("json-file", Map.of("max-size", "100000")))))
                .id();
        containers.start(id);
        int[] lines = {0};
        containers.logs("xx", new LogQuery(true, true, true, null, null, -1), (time, stderr, line) -> {
            lines[0] += line[line.length - 1] == '\n' ? 1 : 0;
            return true;
        });

        assertThat(lines[0]).isEqualTo(40 * 300);
        assertThat(engine.folder(id).resolve("container.log.1")).exists();
        assertThat(engine.folder(id).resolve("container.log.3")).doesNotExist();
    }

    @Test
    @DisplayName("B1: without the runtime driver ps, logs, inspect, attach, signals and ends go on")
    void B1_runtimeAway() {
        String id = engine.run("xx", "sh", "-c", "trap 'echo bye; exit 9' TERM; echo hi; while :; do sleep 0.05; done");
        await().until(() -> logs("xx").equals("hi\n"));
        engine.away.add("RuntimeDriver/oci");
        Collected output = new Collected();
        Attachment attachment = containers.attach("xx", all(false), output);

        assertThat(containers.list(false, Map.of())).hasSize(1);
        containers.stop("xx", null, null);
        soon(attachment.done());
        assertThat(output.out()).isEqualTo("bye\n");
        assertThat(containers.get(id).state().exitCode()).isEqualTo(9);
        assertThat(logs("xx")).isEqualTo("hi\nbye\n");
        assertThatThrownBy(() -> containers.start("xx"))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));

        engine.away.clear();
        containers.start("xx");
        containers.remove("xx", true, false);
        assertThat(engine.directory.resolve("e/c").toFile().list()).isEmpty();
    }

    private String logs(String name) {
        StringBuilder text = new StringBuilder();
        containers.logs(name, new LogQuery(false, true, true, null, null, -1), (time, stderr, line) -> {
            text.append(new String(line, UTF_8));
            return true;
        });
        return text.toString();
    }

    @Test
    @DisplayName("Many at once: containers do not wait for each other")
    void manyAtOnce() {
        List<CompletableFuture<Integer>> runs = java.util.stream.IntStream.range(0, 12)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    String id = containers
                            .create(TestEngine.spec("", true, "sh", "-c", "exit " + i))
                            .id();
                    CompletableFuture<Exit> exit = containers.await(id, Condition.REMOVED);
                    containers.start(id);
                    return soon(exit).code();
                }))
                .toList();

        for (int i = 0; i < runs.size(); i++) {
            assertThat(soon(runs.get(i))).isEqualTo(i);
        }
        assertThat(engine.storage.keys()).isEmpty();
    }
}
