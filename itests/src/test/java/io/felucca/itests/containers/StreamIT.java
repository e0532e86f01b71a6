package io.felucca.itests.containers;

import static io.felucca.itests.fixture.EngineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.itests.fixture.EngineUnderTest;
import io.felucca.itests.fixture.Program;
import io.felucca.itests.fixture.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Input, output and terminals: run, attach, exec, logs. */
@Timeout(180)
class StreamIT {

    @RegisterExtension
    static final EngineUnderTest engine = EngineUnderTest.withBusybox();

    @Test
    @DisplayName("S103: attach joins standard input and output")
    void S103_attach() {
        // Created with -i, not run with -d -i: only then the end of an attach's input is the container's (StdinOnce).
        engine.ok("create", "-i", "--name", "echoes", "--network", "none", "busybox", "cat");
        engine.ok("start", "echoes");

        Result attached =
                engine.felucca("attach", "echoes").stdin("hello\nthere\n").run();

        assertThat(attached.out()).isEqualTo("hello\nthere\n");
        assertThat(attached.exit()).isZero();
        await().until(() -> engine.status("echoes").equals("exited"));
    }

    @Test
    @DisplayName("S103: run -i carries bytes in and out, and the end of input")
    void S103_runInteractive() {
        byte[] bytes = new byte[300_000];
        new java.util.Random(42).nextBytes(bytes);

        Result run = engine.runOnce("-i", "busybox", "sh", "-c", "cat; echo done >&2")
                .stdin(bytes)
                .run();

        assertThat(run.exit()).isZero();
        assertThat(run.outBytes()).isEqualTo(bytes);
        assertThat(run.err()).isEqualTo("done\n");
    }

    @Test
    @DisplayName(
            "S104, S109: attaches by name mirror each other, and one that stalls stops neither them nor the container")
    void S104_oneStalledClientStallsNobody() {
        engine.runDetached(
                "-i",
                "--name",
                "busy",
                "busybox",
                "sh",
                "-c",
                "read go; i=0; while [ $i -lt 60000 ]; do echo line $i of a long output that fills every queue; i=$((i+1));"
                        + " done; echo finished");
        try (Program.Running stalled =
                        engine.felucca("attach", "--no-stdin", "busy").startOpen();
                Program.Running reading =
                        engine.felucca("attach", "--no-stdin", "busy").startOpen();
                Program.Running typing = engine.felucca("attach", "busy").startOpen()) {
            await().until(() -> engine.threads("felucca-http") >= 3);
            stalled.signal("STOP");
            typing.write("go\n");

            await().untilAsserted(() -> assertThat(tail(reading.out())).contains("finished"));
            assertThat(tail(typing.finish().out())).contains("finished");
            assertThat(engine.ok("wait", "busy")).isEqualTo("0");
            stalled.signal("CONT");
        }
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - 200));
    }

    @Test
    @DisplayName("S131: the terminal is raw before the first output of run, exec and start: no line ends in \\r\\r\\n")
    void S131_rawBeforeTheFirstOutput() {
        String[] says = {"sh", "-c", "echo one; echo two"};
        engine.runDetached("--name", "talks", "busybox", "sleep", "1000");
        engine.ok("create", "-it", "--name", "again", "--network", "none", "busybox", "sh", "-c", "echo one; echo two");
        List<List<String>> commands = List.of(
                List.of("run", "--rm", "-it", "--network", "none", "busybox"),
                List.of("exec", "-it", "talks"),
                List.of("start", "-ai", "again"));
        for (List<String> command : commands) {
            List<String> words = new ArrayList<>(command);
            if (!command.get(0).equals("start")) {
                words.addAll(List.of(says));
            }
            String out = engine.terminal(words.toArray(String[]::new))
                    .run()
                    .requireOk()
                    .out();
            // Before it: what the terminal itself may echo while the command starts.
            assertThat(out)
                    .as(String.join(" ", words))
                    .contains("one\r\ntwo\r\n")
                    .doesNotContain("\r\r");
        }
    }

    @Test
    @DisplayName("S131: run --rm -it has a real terminal, and leaves no container")
    void S131_terminal() {
        Result run = engine.terminal(
                        "run", "--rm", "-it", "--network", "none", "busybox", "sh", "-c", "tty; stty size; exit 9")
                .run();

        assertThat(run.out()).contains("/dev/pts/0");
        assertThat(run.exit()).isEqualTo(9);
        assertThat(engine.ok("ps", "-a", "-q")).isEmpty();
    }

    @Test
    void aTerminalPassesControlCharactersToTheContainer() {
        try (Program.Running run = engine.terminal(
                        "run", "--rm", "-it", "--name", "ctl", "--network", "none", "busybox", "sh")
                .startOpen()) {
            await().until(() -> engine.felucca("inspect", "ctl").run().exit() == 0);
            run.write("echo $((6*7))\n");
            await().untilAsserted(() -> assertThat(run.out()).contains("42"));
            run.write("sleep 1000\n");
            await().until(() -> engine.ok("exec", "ctl", "ps").contains("sleep 1000"));
            run.write("\u0003");
            run.write("exit 4\n");
            assertThat(run.finish().exit()).isEqualTo(4);
        }
    }

    @Test
    void theDetachKeysLeaveTheContainerRunning() {
        try (Program.Running run = engine.terminal(
                        "run", "-it", "--name", "detached", "--network", "none", "busybox", "sh")
                .startOpen()) {
            await().until(() -> engine.felucca("inspect", "detached").run().exit() == 0
                    && engine.status("detached").equals("running"));
            run.write("echo here\n");
            await().untilAsserted(() -> assertThat(run.out()).contains("here"));
            run.write("\u0010\u0011");
            run.finish();
        }
        assertThat(engine.status("detached")).isEqualTo("running");
    }

    @Test
    void logsTellBothStreamsTheTailAndTheTimes() {
        engine.runDetached(
                "--name", "talk", "busybox", "sh", "-c", "echo one; echo two >&2; sleep 0.3; echo three; echo four");
        engine.ok("wait", "talk");

        Result all = engine.felucca("logs", "talk").run().requireOk();
        assertThat(all.out()).isEqualTo("one\nthree\nfour\n");
        assertThat(all.err()).isEqualTo("two\n");
        assertThat(engine.felucca("logs", "--tail", "1", "talk").run().out()).isEqualTo("four\n");
        assertThat(engine.felucca("logs", "-t", "--tail", "1", "talk").run().out())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{1,9}Z four\n");
        assertThat(engine.felucca("logs", "--since", "2100-01-01T00:00:00Z", "talk")
                        .run()
                        .out())
                .isEmpty();
        assertThat(engine.felucca("logs", "--since", "1h", "talk").run().out()).isEqualTo("one\nthree\nfour\n");
    }

    @Test
    void logsFollowUntilTheContainerEnds() {
        engine.ok("create", "-i", "--name", "follow", "--network", "none", "busybox", "cat");
        engine.ok("start", "follow");
        try (Program.Running logs = engine.felucca("logs", "-f", "follow").start();
                Program.Running input = engine.felucca("attach", "follow").startOpen()) {
            input.write("first\n");
            await().untilAsserted(() -> assertThat(logs.out()).isEqualTo("first\n"));
            input.write("second\n").closeInput();
            assertThat(logs.finish().out()).isEqualTo("first\nsecond\n");
        }
    }

    @Test
    @DisplayName("T24: what a container writes leaves its log parseable")
    void T24_hostileOutput() {
        engine.runDetached(
                "--name",
                "hostile",
                "--label",
                "evil=a\nb{\"}",
                "busybox",
                "printf",
                "{\"log\":\"x\"}\\n2026-01-01T00:00:00Z stdout F forged\\n\\033[2J\\r\\000end\\nno newline");
        engine.ok("wait", "hostile");

        assertThat(engine.felucca("logs", "hostile").run().out())
                .isEqualTo("{\"log\":\"x\"}\n2026-01-01T00:00:00Z stdout F forged\n\u001b[2J\r\0end\nno newline");
        assertThat(engine.felucca("logs", "-t", "hostile").run().out().split("\n"))
                .allMatch(line -> line.matches("(?s)\\d{4}-\\d\\d-\\d\\dT[^ ]+Z .*"));
        assertThat(engine.inspect("hostile")
                        .path("Config")
                        .path("Labels")
                        .path("evil")
                        .textValue())
                .isEqualTo("a\nb{\"}");
    }

    @Test
    void execRunsWithUserFolderEnvironmentAndTerminal() {
        engine.runDetached("--name", "ex", "-e", "BASE=1", "busybox", "sleep", "1000");

        assertThat(engine.ok("exec", "-u", "www", "ex", "id"))
                .isEqualTo("uid=33(www) gid=33(www) groups=33(www),44(extra)");
        assertThat(engine.ok("exec", "-w", "/var", "ex", "pwd")).isEqualTo("/var");
        assertThat(engine.ok("exec", "-e", "MORE=2", "ex", "sh", "-c", "echo $BASE$MORE"))
                .isEqualTo("12");
        assertThat(engine.felucca("exec", "-i", "ex", "cat").stdin("in\n").ok()).isEqualTo("in");
        assertThat(engine.felucca("exec", "ex", "sh", "-c", "exit 6").run().exit())
                .isEqualTo(6);
        assertThat(engine.terminal("exec", "-it", "ex", "tty").run().out()).contains("/dev/pts/");
        assertThat(engine.ok("exec", "-d", "ex", "touch", "/made")).isEmpty();
        await().until(() -> engine.felucca("exec", "ex", "ls", "/made").run().exit() == 0);
        assertThat(engine.fails(126, "exec", "ex", "/etc/passwd")).contains("permission denied");
        assertThat(engine.fails(127, "exec", "ex", "nosuch")).contains("executable file not found in $PATH");
        engine.ok("kill", "ex");
        await().until(() -> engine.status("ex").equals("exited"));
        assertThat(engine.fails(1, "exec", "ex", "true")).contains("is not running");
    }
}
