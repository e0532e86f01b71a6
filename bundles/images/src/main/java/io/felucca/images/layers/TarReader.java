package io.felucca.images.layers;

import io.felucca.FeluccaException;
import io.felucca.linux.Stat.Time;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads an archive's members one after the other. Memory is bounded: extended headers are refused beyond
 * {@link #HEADER_LIMIT_BYTES}. Not thread-safe.
 */
final class TarReader {

    /** Room for the largest set of attributes (64 KB each) and any name. */
    static final int HEADER_LIMIT_BYTES = 1 << 20;

    private static final int BUFFER_BYTES = 1 << 18;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private boolean started;
    private long remaining;
    private int padding;

    TarReader(InputStream in) {
        this.in = in;
    }

    /** The next member, empty at the archive's end. What was not read of the last one's data is skipped. */
    Optional<TarEntry> next() {
        PaxRecords pax = null;
        byte[] longName = null;
        byte[] longLink = null;
        while (true) {
            skipRest();
            TarBlock block = readHeader();
            if (block == null) {
                if (pax != null || longName != null || longLink != null) {
                    throw cut();
                }
                return Optional.empty();
            }
            setData(block.size());
            switch (block.type()) {
                case 'x', 'X' -> pax = PaxRecords.parse(readExtension());
                case 'L' -> longName = withoutNul(readExtension());
                case 'K' -> longLink = withoutNul(readExtension());
                // Comments of git, defaults that nobody writes, a volume's label: as dockerd, which skips them.
                case 'g', 'V', 'N' -> {}
                default -> {
                    return Optional.of(entry(block, pax == null ? new PaxRecords() : pax, longName, longLink));
                }
            }
        }
    }

    private TarEntry entry(TarBlock block, PaxRecords pax, byte[] longName, byte[] longLink) {
        byte[] path = longName == null ? block.name() : longName;
        path = pax.path == null ? path : pax.path;
        byte[] link = longLink == null ? block.linkTarget() : longLink;
        link = pax.linkTarget == null ? link : pax.linkTarget;
        char type = type(block.type(), path);
        boolean hasData = type == TarEntry.FILE;
        long stored = pax.size == null ? block.size() : pax.size;
        // A link's size is its target's in some archives, and no data follows.
        setData(type == TarEntry.FILE || block.type() == 'D' ? stored : 0);

        SparseMap sparse = hasData ? sparseMap(block, pax) : null;
        long size = !hasData ? 0 : sparse == null ? stored : sparseSize(block, pax, sparse);
        Time modified = pax.modified == null ? new Time(block.modified(), 0) : pax.modified;
        boolean device = type == TarEntry.CHARACTER_DEVICE || type == TarEntry.BLOCK_DEVICE;
        return new TarEntry(
                sparse != null && pax.sparseName != null ? pax.sparseName : path,
                type,
                (int) block.mode() & 07777,
                id(pax.uid == null ? block.uid() : pax.uid),
                id(pax.gid == null ? block.gid() : pax.gid),
                size,
                remaining,
                modified,
                pax.accessed == null ? modified : pax.accessed,
                link,
                device ? block.deviceMajor() << 32 | block.deviceMinor() & 0xffffffffL : 0,
                pax.xattrs,
                Optional.ofNullable(sparse));
    }

    private static char type(char letter, byte[] path) {
        return switch (letter) {
            // V7 had no letter for directories.
            case '0', '7' ->
                path.length > 0 && path[path.length - 1] == '/' && letter == '0' ? TarEntry.DIRECTORY : TarEntry.FILE;
            case '1', '2', '3', '4', '5', '6' -> letter;
            case 'S' -> TarEntry.FILE;
            case 'D' -> TarEntry.DIRECTORY;
            default ->
                throw FeluccaException.invalid("not a valid archive: " + TarEntry.show(path)
                        + " is of an unknown type (" + (int) letter + ")");
        };
    }

    private static int id(long id) {
        // The highest id means "unchanged" to chown(2).
        if (id < 0 || id >= 0xffffffffL) {
            throw FeluccaException.invalid("not a valid archive: no user or group can have the id " + id);
        }
        return (int) id;
    }

    private SparseMap sparseMap(TarBlock block, PaxRecords pax) {
        if (block.type() == 'S') {
            SparseMap map = new SparseMap();
            boolean more = block.addSparsePieces(map, false);
            while (more) {
                more = new TarBlock(readBlock()).addSparsePieces(map, true);
            }
            return map;
        } else if (pax.sparseMajor == 1 && pax.sparseMinor == 0) {
            return readMap();
        }
        return pax.sparseMap;
    }

    private long sparseSize(TarBlock block, PaxRecords pax, SparseMap sparse) {
        long size = block.type() == 'S' ? block.sparseSize() : pax.sparseRealSize == null ? -1 : pax.sparseRealSize;
        if (size < sparse.end() || sparse.dataBytes() != remaining) {
            throw FeluccaException.invalid("not a valid archive: the map of a sparse file does not fit its size");
        }
        return size;
    }

    /** Format 1.0: decimal lines before the data, padded to whole blocks. */
    private SparseMap readMap() {
        SparseMap map = new SparseMap();
        int[] at = {0};
        byte[][] block = {readDataBlock()};
        long count = mapNumber(block, at);
        for (long i = 0; i < count; i++) {
            map.add(mapNumber(block, at), mapNumber(block, at));
        }
        return map;
    }

    private long mapNumber(byte[][] block, int[] at) {
        long value = 0;
        for (int digits = 0; ; digits++) {
            if (at[0] == TarBlock.BYTES) {
                block[0] = readDataBlock();
                at[0] = 0;
            }
            byte b = block[0][at[0]++];
            if (b == '\n' && digits > 0) {
                return value;
            } else if (b < '0' || b > '9' || digits > 18) {
                throw FeluccaException.invalid("not a valid archive: the map of a sparse file is no list of numbers");
            }
            value = value * 10 + b - '0';
        }
    }

    private byte[] readDataBlock() {
        if (remaining < TarBlock.BYTES) {
            throw cut();
        }
        remaining -= TarBlock.BYTES;
        return readBlock();
    }

    private void setData(long bytes) {
        if (bytes < 0) {
            throw FeluccaException.invalid("not a valid archive: a member's size is negative");
        }
        remaining = bytes;
        padding = (int) (-bytes & TarBlock.BYTES - 1);
    }

    private byte[] readExtension() {
        if (remaining > HEADER_LIMIT_BYTES) {
            throw FeluccaException.invalid("an extended header of the archive has " + remaining + " bytes; at most "
                    + HEADER_LIMIT_BYTES + " are read");
        }
        byte[] extension = new byte[(int) remaining];
        int at = 0;
        while (at < extension.length) {
            ByteBuffer data = data();
            int count = Math.min(data.remaining(), extension.length - at);
            data.get(extension, at, count);
            consumed(count);
            at += count;
        }
        return extension;
    }

    private static byte[] withoutNul(byte[] text) {
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return Arrays.copyOf(text, end);
    }

    /** What is at hand of the current member's data, at least a byte unless all was consumed. */
    ByteBuffer data() {
        if (remaining == 0) {
            return ByteBuffer.allocate(0);
        }
        if (position == limit && !fill()) {
            throw cut();
        }
        return ByteBuffer.wrap(buffer, position, (int) Math.min(remaining, limit - position));
    }

    /** Tells how much of {@link #data} was used. */
    void consumed(int bytes) {
        position += bytes;
        remaining -= bytes;
    }

    private void skipRest() {
        long bytes = remaining + padding;
        remaining = 0;
        padding = 0;
        while (bytes > 0) {
            if (position == limit && !fill()) {
                throw cut();
            }
            int count = (int) Math.min(bytes, limit - position);
            position += count;
            bytes -= count;
        }
    }

    /** Null at the end: two blocks of zeros, one and nothing more, or nothing more after a member. */
    private TarBlock readHeader() {
        if (position == limit && !fill()) {
            if (!started) {
                throw FeluccaException.invalid("not a tar archive: it is empty");
            }
            return null;
        }
        TarBlock block = new TarBlock(readBlock());
        if (block.isZero()) {
            drain();
            return null;
        } else if (!block.checksumHolds()) {
            throw FeluccaException.invalid("archive/tar: invalid tar header");
        }
        started = true;
        return block;
    }

    private byte[] readBlock() {
        byte[] block = new byte[TarBlock.BYTES];
        int at = 0;
        while (at < block.length) {
            if (position == limit && !fill()) {
                throw cut();
            }
            int count = Math.min(block.length - at, limit - position);
            System.arraycopy(buffer, position, block, at, count);
            position += count;
            at += count;
        }
        return block;
    }

    private boolean fill() {
        try {
            int count = in.read(buffer, 0, buffer.length);
            position = 0;
            limit = Math.max(count, 0);
            return count > 0;
        } catch (IOException e) {
            throw new FeluccaException(FeluccaException.Kind.INVALID, "cannot read the archive: " + e.getMessage(), e);
        }
    }

    /** Reads what follows the archive's end, for whoever hashes the stream. */
    private void drain() {
        position = limit;
        while (fill()) {
            position = limit;
        }
    }

    /** In the words of Go's archive/tar, which dockerd shows; as those of a wrong header. */
    private static FeluccaException cut() {
        return FeluccaException.invalid("unexpected EOF");
    }
}
