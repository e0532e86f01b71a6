package io.felucca.linux.spill;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * Sorts byte records by their unsigned bytes, in bounded memory: a container can make more names than the heap holds, in
 * one directory or at each of many levels. All that one sorter gave and that is not closed yet shares its memory and one
 * file. Errors: SYSTEM when that file cannot be made, written or read. Not thread-safe.
 */
public final class RecordSorter implements AutoCloseable {

    private static final Comparator<byte[]> ORDER = Arrays::compareUnsigned;
    private static final long KEPT_BYTES = 8 << 20;
    private static final long RUN_BYTES = 2 << 20;
    /** An array's header and a place in a list. */
    private static final int RECORD_BYTES = 32;

    private static final int MERGED_RUNS = 64;

    private final Path folder;
    private final long runBytes;
    private final int mergedRuns;
    private long freeBytes;
    private SpillFile file;

    public RecordSorter() {
        this(SpillFile.folder(), KEPT_BYTES, RUN_BYTES, MERGED_RUNS);
    }

    /**
     * @param keptBytes what all that is open at a time may have in memory
     * @param runBytes what is sorted at once
     * @param mergedRuns how many sorted runs become one at once
     */
    RecordSorter(Path folder, long keptBytes, long runBytes, int mergedRuns) {
        this.folder = folder;
        this.freeBytes = keptBytes;
        this.runBytes = runBytes;
        this.mergedRuns = mergedRuns;
    }

    /** Collects records to be sorted. */
    public final class Sorting {
        private final List<SpillFile.Run> runs = new ArrayList<>();
        private final long begin = file == null ? 0 : file.sizeBytes();
        private List<byte[]> run = new ArrayList<>();
        private long bytes;

        private Sorting() {}

        /** The record is the sorter's from now on. */
        public void add(byte[] record) {
            run.add(record);
            bytes += RECORD_BYTES + record.length;
            if (bytes > runBytes) {
                spill();
            }
        }

        private void spill() {
            run.sort(ORDER);
            runs.add(file().write(run.iterator()));
            run = new ArrayList<>();
            bytes = 0;
        }

        /** Ends the collection and gives the records in order, until that is closed. */
        public SortedRecords sorted() {
            if (runs.isEmpty() && bytes <= freeBytes) {
                run.sort(ORDER);
                long kept = bytes;
                freeBytes -= kept;
                return new SortedRecords(run.iterator(), () -> freeBytes += kept);
            }
            spill();
            SpillFile.Run whole = merged(runs);
            SpillFile spilled = file();
            return new SortedRecords(spilled.read(whole), () -> {
                if (spilled.sizeBytes() == whole.end()) {
                    spilled.cut(begin);
                }
            });
        }
    }

    /** Begins a collection, the only one until {@link Sorting#sorted} ends it. */
    public Sorting begin() {
        return new Sorting();
    }

    /** Collects all records now. */
    public SortedRecords sort(Iterator<byte[]> records) {
        Sorting sorting = begin();
        records.forEachRemaining(sorting::add);
        return sorting.sorted();
    }

    private SpillFile file() {
        if (file == null) {
            file = SpillFile.open(folder);
        }
        return file;
    }

    private SpillFile.Run merged(List<SpillFile.Run> all) {
        List<SpillFile.Run> runs = all;
        while (runs.size() > 1) {
            List<SpillFile.Run> fewer = new ArrayList<>();
            for (int first = 0; first < runs.size(); first += mergedRuns) {
                List<SpillFile.Run> some = runs.subList(first, Math.min(runs.size(), first + mergedRuns));
                fewer.add(some.size() == 1 ? some.get(0) : file().write(new Merge(some)));
            }
            runs = fewer;
        }
        return runs.get(0);
    }

    /** Closes the file; what was sorted is not read any more. */
    @Override
    public void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    /** Several sorted runs as one. */
    private final class Merge implements Iterator<byte[]> {

        private record Head(byte[] record, Iterator<byte[]> rest) {}

        private final PriorityQueue<Head> heads = new PriorityQueue<>(Comparator.comparing(Head::record, ORDER));

        Merge(List<SpillFile.Run> runs) {
            runs.forEach(run -> add(file().read(run)));
        }

        private void add(Iterator<byte[]> rest) {
            if (rest.hasNext()) {
                heads.add(new Head(rest.next(), rest));
            }
        }

        @Override
        public boolean hasNext() {
            return !heads.isEmpty();
        }

        @Override
        public byte[] next() {
            Head first = heads.poll();
            if (first == null) {
                throw new NoSuchElementException();
            }
            add(first.rest());
            return first.record();
        }
    }
}
