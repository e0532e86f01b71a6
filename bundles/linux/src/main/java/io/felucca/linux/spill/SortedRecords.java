package io.felucca.linux.spill;

import java.util.Iterator;

/** Records in the order of their unsigned bytes, read once. */
public final class SortedRecords implements Iterator<byte[]>, AutoCloseable {

    private final Iterator<byte[]> records;
    private final Runnable end;
    private boolean closed;

    SortedRecords(Iterator<byte[]> records, Runnable end) {
        this.records = records;
        this.end = end;
    }

    @Override
    public boolean hasNext() {
        return records.hasNext();
    }

    @Override
    public byte[] next() {
        return records.next();
    }

    /** Gives their memory back to the sorter. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            end.run();
        }
    }
}
