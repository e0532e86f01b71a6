package io.felucca.containers.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.linux.ProcessId;
import io.felucca.linux.Processes;
import io.felucca.linux.Sockets;
import io.felucca.linux.kernel.process.KernelProcesses;
import io.felucca.linux.kernel.socket.KernelSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of the machine, each with a fifo that it holds open, as monitors do. */
class ProcessWatcherTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MANY = 50;

    @TempDir
    Path folder;

    private final Processes processes = new KernelProcesses();
    private final Sockets sockets = new KernelSockets();
    private final WorkerThreads workers = new WorkerThreads(sockets.openPoller());
    private final ProcessWatcher watcher = new ProcessWatcher(processes, sockets, workers.poller(), workers.executor());
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
        workers.stopPolling();
        watcher.close();
        workers.close();
    }

    /** Holds the fifo of its number, where the redirection is to it, until its input ends. */
    private Process start(int number, String redirection) throws IOException {
        Path fifo = fifo(number);
        Process process = new ProcessBuilder(
                        "sh", "-c", "mkfifo '" + fifo + "'; exec " + redirection + "; echo ready; read line; exit 0")
                .start();
        started.add(process);
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        return process;
    }

    private Process start(int number) throws IOException {
        return start(number, "7<>'" + fifo(number) + "'");
    }

    private Path fifo(int number) {
        return folder.resolve("fifo" + number);
    }

    private ProcessId id(Process process) {
        return processes.identify((int) process.pid()).orElseThrow();
    }

    private static long processDescriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> {
                        try {
                            return Files.readSymbolicLink(descriptor).toString().contains("pidfd");
                        } catch (IOException e) {
                            return false; // that of the listing
                        }
                    })
                    .count();
        }
    }

    @Test
    @DisplayName("issue 11: a process that holds a fifo costs no descriptor, and its end is told, however it ends")
    void noDescriptorForAProcessThatHoldsAFifo() throws Exception {
        long before = processDescriptors();
        AtomicInteger ends = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            watcher.onEnd(id(start(i)), fifo(i), ends::incrementAndGet);
        }
        assertThat(processDescriptors()).isEqualTo(before);
        assertThat(ends).hasValue(0);

        started.get(0).destroyForcibly();
        await().atMost(SOON).untilAtomic(ends, org.hamcrest.Matchers.is(1));
        started.get(1).getOutputStream().close();
        await().atMost(SOON).untilAtomic(ends, org.hamcrest.Matchers.is(2));
        // Nothing of them is left to be told of.
        Files.delete(fifo(0));
        Files.delete(fifo(1));
        started.get(2).destroy();
        started.get(3).destroy();
        await().atMost(SOON).untilAtomic(ends, org.hamcrest.Matchers.is(4));
        await().atMost(SOON).until(() -> processDescriptors() == before);
    }

    @Test
    @DisplayName("A fifo that another process closes, or its holder does before its end, tells of no end")
    void closingsAreNoEnds() throws Exception {
        Process other = start(0);
        Process itself = new ProcessBuilder(
                        "sh",
                        "-c",
                        "mkfifo '" + fifo(1) + "'; exec 7<>'" + fifo(1)
                                + "'; echo ready; read line; exec 7>&-; echo closed; read line")
                .start();
        started.add(itself);
        assertThat(itself.inputReader().readLine()).isEqualTo("ready");
        CountDownLatch otherEnded = new CountDownLatch(1);
        CountDownLatch itselfEnded = new CountDownLatch(1);
        watcher.onEnd(id(other), fifo(0), otherEnded::countDown);
        watcher.onEnd(id(itself), fifo(1), itselfEnded::countDown);

        long before = processDescriptors();
        Files.writeString(fifo(0), "x");
        itself.getOutputStream().write('\n');
        itself.getOutputStream().flush();
        assertThat(itself.inputReader().readLine()).isEqualTo("closed");
        await().atMost(SOON).until(() -> processDescriptors() == before + 2);
        assertThat(otherEnded.getCount()).isOne();
        assertThat(itselfEnded.getCount()).isOne();

        other.destroyForcibly();
        itself.destroyForcibly();
        assertThat(otherEnded.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(itselfEnded.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @DisplayName("The end of a process is told, too, whose fifo is not there, is held by nobody, or is watched already")
    void endsWithoutAFifo() throws Exception {
        AtomicInteger ends = new AtomicInteger();
        Process first = start(0, "7</dev/null");
        Process second = start(1, "7</dev/null");
        Process third = start(2);
        watcher.onEnd(id(first), folder.resolve("none"), ends::incrementAndGet);
        watcher.onEnd(id(second), fifo(1), ends::incrementAndGet);
        watcher.onEnd(id(third), fifo(2), ends::incrementAndGet);
        watcher.onEnd(id(third), fifo(2), ends::incrementAndGet);
        watcher.onEnd(id(third), ends::incrementAndGet);
        started.forEach(Process::destroyForcibly);
        await().atMost(SOON).untilAtomic(ends, org.hamcrest.Matchers.is(5));

        Process gone = start(3);
        ProcessId id = id(gone);
        gone.destroyForcibly().waitFor();
        watcher.onEnd(id, fifo(3), ends::incrementAndGet);
        await().atMost(SOON).untilAtomic(ends, org.hamcrest.Matchers.is(6));
    }

    @Test
    @DisplayName("A process that ends while it begins to be watched is told of once")
    void endsAtTheSameTime() throws Exception {
        AtomicInteger ends = new AtomicInteger();
        for (int i = 0; i < MANY; i++) {
            Process process = start(i);
            ProcessId id = id(process);
            process.getOutputStream().close();
            watcher.onEnd(id, fifo(i), ends::incrementAndGet);
        }
        await().atMost(SOON).untilAtomic(ends, org.hamcrest.Matchers.is(MANY));
    }
}
