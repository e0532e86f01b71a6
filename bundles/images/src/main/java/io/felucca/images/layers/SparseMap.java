package io.felucca.images.layers;

import io.felucca.FeluccaException;
import java.util.Arrays;

/** Pieces of data in a file with holes, ascending and apart. */
final class SparseMap {

    /** Two longs each: 4 MB at most. */
    private static final int LIMIT = 1 << 18;

    private long[] pieces = new long[16];
    private int count;

    void add(long offset, long length) {
        if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length || count > 0 && offset < end()) {
            throw FeluccaException.invalid("not a valid archive: the map of a sparse file is not in order");
        } else if (isFull()) {
            throw FeluccaException.invalid("a sparse file in the archive has more than " + LIMIT + " pieces");
        }
        if (2 * count == pieces.length) {
            pieces = Arrays.copyOf(pieces, 4 * count);
        }
        pieces[2 * count] = offset;
        pieces[2 * count + 1] = length;
        count++;
    }

    boolean isFull() {
        return count == LIMIT;
    }

    int count() {
        return count;
    }

    long offset(int piece) {
        return pieces[2 * piece];
    }

    long length(int piece) {
        return pieces[2 * piece + 1];
    }

    /** The first byte behind all data. */
    long end() {
        return count == 0 ? 0 : offset(count - 1) + length(count - 1);
    }

    long dataBytes() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += length(i);
        }
        return sum;
    }
}
