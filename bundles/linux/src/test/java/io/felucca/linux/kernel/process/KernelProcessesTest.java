package io.felucca.linux.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.linux.ExitStatus;
import io.felucca.linux.Output;
import io.felucca.linux.PidFd;
import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets.Pipe;
import io.felucca.linux.Spawn;
import io.felucca.linux.kernel.socket.KernelSockets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelProcessesTest {

    private static final List<String> ENV = List.of("PATH=/usr/bin:/bin", "GREETING=grüß dich");

    private final Processes processes = new KernelProcesses();

    @Test
    void runGivesOutputsAndExitCode() {
        Output output = processes.run(
                List.of("sh", "-c", "cat; echo \"$GREETING\" >&2; exit 3"),
                ENV,
                "hello".getBytes(StandardCharsets.UTF_8),
                5000);

        assertThat(output.stdoutText()).isEqualTo("hello");
        assertThat(output.stderrText()).isEqualTo("grüß dich\n");
        assertThat(output.exit()).isEqualTo(new ExitStatus(3, 0));
    }

    @Test
    void runTakesInputLargerThanAPipeAndKeepsABoundedOutput() {
        byte[] input = new byte[3 * Processes.OUTPUT_LIMIT_BYTES];

        Output output = processes.run(List.of("cat"), ENV, input, 20_000);

        assertThat(output.success()).isTrue();
        assertThat(output.stdout()).hasSize(Processes.OUTPUT_LIMIT_BYTES);
    }

    @Test
    void runEndsWithTheProgramThoughItsChildKeepsThePipe() {
        Output output = processes.run(List.of("sh", "-c", "sleep 5 & echo done"), ENV, new byte[0], 4000);

        assertThat(output.stdoutText()).isEqualTo("done\n");
    }

    @Test
    void runKillsWhatTakesTooLong() {
        assertThatThrownBy(
                        () -> processes.run(List.of("sh", "-c", "echo hm >&2; exec sleep 60"), ENV, new byte[0], 200))
                .isInstanceOfSatisfying(FeluccaException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                    assertThat(e).hasMessage("sh took too long and was killed: hm");
                });
    }

    @Test
    void anUnknownProgramIsNotFound() {
        assertThatThrownBy(() -> processes.spawn(Spawn.of(List.of("/no/such"), ENV)))
                .isInstanceOfSatisfying(
                        FeluccaException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
                .hasMessage("cannot start /no/such: there is no such program");
    }

    @Test
    void T2_aChildHasNoDescriptorButThoseNamed() {
        Pipe pipe = KernelSockets.openPipe();
        try {
            Spawn spawn = Spawn.of(List.of("sh", "-c", "ls /proc/$$/fd; echo from $PPID >&7"), ENV)
                    .withStdio(Spawn.NULL_DEVICE, pipe.sink().number(), Spawn.NULL_DEVICE)
                    .withDescriptors(Map.of(7, pipe.sink().number()));
            int pid = processes.spawn(spawn);
            pipe.sink().close();
            assertThat(processes.waitFor(pid, 5000)).contains(new ExitStatus(0, 0));

            ByteBuffer text = ByteBuffer.allocate(4096);
            while (pipe.source().read(text) > 0) {}
            assertThat(new String(text.array(), 0, text.position(), StandardCharsets.UTF_8))
                    .isEqualTo("0\n1\n2\n7\nfrom " + ProcessHandle.current().pid() + "\n");
        } finally {
            pipe.source().close();
            pipe.sink().close();
        }
    }

    @Test
    void descriptorsThatSwapNumbersReachTheChildAsTold() {
        Pipe a = KernelSockets.openPipe();
        Pipe b = KernelSockets.openPipe();
        try {
            int pid = processes.spawn(Spawn.of(
                            List.of(
                                    "bash",
                                    "-c",
                                    "echo to-a >&" + b.sink().number() + "; echo to-b >&"
                                            + a.sink().number()),
                            ENV)
                    .withDescriptors(Map.of(
                            b.sink().number(), a.sink().number(),
                            a.sink().number(), b.sink().number())));
            assertThat(processes.waitFor(pid, 5000)).contains(new ExitStatus(0, 0));
            ByteBuffer text = ByteBuffer.allocate(100);
            a.source().read(text);
            assertThat(new String(text.array(), 0, text.position(), StandardCharsets.UTF_8))
                    .isEqualTo("to-a\n");
        } finally {
            List.of(a, b).forEach(pipe -> {
                pipe.source().close();
                pipe.sink().close();
            });
        }
    }

    @Test
    void aProcessIsKnownByItsStartAndGoneAfterItsEnd() {
        int pid = processes.spawn(Spawn.of(List.of("sleep", "60"), ENV));
        ProcessId id = processes.identify(pid).orElseThrow();
        assertThat(ProcessId.parse(id.toString())).isEqualTo(id);
        assertThat(processes.isAlive(id)).isTrue();
        assertThat(processes.isAlive(new ProcessId(id.bootId(), pid, id.startTicks() + 1)))
                .isFalse();
        assertThat(processes.open(new ProcessId(id.bootId(), pid, id.startTicks() + 1)))
                .isEmpty();
        assertThat(processes.waitFor(pid, 10)).isEmpty();

        try (PidFd pidFd = processes.open(id).orElseThrow()) {
            assertThat(processes.signal(pidFd, Processes.SIGTERM)).isTrue();
            assertThat(processes.waitFor(pid, 5000)).contains(new ExitStatus(0, Processes.SIGTERM));
            assertThat(processes.signal(pidFd, Processes.SIGTERM)).isFalse();
        }
        assertThat(processes.isAlive(id)).isFalse();
        assertThat(processes.identify(pid)).isEmpty();
    }

    @Test
    void aChildLeadsASessionWithoutBlockedSignals() {
        Output output = processes.run(
                List.of("grep", "-E", "^(SigBlk|SigIgn|NSpid|NSsid)", "/proc/self/status"), ENV, new byte[0], 5000);

        String[] lines = output.stdoutText().split("\n");
        assertThat(lines[1]).isEqualTo(lines[0].replace("NSpid", "NSsid"));
        assertThat(lines[2]).isEqualTo("SigBlk:\t0000000000000000");
        assertThat(lines[3]).isEqualTo("SigIgn:\t0000000000000000");
    }

    @Test
    void statLinesArePartedAfterTheLastParenthesis() {
        ProcStat stat = ProcStat.parse(
                "42 (a) b (c)) Z 1 42 42 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 987654 0 0 18446744073709551615");
        assertThat(stat).isEqualTo(new ProcStat('Z', 4194560, 987654));
        assertThat(stat.alive()).isFalse();
        assertThat(stat.exiting()).isFalse();
        assertThat(new ProcStat('S', 4194564, 1).exiting()).isTrue();
    }
}
