package io.felucca.containers.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.felucca.containers.Containers.LogQuery;
import io.felucca.containers.Containers.LogSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {

    private static final String TIME = "2026-11-24T13:18:31.822626894+00:00 ";

    @TempDir
    Path folder;

    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final LogSink sink = (time, stderr, line) -> seen.add((stderr ? "E:" : "O:") + new String(line, UTF_8));

    private Path log() {
        return folder.resolve("container.log");
    }

    private void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the monitor that begins a new file: it replaces the one before. */
    private void beginAnew() {
        try {
            Path fresh = Files.createFile(folder.resolve("container.log.tmp"));
            Files.move(fresh, log(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(LogSpool spool, LogQuery query) {
        new LogReader(spool, query, sink, () -> false, new LogSignal()).run();
    }

    private static LogQuery tail(int lines) {
        return new LogQuery(false, true, true, null, null, lines);
    }

    @Test
    void readsEntriesOfBothStreamsAndLinesThatGoOn() throws IOException {
        append(
                log(),
                TIME + "stdout F one\n" + TIME + "stderr F two\n" + TIME + "stdout P thr\n" + TIME + "stdout F ee\n");

        read(new LogSpool(log(), 3), tail(-1));

        assertThat(seen).containsExactly("O:one\n", "E:two\n", "O:thr", "O:ee\n");
    }

    @Test
    void emptyLinesAndSpacesAreKept() throws IOException {
        append(log(), TIME + "stdout F \n" + TIME + "stdout F  a  b \n");

        read(new LogSpool(log(), 3), tail(-1));

        assertThat(seen).containsExactly("O:\n", "O: a  b \n");
    }

    @Test
    void aLineThatIsStillBeingWrittenIsLeft() throws IOException {
        append(log(), TIME + "stdout F whole\n" + TIME + "stdout F ha");

        read(new LogSpool(log(), 3), tail(-1));

        assertThat(seen).containsExactly("O:whole\n");
    }

    @Test
    void T24_whatIsNoEntryIsSkipped() throws IOException {
        append(log(), "rubbish\n\n" + TIME + "stdout F good\n2026-99-99Txx stdout F bad\n");

        read(new LogSpool(log(), 3), tail(-1));

        assertThat(seen).containsExactly("O:good\n");
    }

    @Test
    void tailCountsLinesAndNotEntries() throws IOException {
        append(
                log(),
                TIME + "stdout F one\n" + TIME + "stdout P tw\n" + TIME + "stdout F o\n" + TIME + "stdout F three\n");

        read(new LogSpool(log(), 3), tail(2));

        assertThat(seen).containsExactly("O:tw", "O:o\n", "O:three\n");
    }

    @Test
    void tailCountsALastLineThatDoesNotEnd() throws IOException {
        append(log(), TIME + "stdout F one\n" + TIME + "stdout P tw\n" + TIME + "stdout P o\n");

        read(new LogSpool(log(), 3), tail(1));

        assertThat(seen).containsExactly("O:tw", "O:o");
    }

    @Test
    void tailOfZeroGivesNothing() throws IOException {
        append(log(), TIME + "stdout F one\n");

        read(new LogSpool(log(), 3), tail(0));

        assertThat(seen).isEmpty();
    }

    @Test
    void tailOfMoreThanThereIsGivesAll() throws IOException {
        append(log(), TIME + "stdout F one\n" + TIME + "stdout F two\n");

        read(new LogSpool(log(), 3), tail(10));

        assertThat(seen).containsExactly("O:one\n", "O:two\n");
    }

    @Test
    void tailGoesOnInRotatedFilesAndOverManyBlocks() throws IOException {
        StringBuilder old = new StringBuilder();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            (i < 5_000 ? old : text)
                    .append(TIME)
                    .append(i % 7 == 0 ? "stdout P a\n" + TIME : "")
                    .append("stdout F ")
                    .append(i)
                    .append('\n');
        }
        append(folder.resolve("container.log.1"), old.toString());
        append(log(), text.toString());

        for (int wanted : new int[] {1, 6, 7, 8, 4_999, 5_000, 5_001, 7_777, 10_000, 20_000}) {
            seen.clear();
            read(new LogSpool(log(), 3), tail(wanted));
            assertThat(seen.stream().filter(line -> line.endsWith("\n")))
                    .as("the last %s", wanted)
                    .hasSize(Math.min(wanted, 10_000))
                    .last()
                    .isEqualTo("O:9999\n");
        }
    }

    @Test
    void sinceAndUntilBoundByTime() throws IOException {
        append(
                log(),
                "2026-11-24T13:00:00.000000000+00:00 stdout F a\n2026-11-24T14:00:01.000000000+01:00 stdout F b\n"
                        + "2026-11-24T13:00:02.000000000+00:00 stdout F c\n");

        Instant second = Instant.parse("2026-11-24T13:00:01Z");
        read(new LogSpool(log(), 3), new LogQuery(false, true, true, second, second, -1));

        assertThat(seen).containsExactly("O:b\n");
    }

    @Test
    void oneStreamCanBeLeftOut() throws IOException {
        append(log(), TIME + "stdout F one\n" + TIME + "stderr F two\n");

        read(new LogSpool(log(), 3), new LogQuery(false, false, true, null, null, -1));

        assertThat(seen).containsExactly("E:two\n");
    }

    @Test
    void followingSeesEveryLineOnceOverManyRotations() throws Exception {
        int lines = 20_000;
        LogSpool spool = new LogSpool(log(), 100);
        AtomicBoolean running = new AtomicBoolean(true);
        Thread reader = new Thread(() -> new LogReader(
                        spool, new LogQuery(true, true, true, null, null, -1), sink, running::get, new LogSignal())
                .run());
        reader.start();
        for (int i = 0; i < lines; i++) {
            append(log(), TIME + "stdout F " + i + "\n");
            if (i % 500 == 499) {
                // As the monitor: it writes some lines more before it begins the new file.
                spool.rotate(1, () -> {});
            } else if (i >= 500 && i % 500 == 5) {
                beginAnew();
            }
        }
        running.set(false);
        reader.join(20_000);

        assertThat(reader.isAlive()).isFalse();
        assertThat(seen)
                .containsExactlyElementsOf(
                        IntStream.range(0, lines).mapToObj(i -> "O:" + i + "\n").toList());
    }

    @Test
    void followingBeforeTheFirstLineMissesNothingThatIsRotatedMeanwhile() {
        LogSpool spool = new LogSpool(log(), 5);
        AtomicBoolean begun = new AtomicBoolean();
        new LogReader(
                        spool,
                        new LogQuery(true, true, true, null, null, -1),
                        sink,
                        () -> {
                            if (begun.getAndSet(true)) {
                                return false;
                            }
                            append(log(), TIME + "stdout F one\n");
                            spool.rotate(1, this::beginAnew);
                            append(log(), TIME + "stdout F two\n");
                            return true;
                        },
                        new LogSignal())
                .run();

        assertThat(seen).containsExactly("O:one\n", "O:two\n");
    }

    @Test
    void followingGoesOnInTheFileThatTheMonitorItselfBegan() throws Exception {
        append(folder.resolve("container.log.1"), TIME + "stdout F old\n");
        append(log(), TIME + "stdout F one\n");
        AtomicBoolean running = new AtomicBoolean(true);
        Thread reader = new Thread(() -> new LogReader(
                        new LogSpool(log(), 3),
                        new LogQuery(true, true, true, null, null, -1),
                        sink,
                        running::get,
                        new LogSignal())
                .run());
        reader.start();
        await().until(() -> seen.size() == 2);
        append(folder.resolve("new"), TIME + "stdout F two\n");
        Files.move(folder.resolve("new"), log(), StandardCopyOption.ATOMIC_MOVE);
        await().until(() -> seen.size() == 3);
        running.set(false);
        reader.join(10_000);

        assertThat(seen).containsExactly("O:old\n", "O:one\n", "O:two\n");
    }

    @Test
    void followingEndsWhenItsClientHasLeft() throws Exception {
        append(log(), TIME + "stdout F one\n");
        AtomicBoolean there = new AtomicBoolean(true);
        LogSink leaving = new LogSink() {
            @Override
            public boolean accept(Instant time, boolean stderr, byte[] line) {
                return true;
            }

            @Override
            public boolean wantsMore() {
                return there.get();
            }
        };
        Thread reader = new Thread(() -> new LogReader(
                        new LogSpool(log(), 3),
                        new LogQuery(true, true, true, null, null, -1),
                        leaving,
                        () -> true,
                        new LogSignal())
                .run());
        reader.start();
        there.set(false);
        reader.join(10_000);

        assertThat(reader.isAlive()).isFalse();
    }

    @Test
    @DisplayName("What was read is passed on before the log is waited for, and so is an answer without a line")
    void linesArePassedOnBeforeMoreIsWaitedFor() {
        append(log(), TIME + "stdout F one\n");
        List<String> order = new ArrayList<>();
        LogSink collecting = new LogSink() {
            @Override
            public boolean accept(Instant time, boolean stderr, byte[] line) {
                return order.add("line");
            }

            @Override
            public boolean wantsMore() {
                return order.add("pass on") && order.size() < 4;
            }
        };
        LogSignal signal = new LogSignal() {
            @Override
            void await(long millis) {
                order.add("wait");
                append(log(), TIME + "stdout F two\n");
            }
        };

        new LogReader(
                        new LogSpool(log(), 3),
                        new LogQuery(true, true, true, null, null, -1),
                        collecting,
                        () -> true,
                        signal)
                .run();
        assertThat(order).containsExactly("line", "pass on", "wait", "line", "pass on");
    }

    @Test
    void B8_rotationKeepsNoMoreThanAskedFor() throws IOException {
        LogSpool spool = new LogSpool(log(), 3);
        for (int i = 0; i < 6; i++) {
            append(log(), TIME + "stdout F " + i + "\n");
            assertThat(spool.rotate(10, this::beginAnew)).isTrue();
        }
        append(log(), TIME + "stdout F last\n");
        assertThat(spool.rotate(1_000, this::beginAnew)).isFalse();

        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder("container.log", "container.log.0", "container.log.1", "container.log.2");
        assertThat(Files.isSameFile(log(), folder.resolve("container.log.0"))).isTrue();
        read(spool, tail(-1));
        assertThat(seen).containsExactly("O:4\n", "O:5\n", "O:last\n");
    }

    @Test
    void rotationWaitsUntilTheMonitorHasBegunTheNewFile() throws IOException {
        LogSpool spool = new LogSpool(log(), 3);
        append(log(), TIME + "stdout F one\n");

        assertThat(spool.rotate(10, () -> {})).isTrue();
        assertThat(spool.rotate(10, () -> {})).isFalse();
        assertThat(folder.resolve("container.log.1")).doesNotExist();
        beginAnew();
        append(log(), TIME + "stdout F two\n");
        assertThat(spool.rotate(10, () -> {})).isTrue();
        assertThat(folder.resolve("container.log.1")).exists();
    }
}
