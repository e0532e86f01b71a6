package io.felucca.images.tar;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Stat.Time;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads an archive's members one after the other: ustar, pax, GNU's and V7. Memory is bounded: extended headers are
 * refused beyond {@link #HEADER_LIMIT_BYTES}. What is wrong with the archive is INVALID. Not thread-safe.
 */
public final class TarReader {

    /** Room for the largest set of attributes (64 KB each) and any name. */
    static final int HEADER_LIMIT_BYTES = 1 << 20;

    private static final int HOLE_BYTES = 1 << 16;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TarInput in;
    private long remaining;
    private int padding;

    /** @param in uncompressed, read to its end, not closed */
    public TarReader(InputStream in) {
        this.in = new TarInput(in);
    }

    /** The next member, empty at the archive's end. What was not read of the last one's data is skipped. */
    public Optional<TarEntry> next() {
        PaxRecords pax = null;
        byte[] longName = null;
        byte[] longLink = null;
        while (true) {
            skipRest();
            TarBlock block = readHeader();
            if (block == null) {
                if (pax != null || longName != null || longLink != null) {
                    throw TarInput.cut();
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
                more = new TarBlock(in.readBlock()).addSparsePieces(map, true);
            }
            return map;
        } else if (pax.sparseMajor == 1 && pax.sparseMinor == 0) {
            return SparseMap.read(this::readDataBlock);
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

    private byte[] readDataBlock() {
        if (remaining < TarBlock.BYTES) {
            throw TarInput.cut();
        }
        remaining -= TarBlock.BYTES;
        return in.readBlock();
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
        byte[] extension = in.read((int) remaining);
        remaining = 0;
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
    public ByteBuffer data() {
        return remaining == 0 ? NOTHING : in.atHand(remaining);
    }

    /** Tells how much of {@link #data} was used. */
    public void consumed(int bytes) {
        in.consumed(bytes);
        remaining -= bytes;
    }

    /** Writes the current member's file, its holes as zeros. @throws IOException of {@code out} */
    public void copyTo(OutputStream out, TarEntry entry) throws IOException {
        if (entry.sparse().isEmpty()) {
            copy(out, remaining);
            return;
        }
        SparseMap map = entry.sparse().get();
        long at = 0;
        for (int i = 0; i < map.count(); i++) {
            fill(out, map.offset(i) - at);
            copy(out, map.length(i));
            at = map.offset(i) + map.length(i);
        }
        fill(out, entry.sizeBytes() - at);
    }

    private void copy(OutputStream out, long bytes) throws IOException {
        for (long left = bytes; left > 0; ) {
            ByteBuffer piece = data();
            int count = (int) Math.min(left, piece.remaining());
            out.write(piece.array(), piece.position(), count);
            consumed(count);
            left -= count;
        }
    }

    private static void fill(OutputStream out, long bytes) throws IOException {
        byte[] zeros = new byte[(int) Math.min(bytes, HOLE_BYTES)];
        for (long left = bytes; left > 0; left -= Math.min(left, HOLE_BYTES)) {
            out.write(zeros, 0, (int) Math.min(left, HOLE_BYTES));
        }
    }

    private void skipRest() {
        in.skip(remaining + padding);
        remaining = 0;
        padding = 0;
    }

    /** Null at the end: two blocks of zeros, one and nothing more, or nothing more at all, as for dockerd. */
    private TarBlock readHeader() {
        if (in.isAtEnd()) {
            return null;
        }
        TarBlock block = new TarBlock(in.readBlock());
        if (block.isZero()) {
            if (!in.isAtEnd() && !new TarBlock(in.readBlock()).isZero()) {
                throw TarInput.invalidHeader();
            }
            in.drain();
            return null;
        } else if (!block.checksumHolds()) {
            throw TarInput.invalidHeader();
        }
        return block;
    }
}
