package io.felucca.linux.spill;

import io.felucca.linux.files.Stat;
import java.nio.ByteBuffer;

/** Counts files with several hard links once each, in bounded memory. One use, one thread. */
public final class LinkedFiles implements AutoCloseable {

    private final RecordSorter sorter = new RecordSorter();
    private final RecordSorter.Sorting sorting = sorter.begin();

    /** @param sizeBytes of regular files */
    public record Sum(long sizeBytes, long inodes) {}

    /** Adds one of a file's links; its others may follow or not. */
    public void add(Stat stat) {
        sorting.add(ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(stat.device())
                .putLong(stat.inode())
                .putLong(stat.isRegular() ? stat.sizeBytes() : 0)
                .array());
    }

    /** Ends the counting. */
    public Sum sum() {
        long sizeBytes = 0;
        long inodes = 0;
        long device = 0;
        long inode = 0;
        try (SortedRecords sorted = sorting.sorted()) {
            while (sorted.hasNext()) {
                ByteBuffer record = ByteBuffer.wrap(sorted.next());
                long nextDevice = record.getLong();
                long nextInode = record.getLong();
                if (inodes == 0 || nextDevice != device || nextInode != inode) {
                    inodes++;
                    sizeBytes += record.getLong();
                }
                device = nextDevice;
                inode = nextInode;
            }
        }
        return new Sum(sizeBytes, inodes);
    }

    @Override
    public void close() {
        sorter.close();
    }
}
