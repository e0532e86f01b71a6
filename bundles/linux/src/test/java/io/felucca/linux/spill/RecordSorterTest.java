package io.felucca.linux.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordSorterTest {

    @TempDir
    Path folder;

    private static List<byte[]> records(int count, int longest) {
        Random random = new Random(7);
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] record = new byte[random.nextInt(longest)];
            random.nextBytes(record);
            records.add(record);
        }
        return records;
    }

    private static void assertSorted(SortedRecords sorted, List<byte[]> records) {
        for (byte[] expected : records.stream().sorted(Arrays::compareUnsigned).toList()) {
            assertThat(sorted.next()).isEqualTo(expected);
        }
        assertThat(sorted.hasNext()).isFalse();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    @DisplayName("More records than memory takes are sorted through a file that has no name, in several passes (T11)")
    void manyRecordsAreSortedInPasses() throws IOException {
        List<byte[]> records = records(20_000, 255);
        try (RecordSorter sorter = new RecordSorter(folder, 1 << 20, 64 << 10, 3);
                SortedRecords sorted = sorter.sort(records.iterator())) {
            assertThat(files()).isEmpty();
            assertSorted(sorted, records);
        }
    }

    @Test
    @DisplayName("Records longer than any buffer are sorted too")
    void longRecordsAreSorted() {
        List<byte[]> records = records(40, 200_000);
        try (RecordSorter sorter = new RecordSorter(folder, 1 << 20, 64 << 10, 3);
                SortedRecords sorted = sorter.sort(records.iterator())) {
            assertSorted(sorted, records);
        }
    }

    @Test
    @DisplayName("Small sets that together have more than memory takes share one file, each on its own (T11)")
    void manySmallSetsShareTheMemory() {
        List<byte[]> records = records(200, 255);
        try (RecordSorter sorter = new RecordSorter(folder, 100 << 10, 64 << 10, 3)) {
            List<SortedRecords> open = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                open.add(sorter.sort(records.iterator()));
            }
            for (int i = 9; i >= 0; i--) {
                assertSorted(open.get(i), records);
                open.get(i).close();
            }
            assertSorted(sorter.sort(records.iterator()), records);
        }
    }

    @Test
    @DisplayName("What is closed in another order than it was opened leaves the others whole")
    void theOrderOfClosingIsFree() {
        List<byte[]> records = records(2000, 255);
        try (RecordSorter sorter = new RecordSorter(folder, 0, 64 << 10, 3)) {
            SortedRecords first = sorter.sort(records.iterator());
            SortedRecords second = sorter.sort(records.iterator());
            first.close();
            SortedRecords third = sorter.sort(records.iterator());
            assertSorted(second, records);
            second.close();
            second.close();
            assertSorted(third, records);
        }
    }

    @Test
    @DisplayName("What fits into memory needs no file, also after others were closed")
    void smallSetsNeedNoFile() {
        try (RecordSorter sorter = new RecordSorter(folder.resolve("missing"), 64 << 10, 64 << 10, 3)) {
            for (int i = 0; i < 10; i++) {
                try (SortedRecords sorted = sorter.sort(records(200, 255).iterator())) {
                    assertSorted(sorted, records(200, 255));
                }
            }
            assertThatThrownBy(() -> sorter.sort(records(2000, 255).iterator()))
                    .isInstanceOf(FeluccaException.class)
                    .hasMessageStartingWith(
                            "cannot make a file in " + folder.resolve("missing") + " for what memory does not hold: ");
        }
    }

    @Test
    @DisplayName(
            "What memory does not hold goes to the JVM's temporary files, which lie in the engine's own folder (T11)")
    void temporaryFilesAreTheEngines() {
        String before = System.getProperty("java.io.tmpdir");
        Path missing = folder.resolve("missing");
        System.setProperty("java.io.tmpdir", missing.toString());
        try (RecordSorter sorter = new RecordSorter()) {
            assertThatThrownBy(() -> sorter.sort(records(40_000, 255).iterator()))
                    .isInstanceOf(FeluccaException.class)
                    .hasMessageStartingWith("cannot make a file in " + missing + " for what memory does not hold: ");
        } finally {
            System.setProperty("java.io.tmpdir", before);
        }
    }

    @Test
    void nothingIsSorted() {
        try (RecordSorter sorter = new RecordSorter();
                SortedRecords sorted = sorter.sort(List.<byte[]>of().iterator())) {
            assertThat(sorted.hasNext()).isFalse();
        }
    }
}
