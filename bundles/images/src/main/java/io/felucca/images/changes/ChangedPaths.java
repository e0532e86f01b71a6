package io.felucca.images.changes;

import io.felucca.linux.spill.RecordSorter;
import io.felucca.linux.spill.SortedRecords;
import java.util.Arrays;

/**
 * Tells whether a path was changed, to a walk that visits each directory's names in the order of their bytes, and a
 * directory before what is in it. In bounded memory, for a container can change more paths than the heap holds. For one
 * walk and one thread.
 */
public final class ChangedPaths implements AutoCloseable {

    private final RecordSorter sorter = new RecordSorter();
    private final SortedRecords records;
    private byte[] head;

    /** Reads all of the changes now, and leaves them open. */
    public ChangedPaths(SortedChanges changes) {
        try {
            RecordSorter.Sorting sorting = sorter.begin();
            changes.forEachRemaining(
                    change -> sorting.add(inOrderOfWalk(Arrays.copyOfRange(change.path(), 1, change.path().length))));
            records = sorting.sorted();
            advance();
        } catch (RuntimeException | Error e) {
            sorter.close();
            throw e;
        }
    }

    /** Lets names that begin alike sort as names do, whole: no byte of a name is below that between two of them. */
    private static byte[] inOrderOfWalk(byte[] path) {
        byte[] ordered = path.clone();
        for (int i = 0; i < ordered.length; i++) {
            ordered[i] = ordered[i] == '/' ? 0 : ordered[i];
        }
        return ordered;
    }

    private void advance() {
        head = records.hasNext() ? records.next() : null;
    }

    /** @param path without a leading slash, not before one that was asked for earlier */
    public boolean contains(byte[] path) {
        byte[] asked = inOrderOfWalk(path);
        while (head != null && Arrays.compareUnsigned(head, asked) < 0) {
            advance();
        }
        return Arrays.equals(head, asked);
    }

    @Override
    public void close() {
        records.close();
        sorter.close();
    }
}
