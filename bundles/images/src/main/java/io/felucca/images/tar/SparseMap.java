package io.felucca.images.tar;

import io.felucca.FeluccaException;
import java.util.Arrays;
import java.util.function.Supplier;

/** Pieces of data in a file with holes, ascending and apart. Not thread-safe. */
public final class SparseMap {

    /** Two longs each: 4 MB at most. */
    private static final int LIMIT = 1 << 18;

    private long[] pieces = new long[16];
    private int count;

    /** GNU's sparse format 1.0: decimal lines before the data, padded to whole blocks. */
    static SparseMap read(Supplier<byte[]> blocks) {
        Lines lines = new Lines(blocks);
        SparseMap map = new SparseMap();
        long count = lines.next();
        for (long i = 0; i < count; i++) {
            map.add(lines.next(), lines.next());
        }
        return map;
    }

    private static final class Lines {

        private final Supplier<byte[]> blocks;
        private byte[] block = {};
        private int at;

        Lines(Supplier<byte[]> blocks) {
            this.blocks = blocks;
        }

        long next() {
            long value = 0;
            for (int digits = 0; ; digits++) {
                if (at == block.length) {
                    block = blocks.get();
                    at = 0;
                }
                byte b = block[at++];
                if (b == '\n' && digits > 0) {
                    return value;
                } else if (b < '0' || b > '9' || digits > 18) {
                    throw FeluccaException.invalid(
                            "not a valid archive: the map of a sparse file is no list of numbers");
                }
                value = value * 10 + b - '0';
            }
        }
    }

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

    public boolean isFull() {
        return count == LIMIT;
    }

    public int count() {
        return count;
    }

    public long offset(int piece) {
        return pieces[2 * piece];
    }

    public long length(int piece) {
        return pieces[2 * piece + 1];
    }

    /** The first byte behind all data. */
    public long end() {
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
