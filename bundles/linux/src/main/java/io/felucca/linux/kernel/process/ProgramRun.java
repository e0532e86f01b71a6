package io.felucca.linux.kernel.process;

import io.felucca.FeluccaException;
import io.felucca.linux.ExitStatus;
import io.felucca.linux.Output;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets.Pipe;
import io.felucca.linux.Spawn;
import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.call.KernelFd;
import io.felucca.linux.kernel.call.Poll;
import io.felucca.linux.kernel.socket.KernelSockets;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** A program with its input and both outputs on pipes, run to its end by the calling thread. */
final class ProgramRun {

    private final Processes processes;
    private final List<String> argv;
    private final List<String> env;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);

    ProgramRun(Processes processes, List<String> argv, List<String> env) {
        this.processes = processes;
        this.argv = argv;
        this.env = env;
    }

    Output run(byte[] stdin, long timeoutMillis) {
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
        Pipe in = KernelSockets.openPipe();
        Pipe out = KernelSockets.openPipe();
        Pipe err = KernelSockets.openPipe();
        try {
            int pid = processes.spawn(Spawn.of(argv, env)
                    .withStdio(
                            in.source().number(),
                            out.sink().number(),
                            err.sink().number()));
            in.source().close();
            out.sink().close();
            err.sink().close();
            return exchange(pid, in.sink(), out.source(), err.source(), ByteBuffer.wrap(stdin), deadline);
        } finally {
            for (Pipe pipe : List.of(in, out, err)) {
                pipe.source().close();
                pipe.sink().close();
            }
        }
    }

    private Output exchange(int pid, Fd in, Fd out, Fd err, ByteBuffer input, long deadline) {
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        for (Fd fd : List.of(in, out, err)) {
            fd.setNonBlocking(true);
        }
        try (KernelFd pidFd = KernelProcesses.pidFd(pid).orElseThrow()) {
            boolean ended = false;
            // A child that the program left behind may keep the pipes: what is there when the program ends is enough.
            while (!ended) {
                write(in, input);
                long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
                int[] fds = {pidFd.number(), out.number(), err.number(), in.number()};
                int[] ready = Poll.ready(fds, new int[] {Poll.IN, Poll.IN, Poll.IN, Poll.OUT}, Math.max(0, leftMillis));
                if (leftMillis <= 0) {
                    throw tooSlow(pid, stderr);
                }
                ended = ready[0] != 0;
                read(out, stdout);
                read(err, stderr);
            }
        }
        ExitStatus exit = processes.waitFor(pid, 1000).orElseThrow();
        return new Output(exit, stdout.toByteArray(), stderr.toByteArray());
    }

    private FeluccaException tooSlow(int pid, ByteArrayOutputStream stderr) {
        processes.identify(pid).flatMap(processes::open).ifPresent(pidFd -> {
            try (pidFd) {
                processes.signal(pidFd, Processes.SIGKILL);
            }
        });
        processes.waitFor(pid, 5000);
        String said = stderr.toString(java.nio.charset.StandardCharsets.UTF_8).trim();
        return FeluccaException.unavailable(
                argv.get(0) + " took too long and was killed" + (said.isEmpty() ? "" : ": " + said));
    }

    private static void write(Fd in, ByteBuffer input) {
        if (!in.isOpen()) {
            return;
        }
        try {
            while (input.hasRemaining()) {
                if (in.write(input) == Fd.WOULD_BLOCK) {
                    return;
                }
            }
        } catch (FeluccaException closed) {
            // EPIPE: the program does not want the rest.
            input.position(input.limit());
        }
        in.close();
    }

    private void read(Fd from, ByteArrayOutputStream into) {
        while (from.isOpen()) {
            int count = from.read(buffer.clear());
            if (count == Fd.WOULD_BLOCK) {
                return;
            } else if (count == Fd.END) {
                from.close();
            } else {
                into.write(buffer.array(), 0, Math.min(count, Processes.OUTPUT_LIMIT_BYTES - into.size()));
            }
        }
    }
}
