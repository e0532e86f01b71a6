package io.felucca.testkit.runtime;

import static io.felucca.testkit.runtime.RuntimeBench.SOON;
import static io.felucca.testkit.runtime.RuntimeBench.exitCode;
import static io.felucca.testkit.runtime.RuntimeBench.isRunning;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.felucca.FeluccaException;
import io.felucca.linux.Inotify;
import io.felucca.linux.Sockets;
import io.felucca.linux.kernel.socket.KernelSockets;
import io.felucca.runtime.spi.RuntimeDriver.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is run in a container beside its first process, and what is said to either. */
interface RuntimeProcessContract {

    RuntimeBench bench();

    @Test
    default void execRunsInTheContainerAndKeepsItsOwnExitCode() throws IOException {
        bench().create(bench().container("c1", "sleep", "1000"));
        bench().driver().start("c1");
        RuntimeTask exec =
                bench().bundle().task("e1", bench().bundle().process(List.of("sh", "-c", "hostname; exit 5"), false));
        AtomicReference<AttachClient> client = new AtomicReference<>();

        Task made = bench().exec(
                        "c1",
                        exec,
                        () -> client.set(new AttachClient(exec.directory().resolve("attach"))));

        assertThat(made.pid()).isPositive();
        assertThat(exitCode(exec)).isEqualTo(5);
        await().atMost(SOON).until(() -> client.get().end().isDone());
        assertThat(client.get().output()).isEqualTo("contract\n");
        client.get().close();
    }

    @Test
    default void execOfAMissingProgramIsInvalid() throws IOException {
        bench().create(bench().container("c1", "sleep", "1000"));
        bench().driver().start("c1");
        RuntimeTask exec = bench().bundle().task("e1", bench().bundle().process(List.of("nope"), false));

        assertThatThrownBy(() -> bench().exec("c1", exec))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(FeluccaException.Kind.INVALID))
                .hasMessage("OCI runtime exec failed: exec failed: unable to start container process:"
                        + " exec: \"nope\": executable file not found in $PATH: unknown");
    }

    @Test
    default void execWhoseClientCannotAttachNeverRuns() throws IOException {
        bench().create(bench().container("c1", "sleep", "1000"));
        bench().driver().start("c1");
        for (int i = 0; i < 20; i++) {
            RuntimeTask exec =
                    bench().bundle().task("e" + i, bench().bundle().process(List.of("touch", "/tmp/ran"), false));

            assertThatThrownBy(() -> bench().exec("c1", exec, () -> {
                        throw new IllegalStateException("no client");
                    }))
                    .hasMessage("no client");
        }

        await().during(Duration.ofMillis(500))
                .atMost(SOON)
                .until(() -> !Files.exists(bench().bundle().rootfs().resolve("tmp/ran")));
    }

    @Test
    default void inputGoesInByTheAttachSocketAndItsEndEndsIt() throws IOException {
        RuntimeTask task =
                bench().bundle().task("c1", bench().spec("c1", "sh", "-c", "cat; echo end >&2"), false, true, true);
        bench().create(task);
        try (AttachClient client = new AttachClient(task.directory().resolve("attach"))) {
            bench().driver().start("c1");
            client.send("hello\n");
            await().atMost(SOON).until(() -> client.output().contains("hello\n"));

            client.closeInput();

            await().atMost(SOON).until(() -> client.output().endsWith("end\n"));
        }
        assertThat(exitCode(task)).isZero();
    }

    @Test
    default void inputStaysOpenWhenAClientLeavesUnlessItWasForOnce() throws IOException {
        RuntimeTask task = bench().bundle().task("c1", bench().spec("c1", "cat"), false, true, false);
        Task made = bench().create(task);
        bench().driver().start("c1");
        try (AttachClient first = new AttachClient(task.directory().resolve("attach"))) {
            first.send("one\n");
            await().atMost(SOON).until(() -> first.output().contains("one\n"));
        }
        try (AttachClient second = new AttachClient(task.directory().resolve("attach"))) {
            second.send("two\n");
            await().atMost(SOON).until(() -> second.output().contains("two\n"));
        }
        assertThat(isRunning(made.pid())).isTrue();
    }

    @Test
    default void aTerminalHasTheSizeThatIsWrittenToTheFifo() throws IOException {
        Map<String, Object> spec = bench().terminalSpec("c1", "sh", "-c", "while read line; do stty size; done");
        RuntimeTask task = bench().bundle().task("c1", spec, true, true, false);
        bench().create(task);
        try (AttachClient client = new AttachClient(task.directory().resolve("attach"))) {
            bench().driver().start("c1");
            Files.writeString(task.directory().resolve("ctl"), "1 33 99\n");
            // the fifo has no answer: ask until it shows
            await().atMost(SOON).until(() -> {
                client.send("go\n");
                return client.output().contains("33 99");
            });
        }
    }

    @Test
    @DisplayName("issue 11: a monitor that has the fifo winsz holds it open until it ends, also by SIGKILL")
    default void theMonitorHoldsAFifoUntilItEnds() throws IOException {
        Sockets sockets = new KernelSockets();
        for (boolean killed : List.of(true, false)) {
            RuntimeTask task = bench().container(killed ? "c1" : "c2", "sleep", "1000");
            Task made = bench().create(task);
            bench().driver().start(task.id());
            Path fifo = task.directory().resolve("winsz");
            if (Files.exists(fifo)) {
                assertThat(sockets.hasReader(fifo)).isTrue();
                try (Inotify inotify = sockets.openInotify()) {
                    int watch = inotify.watchClosing(fifo);
                    int process = killed ? made.monitorPid() : made.pid();
                    ProcessHandle.of(process).orElseThrow().destroyForcibly();
                    await().atMost(SOON).until(() -> inotify.take().changed().contains(watch));
                }
                await().atMost(SOON).until(() -> !isRunning(made.monitorPid()));
                assertThat(sockets.hasReader(fifo)).isFalse();
            }
        }
    }
}
