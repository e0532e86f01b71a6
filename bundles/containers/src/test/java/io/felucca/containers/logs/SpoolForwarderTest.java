package io.felucca.containers.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.log.spi.LogDriver.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolForwarderTest {

    @TempDir
    Path folder;

    private final List<String> taken = new ArrayList<>();
    private LogSpool spool;
    private int failAt = Integer.MAX_VALUE;

    private SpoolForwarder forwarding() {
        return new SpoolForwarder(spool, folder.resolve("forwarded"), this::take);
    }

    private void take(List<Entry> entries) {
        if (taken.size() >= failAt) {
            throw FeluccaException.unavailable("away");
        }
        entries.forEach(entry -> taken.add(
                (entry.stderr() ? "E" : "O") + (entry.partial() ? "P" : "F") + new String(entry.text(), UTF_8)));
    }

    private void open() {
        spool = new LogSpool(folder.resolve("container.log"), 4);
    }

    private void write(int from, int to) throws IOException {
        StringBuilder text = new StringBuilder();
        IntStream.range(from, to)
                .forEach(i -> text.append("2026-11-24T13:18:31.822626894+00:00 stdout F ")
                        .append(i)
                        .append('\n'));
        Files.writeString(folder.resolve("container.log"), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** As the monitor that begins a new file: it replaces the one before. */
    private void beginAnew() {
        try {
            Path fresh = Files.createFile(folder.resolve("container.log.tmp"));
            Files.move(fresh, folder.resolve("container.log"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(int to) {
        return IntStream.range(0, to).mapToObj(i -> "OF" + i).toList();
    }

    @Test
    @DisplayName("B1: a driver that goes away and an engine that is killed lose and repeat nothing, over rotations too")
    void B1_nothingLostNorRepeated() throws IOException {
        open();
        forwarding().forward();
        write(0, 600);
        failAt = 256;
        assertThatThrownBy(() -> forwarding().forward()).hasMessage("away");
        assertThat(taken).hasSize(256);
        spool.rotate(1, this::beginAnew);
        write(600, 700);
        spool.rotate(1, this::beginAnew);
        write(700, 800);

        // The next engine: it knows no rotation.
        open();
        failAt = Integer.MAX_VALUE;
        forwarding().forward();
        forwarding().forward();
        assertThat(taken).isEqualTo(lines(800));
        write(800, 801);
        forwarding().forward();
        assertThat(taken).isEqualTo(lines(801));
    }

    @Test
    void streamsPartsAndHalfWrittenLines() throws IOException {
        open();
        String time = "2026-11-24T13:18:31.822626894+00:00 ";
        Files.writeString(
                folder.resolve("container.log"), time + "stderr P a\n" + time + "stderr F b\n" + time + "stdout F ha");
        forwarding().forward();
        assertThat(taken).containsExactly("EPa", "EFb");
        Files.writeString(folder.resolve("container.log"), "lf\n", StandardOpenOption.APPEND);
        forwarding().forward();

        assertThat(taken).containsExactly("EPa", "EFb", "OFhalf");
    }
}
