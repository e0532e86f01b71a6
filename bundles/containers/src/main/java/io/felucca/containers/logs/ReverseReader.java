package io.felucca.containers.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Looks for the last lines of a spool's file from its end, a block at a time. */
final class ReverseReader {

    private static final int BLOCK_BYTES = 64 * 1024;
    /** A time, a stream and the flag have 45 bytes at most. */
    private static final int HEADER_BYTES = 64;

    private final FileChannel channel;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES + HEADER_BYTES);
    private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    private final int wanted;
    private boolean endsLog;
    private long blockStart;
    private long start;
    private int found;
    /** Just behind the newline that was met last; -1 before the first. */
    private long boundary = -1;

    /**
     * @param wanted 0 for the place behind the last whole line
     * @param endsLog whether nothing follows the file, so that a line that does not end is one, too
     */
    ReverseReader(FileChannel channel, int wanted, boolean endsLog) throws IOException {
        this.channel = channel;
        this.wanted = wanted;
        this.endsLog = endsLog;
        scan(channel.size());
    }

    /** Where the first of the lines that were found begins. */
    long start() {
        return start;
    }

    int found() {
        return found;
    }

    private void scan(long size) throws IOException {
        for (long end = size; end > 0; end = blockStart) {
            blockStart = Math.max(0, end - BLOCK_BYTES);
            int length = (int) (end - blockStart);
            // Some bytes more than the block: the header of an entry that begins at its end.
            read(block, blockStart, (int) Math.min(size - blockStart, length + (long) HEADER_BYTES));
            for (int i = length - 1; i >= 0; i--) {
                if (block.get(i) == '\n' && met(blockStart + i + 1)) {
                    return;
                }
            }
        }
        if (boundary >= 0) {
            ended(0);
        }
        start = 0;
    }

    /** A newline lies before that place. @return whether enough was found */
    private boolean met(long after) throws IOException {
        if (boundary < 0 && wanted == 0) {
            start = after;
            return true;
        }
        if (boundary >= 0) {
            ended(after);
        }
        boundary = after;
        // Enough lines end behind this place; it begins the first of them when the entry before it ends a line itself.
        return found == wanted && isStart(after);
    }

    /** The entry that begins there ends at the boundary; it ends a line unless it is partial. */
    private void ended(long entry) throws IOException {
        if (endsLog || !isPartial(entry)) {
            found++;
        }
        endsLog = false;
    }

    private boolean isStart(long place) throws IOException {
        long entry = entryBefore(place);
        if (entry >= 0 && isPartial(entry)) {
            return false;
        }
        start = place;
        return true;
    }

    /** Where the entry begins whose newline lies just before that place. */
    private long entryBefore(long place) throws IOException {
        long at = place - 2;
        ByteBuffer piece = ByteBuffer.allocate(BLOCK_BYTES);
        while (at >= 0) {
            long from = Math.max(0, at + 1 - BLOCK_BYTES);
            read(piece, from, (int) (at + 1 - from));
            for (int i = (int) (at - from); i >= 0; i--) {
                if (piece.get(i) == '\n') {
                    return from + i + 1;
                }
            }
            at = from - 1;
        }
        return 0;
    }

    private boolean isPartial(long entry) throws IOException {
        read(header, entry, HEADER_BYTES);
        int spaces = 0;
        for (int i = 0; i + 1 < header.limit(); i++) {
            if (header.get(i) == ' ' && ++spaces == 2) {
                return header.get(i + 1) == 'P';
            }
        }
        return false;
    }

    private void read(ByteBuffer into, long at, int length) throws IOException {
        if (into == header && at >= blockStart && at + HEADER_BYTES <= blockStart + block.limit()) {
            header.clear();
            header.put(0, block, (int) (at - blockStart), HEADER_BYTES);
            return;
        }
        into.clear().limit(Math.min(length, into.capacity()));
        while (into.hasRemaining() && channel.read(into, at + into.position()) > 0) {}
        into.flip();
    }
}
