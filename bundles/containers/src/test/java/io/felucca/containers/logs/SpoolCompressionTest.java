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
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue 14: rotated files of a log are compressed as dockerd's are, and read all the same. */
class SpoolCompressionTest {

    private static final String TIME = "2026-11-24T13:18:31.822626894+00:00 stdout ";
    private static final int BYTES = 2000;
    private static final int LINES = 40;

    @TempDir
    Path folder;

    private Path log() {
        return folder.resolve("container.log");
    }

    private void append(Stream<String> entries) {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(TIME).append(entry).append('\n'));
        try {
            Files.writeString(log(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void appendLines(int from, int to) {
        append(IntStream.range(from, to).mapToObj(i -> "F " + (1000 + i)));
    }

    private void beginAnew() {
        try {
            Path fresh = Files.createFile(folder.resolve("container.log.tmp"));
            Files.move(fresh, log(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LogSpool spool(int files) {
        return new LogSpool(log(), files, BYTES, true);
    }

    /** Fills and rotates so often that so many files have been left, each of them compressed. */
    private LogSpool rotated(int files, int times) {
        LogSpool spool = spool(files);
        for (int i = 0; i < times; i++) {
            appendLines(i * LINES, (i + 1) * LINES);
            spool.rotate(BYTES, this::beginAnew);
        }
        appendLines(times * LINES, times * LINES + 3);
        spool.rotate(BYTES, this::beginAnew);
        spool.compress();
        return spool;
    }

    private static List<String> read(LogSpool spool, int tail) {
        List<String> seen = new ArrayList<>();
        new LogReader(
                        spool,
                        new LogQuery(false, true, true, null, null, tail),
                        (time, stderr, line) -> seen.add(new String(line, UTF_8)),
                        () -> false,
                        new LogSignal())
                .run();
        return seen;
    }

    private static List<String> lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> (1000 + i) + "\n").toList();
    }

    private TreeSet<String> names() {
        TreeSet<String> names = new TreeSet<>(List.of(folder.toFile().list()));
        names.remove("container.log.0");
        return names;
    }

    @Test
    @DisplayName("what was rotated is compressed, smaller, and read as a whole and from its end")
    void rotatedFilesAreCompressed() throws IOException {
        LogSpool spool = rotated(4, 3);

        assertThat(names())
                .containsExactly("container.log", "container.log.1.gz", "container.log.2.gz", "container.log.3.gz");
        assertThat(Files.size(folder.resolve("container.log.1.gz"))).isLessThan(BYTES / 4);
        assertThat(read(spool, -1)).isEqualTo(lines(0, 3 * LINES + 3));
        assertThat(read(spool, 2)).isEqualTo(lines(3 * LINES + 1, 3 * LINES + 3));
        assertThat(read(spool, LINES + 5)).isEqualTo(lines(2 * LINES - 2, 3 * LINES + 3));
        assertThat(read(spool(4), -1)).as("after a restart").isEqualTo(lines(0, 3 * LINES + 3));
        assertThat(names()).as("what reading needed is gone").hasSize(4);
    }

    @Test
    @DisplayName("the oldest goes when there are as many files as are to be kept")
    void theOldestGoes() {
        LogSpool spool = rotated(3, 5);

        assertThat(names()).containsExactly("container.log", "container.log.1.gz", "container.log.2.gz");
        assertThat(read(spool, -1)).isEqualTo(lines(3 * LINES, 5 * LINES + 3));
    }

    @Test
    @DisplayName("a crash that left a file in both forms shows its lines once, and the next rotation takes one away")
    void bothFormsAreOneFile() throws IOException {
        rotated(4, 2);
        Path packed = folder.resolve("container.log.1.gz");
        byte[] bytes = Files.readAllBytes(packed);
        Files.delete(packed);
        Path plain = folder.resolve("container.log.1");
        Files.writeString(
                plain,
                IntStream.range(LINES, 2 * LINES)
                        .mapToObj(i -> TIME + "F " + (1000 + i) + "\n")
                        .reduce("", String::concat));
        Files.write(packed, bytes);

        LogSpool spool = spool(4);
        assertThat(read(spool, -1)).isEqualTo(lines(0, 2 * LINES + 3));
        appendLines(2 * LINES + 3, 4 * LINES);
        spool.rotate(BYTES, this::beginAnew);
        appendLines(4 * LINES, 4 * LINES + 1);
        spool.rotate(BYTES, this::beginAnew);
        spool.compress();
        assertThat(names())
                .containsExactly("container.log", "container.log.1.gz", "container.log.2.gz", "container.log.3.gz");
        assertThat(read(spool, -1)).isEqualTo(lines(0, 4 * LINES + 1));
    }

    @Test
    @DisplayName("who reads a file while it is compressed reads all of it, and goes on with the next")
    void aReaderIsNotDisturbed() {
        LogSpool spool = rotated(5, 1);
        List<String> seen = new ArrayList<>();
        new LogReader(
                        spool,
                        new LogQuery(true, true, true, null, null, -1),
                        (time, stderr, line) -> {
                            if (seen.isEmpty()) {
                                appendLines(LINES + 3, 2 * LINES);
                                spool.rotate(BYTES, this::beginAnew);
                                appendLines(2 * LINES, 2 * LINES + 2);
                                spool.rotate(BYTES, this::beginAnew);
                                spool.compress();
                            }
                            return seen.add(new String(line, UTF_8)) && seen.size() < 2 * LINES + 2;
                        },
                        () -> true,
                        new LogSignal())
                .run();
        assertThat(seen).isEqualTo(lines(0, 2 * LINES + 2));
    }

    @Test
    @DisplayName("the first line kept is whole, also in a compressed file")
    void theFirstLineIsWhole() {
        LogSpool spool = spool(3);
        appendLines(0, LINES);
        append(Stream.of("P begins"));
        spool.rotate(BYTES, this::beginAnew);
        append(Stream.of("P -goes-on", "F -ends", "F whole"));
        appendLines(LINES, 2 * LINES);
        spool.rotate(BYTES, this::beginAnew);
        spool.compress();
        appendLines(2 * LINES, 3 * LINES);
        spool.rotate(BYTES, this::beginAnew);
        spool.compress();
        append(Stream.of("F last"));

        List<String> seen = read(spool, -1);
        assertThat(seen.get(0)).isEqualTo("whole\n");
        assertThat(seen.subList(1, seen.size() - 1)).isEqualTo(lines(LINES, 3 * LINES));
    }

    @Test
    @DisplayName("rotated files of a log that is not to be compressed stay plain")
    void plainFilesStayPlain() {
        LogSpool spool = new LogSpool(log(), 3, BYTES);
        appendLines(0, LINES);
        spool.rotate(BYTES, this::beginAnew);
        appendLines(LINES, LINES + 1);
        spool.rotate(BYTES, this::beginAnew);
        spool.compress();

        assertThat(names()).containsExactly("container.log", "container.log.1");
        assertThat(read(spool, -1)).isEqualTo(lines(0, LINES + 1));
    }
}
