package io.felucca.images.tar;

import io.felucca.FeluccaException;
import java.util.Arrays;

/** Fields of one 512-byte header: POSIX ustar, GNU and V7 (tar(5) of libarchive, "GNU tar archives"). */
final class TarBlock {

    static final int BYTES = 512;

    private static final int NAME_BYTES = 100;
    private static final int CHECKSUM = 148;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_BYTES = 155;

    private final byte[] block;

    /** Keeps the array. */
    TarBlock(byte[] block) {
        this.block = block;
    }

    boolean isZero() {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Some old archivers summed signed bytes. */
    boolean checksumHolds() {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BYTES; i++) {
            byte b = i >= CHECKSUM && i < CHECKSUM + 8 ? (byte) ' ' : block[i];
            unsigned += b & 0xff;
            signed += b;
        }
        for (int i = CHECKSUM; i < CHECKSUM + 8; i++) {
            byte b = block[i];
            if (b != ' ' && b != 0 && (b < '0' || b > '7')) {
                return false;
            }
        }
        long stored = number(CHECKSUM, 8);
        return stored == unsigned || stored == signed;
    }

    char type() {
        return block[156] == 0 ? TarEntry.FILE : (char) (block[156] & 0xff);
    }

    private boolean isUstar() {
        return text(MAGIC, 5).length == 5 && block[MAGIC] == 'u' && block[MAGIC + 4] == 'r' && block[MAGIC + 5] == 0;
    }

    /** ustar's prefix belongs to the name; GNU's headers have other things there. */
    byte[] name() {
        byte[] name = text(0, NAME_BYTES);
        if (isUstar() && block[PREFIX] != 0) {
            byte[] prefix = text(PREFIX, PREFIX_BYTES);
            byte[] path = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
            path[prefix.length] = '/';
            System.arraycopy(name, 0, path, prefix.length + 1, name.length);
            return path;
        }
        return name;
    }

    byte[] linkTarget() {
        return text(157, NAME_BYTES);
    }

    long mode() {
        return number(100, 8);
    }

    long uid() {
        return number(108, 8);
    }

    long gid() {
        return number(116, 8);
    }

    long size() {
        return number(124, 12);
    }

    long modified() {
        return number(136, 12);
    }

    long deviceMajor() {
        return number(329, 8);
    }

    long deviceMinor() {
        return number(337, 8);
    }

    /** The size of a GNU sparse file with its holes. */
    long sparseSize() {
        return number(483, 12);
    }

    /** Adds the pieces of an old GNU sparse header, or of an extension block; says whether another block follows. */
    boolean addSparsePieces(SparseMap map, boolean extension) {
        int at = extension ? 0 : 386;
        int count = extension ? 21 : 4;
        for (int i = 0; i < count && block[at] != 0; i++, at += 24) {
            map.add(number(at, 12), number(at + 12, 12));
        }
        return block[extension ? 504 : 482] != 0;
    }

    private byte[] text(int offset, int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(block, offset, end);
    }

    /** Octal digits between blanks, or GNU's big-endian binary with the top bit set. */
    long number(int offset, int length) {
        if ((block[offset] & 0x80) != 0) {
            return binary(offset, length);
        }
        int at = offset;
        int end = offset + length;
        while (at < end && block[at] == ' ') {
            at++;
        }
        long value = 0;
        for (; at < end && block[at] != 0 && block[at] != ' '; at++) {
            if (block[at] < '0' || block[at] > '7') {
                throw FeluccaException.invalid("not a valid archive: a header's number is not octal");
            }
            value = value << 3 | block[at] - '0';
        }
        return value;
    }

    private long binary(int offset, int length) {
        boolean negative = (block[offset] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int b = block[offset + i] & 0xff;
            if (i == 0) {
                b = negative ? b | 0x80 : b & 0x7f;
            }
            long shifted = value << 8 | b;
            if (shifted >> 8 != value) {
                throw FeluccaException.invalid("not a valid archive: a header's number is too large");
            }
            value = shifted;
        }
        return value;
    }
}
