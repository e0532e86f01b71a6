package io.felucca.images.changes;

import io.felucca.images.layers.EntryPath;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.FileType;
import io.felucca.linux.spill.RecordSorter;
import io.felucca.linux.spill.SortedRecords;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** A directory's entries in the order of their names' bytes, one by one. Their inodes are not known. */
final class SortedEntries implements AutoCloseable {

    private static final FileType[] TYPES = FileType.values();

    private final Iterator<DirectoryEntry> rest;
    private final Runnable end;
    private DirectoryEntry head;

    private SortedEntries(Iterator<DirectoryEntry> sorted, Runnable end) {
        this.rest = sorted;
        this.end = end;
        advance();
    }

    /** Reads the whole directory now. */
    static SortedEntries of(Directory directory, RecordSorter sorter) {
        RecordSorter.Sorting sorting = sorter.begin();
        for (DirectoryEntry entry : directory.entries()) {
            byte[] name = entry.name();
            // No name has a NUL, so that records sort as their names do.
            byte[] record = Arrays.copyOf(name, name.length + 2);
            record[name.length + 1] = (byte) entry.type().ordinal();
            sorting.add(record);
        }
        SortedRecords records = sorting.sorted();
        return new SortedEntries(
                new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return records.hasNext();
                    }

                    @Override
                    public DirectoryEntry next() {
                        byte[] record = records.next();
                        return new DirectoryEntry(
                                Arrays.copyOf(record, record.length - 2), TYPES[record[record.length - 1]], 0);
                    }
                },
                records::close);
    }

    static SortedEntries none() {
        return new SortedEntries(Collections.emptyIterator(), () -> {});
    }

    /** @param sorted names, bytes one to a char; what they are is not known */
    static SortedEntries named(List<String> sorted) {
        return new SortedEntries(
                sorted.stream()
                        .map(name -> new DirectoryEntry(name.getBytes(EntryPath.BYTES), FileType.UNKNOWN, 0))
                        .iterator(),
                () -> {});
    }

    private void advance() {
        head = rest.hasNext() ? rest.next() : null;
    }

    boolean isDone() {
        return head == null;
    }

    /** The entry that {@link #next} gives; only while it is not done. */
    DirectoryEntry head() {
        return head;
    }

    DirectoryEntry next() {
        DirectoryEntry entry = head;
        advance();
        return entry;
    }

    /** By the names next to come; what is done comes last. */
    int compareHead(SortedEntries other) {
        if (isDone() || other.isDone()) {
            return Boolean.compare(isDone(), other.isDone());
        }
        return Arrays.compareUnsigned(head.name(), other.head.name());
    }

    @Override
    public void close() {
        end.run();
    }
}
