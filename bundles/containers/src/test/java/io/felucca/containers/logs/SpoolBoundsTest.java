package io.felucca.containers.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.containers.Containers.LogQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue 11: what a monitor wrote before it was told to leave a file counts within the bound, too. */
class SpoolBoundsTest {

    private static final String TIME = "2026-11-24T13:18:31.822626894+00:00 ";
    private static final int BYTES = 1000;

    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @TempDir
    Path folder;

    @AfterEach
    void endTheMonitor() {
        executor.shutdownNow();
    }

    private void append(String... entries) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String entry : entries) {
            text.append(TIME).append(entry).append('\n');
        }
        Files.writeString(log(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void appendLines(int from, int to) throws IOException {
        append(IntStream.range(from, to).mapToObj(i -> "stdout F " + (1000 + i)).toArray(String[]::new));
    }

    private Path log() {
        return folder.resolve("container.log");
    }

    private void beginAnew() {
        try {
            Path fresh = Files.createFile(folder.resolve("container.log.tmp"));
            Files.move(fresh, log(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> read(LogSpool spool) {
        List<String> seen = new ArrayList<>();
        new LogReader(
                        spool,
                        new LogQuery(false, true, true, null, null, -1),
                        (time, stderr, line) -> seen.add(new String(line, UTF_8)),
                        () -> false,
                        new LogSignal())
                .run();
        return seen;
    }

    private long bytesKept() throws IOException {
        long bytes = 0;
        for (String name : folder.toFile().list()) {
            bytes += name.endsWith(".0") ? 0 : Files.size(folder.resolve(name));
        }
        return bytes;
    }

    private static List<String> lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> (1000 + i) + "\n").toList();
    }

    @Test
    @DisplayName("B8: a file that grew far beyond its bound keeps its last lines only")
    void anOvergrownFileIsCut() throws IOException {
        LogSpool spool = new LogSpool(log(), 2, BYTES);
        appendLines(0, 500);
        spool.rotate(BYTES, this::beginAnew);
        appendLines(500, 503);
        spool.rotate(BYTES, this::beginAnew);

        List<String> seen = read(spool);
        assertThat(seen).isEqualTo(lines(503 - seen.size(), 503)).hasSizeGreaterThan(15);
        assertThat(bytesKept()).isLessThanOrEqualTo(2 * BYTES);
    }

    @Test
    @DisplayName("B8: what a monitor that has ended left is cut, and the log's path still names a file")
    void theEndIsCut() throws IOException {
        for (int files : new int[] {1, 2, 5}) {
            LogSpool spool = new LogSpool(log(), files, BYTES);
            appendLines(0, 500);
            spool.rotate(BYTES, () -> {});
            appendLines(500, 505);
            spool.end();

            assertThat(log()).exists();
            List<String> seen = read(spool);
            assertThat(seen).isEqualTo(lines(505 - seen.size(), 505)).hasSizeGreaterThan(files * 7);
            assertThat(bytesKept()).isLessThanOrEqualTo((long) files * BYTES);
            for (String name : folder.toFile().list()) {
                Files.delete(folder.resolve(name));
            }
        }
    }

    @Test
    @DisplayName("B8: within the number of files an overgrown file keeps what the bound of all allows")
    void theBoundIsThatOfAllFiles() throws IOException {
        LogSpool spool = new LogSpool(log(), 40, BYTES);
        appendLines(0, 500);
        spool.rotate(BYTES, this::beginAnew);
        spool.end();

        assertThat(read(spool)).isEqualTo(lines(0, 500));
    }

    @Test
    @DisplayName("B8: the first line kept is whole: what goes on with a line that was dropped is dropped with it")
    void theFirstLineIsWhole() throws IOException {
        LogSpool spool = new LogSpool(log(), 2, BYTES);
        appendLines(0, 20);
        append("stdout P begins-out", "stderr P begins-err");
        spool.rotate(BYTES, this::beginAnew);
        append("stdout P -goes-on", "stderr F -ends-err", "stdout F -ends-out", "stdout F whole");
        appendLines(20, 39);
        spool.rotate(BYTES, this::beginAnew);
        append("stdout F last");

        List<String> seen = read(spool);
        assertThat(seen.get(0)).isEqualTo("whole\n");
        assertThat(seen.subList(1, seen.size() - 1)).isEqualTo(lines(20, 39));
        assertThat(seen.get(seen.size() - 1)).isEqualTo("last\n");
    }

    @Test
    @DisplayName("B8: a file that the monitor left of itself is kept as one that was rotated")
    void whatTheMonitorLeftOfItselfIsKept() throws IOException {
        LogSpool spool = new LogSpool(log(), 4, BYTES);
        appendLines(0, 20);
        spool.rotate(BYTES, this::beginAnew);
        spool.rotate(BYTES, this::beginAnew);
        appendLines(20, 25);
        beginAnew();
        appendLines(25, 30);

        assertThat(read(spool)).isEqualTo(lines(0, 30));
        assertThat(read(new LogSpool(log(), 4, BYTES))).isEqualTo(lines(0, 30));
    }

    @Test
    @DisplayName("B8: who reads a file while it is cut reads all of it, and goes on with the next")
    void aReaderIsNotDisturbed() throws IOException {
        LogSpool spool = new LogSpool(log(), 2, BYTES);
        appendLines(0, 500);
        List<String> seen = new ArrayList<>();
        new LogReader(
                        spool,
                        new LogQuery(true, true, true, null, null, -1),
                        (time, stderr, line) -> {
                            if (seen.isEmpty()) {
                                spool.rotate(BYTES, this::beginAnew);
                                try {
                                    appendLines(500, 510);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                                spool.end();
                            }
                            return seen.add(new String(line, UTF_8));
                        },
                        () -> seen.size() < 510,
                        new LogSignal())
                .run();

        assertThat(seen).isEqualTo(lines(0, 510));
    }

    @Test
    @DisplayName("B8: no file is lost that the monitor begins while the engine looks at the one before")
    void aFileThatBeginsMeanwhile() throws Exception {
        int rotations = 300;
        LogSpool spool = new LogSpool(log(), 10 * rotations);
        Semaphore asked = new Semaphore(0);
        AtomicInteger begun = new AtomicInteger();
        append("stdout F 1000");
        Future<Integer> monitor = executor.submit(() -> {
            int line = 1;
            while (begun.get() < rotations) {
                appendLines(line, ++line);
                if (asked.tryAcquire()) {
                    beginAnew();
                    begun.incrementAndGet();
                }
            }
            return line;
        });

        while (!monitor.isDone()) {
            spool.rotate(0, asked::release);
        }

        assertThat(read(spool)).isEqualTo(lines(0, monitor.get()));
    }
}
