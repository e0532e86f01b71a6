package io.felucca.images.changes;

import io.felucca.images.layers.EntryPath;
import io.felucca.linux.spill.RecordSorter;
import io.felucca.linux.spill.SortedRecords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** Changes in the order of their paths' bytes, read once; more than memory takes lie in a file until it is closed. */
public final class SortedChanges implements Iterator<Change>, AutoCloseable {

    private static final Change.Kind[] KINDS = Change.Kind.values();

    private final RecordSorter sorter;
    private final SortedRecords records;

    private SortedChanges(RecordSorter sorter, SortedRecords records) {
        this.sorter = sorter;
        this.records = records;
    }

    /** @param walk tells all changes now, in any order */
    static SortedChanges of(Consumer<ChangeSink> walk) {
        RecordSorter sorter = new RecordSorter();
        try {
            RecordSorter.Sorting sorting = sorter.begin();
            walk.accept((kind, path, parent, stat) -> {
                byte[] bytes = ("/" + path.path()).getBytes(EntryPath.BYTES);
                // No path has a NUL, so that records sort as paths do.
                byte[] record = Arrays.copyOf(bytes, bytes.length + 2);
                record[bytes.length + 1] = (byte) kind.ordinal();
                sorting.add(record);
            });
            return new SortedChanges(sorter, sorting.sorted());
        } catch (RuntimeException | Error e) {
            sorter.close();
            throw e;
        }
    }

    @Override
    public boolean hasNext() {
        return records.hasNext();
    }

    @Override
    public Change next() {
        byte[] record = records.next();
        return new Change(KINDS[record[record.length - 1]], Arrays.copyOf(record, record.length - 2));
    }

    /** All of them in the heap, and closes it: for what is known to be small. */
    public List<Change> toList() {
        try (this) {
            List<Change> changes = new ArrayList<>();
            forEachRemaining(changes::add);
            return changes;
        }
    }

    @Override
    public void close() {
        records.close();
        sorter.close();
    }
}
