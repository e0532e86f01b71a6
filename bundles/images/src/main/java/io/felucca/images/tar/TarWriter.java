package io.felucca.images.tar;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Fd;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Stat.Time;
import io.felucca.linux.files.Xattr;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Writes members as POSIX ustar, with a pax extended header for what that cannot hold: long names, nanoseconds,
 * attributes, large numbers, holes (GNU's sparse format 1.0). Names and attributes are written as the bytes they are.
 * The same members give the same bytes. Not thread-safe.
 */
public final class TarWriter {

    private static final int BUFFER_BYTES = 1 << 18;
    private static final int NAME_BYTES = 100;
    private static final long OCTAL_7 = 07777777L;
    private static final long OCTAL_11 = 077777777777L;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int used;

    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /** Writes a member without data. */
    public void write(TarEntry entry) {
        header(entry, entry.storedBytes(), entry.path());
    }

    /** Writes a file, whose size is what the entry says even if it changes meanwhile. */
    public void write(TarEntry entry, OpenFile file) {
        if (entry.sparse().isPresent()) {
            writeSparse(entry, file, entry.sparse().get());
        } else {
            write(entry);
            copy(file, 0, entry.sizeBytes());
            pad(entry.sizeBytes());
        }
    }

    /**
     * Writes a member with the data of a stream, as much as the entry says.
     *
     * @throws IOException when the stream fails or ends before
     */
    public void write(TarEntry entry, InputStream content) throws IOException {
        write(entry);
        long left = entry.storedBytes();
        while (left > 0) {
            if (used == buffer.length) {
                flush();
            }
            int count = content.read(buffer, used, (int) Math.min(left, buffer.length - used));
            if (count < 0) {
                throw new EOFException(left + " bytes are missing");
            }
            used += count;
            left -= count;
        }
        pad(entry.storedBytes());
    }

    private void writeSparse(TarEntry entry, OpenFile file, SparseMap map) {
        StringBuilder text = new StringBuilder();
        text.append(map.count()).append('\n');
        for (int i = 0; i < map.count(); i++) {
            text.append(map.offset(i)).append('\n').append(map.length(i)).append('\n');
        }
        byte[] lines = text.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] padded = Arrays.copyOf(lines, lines.length + TarBlock.BYTES - 1 & -TarBlock.BYTES);
        byte[] name = lastPart(entry.path());
        byte[] shown = Arrays.copyOf("GNUSparseFile.0/".getBytes(StandardCharsets.US_ASCII), 16 + name.length);
        System.arraycopy(name, 0, shown, 16, name.length);
        long stored = padded.length + map.dataBytes();
        header(entry, stored, shown);
        put(padded, 0, padded.length);
        for (int i = 0; i < map.count(); i++) {
            copy(file, map.offset(i), map.length(i));
        }
        pad(stored);
    }

    private static byte[] lastPart(byte[] path) {
        int start = path.length;
        while (start > 0 && path[start - 1] != '/') {
            start--;
        }
        return Arrays.copyOfRange(path, start, path.length);
    }

    private void header(TarEntry entry, long stored, byte[] name) {
        byte[] pax = paxRecords(entry, stored, name);
        if (pax.length > 0) {
            byte[] block = block("PaxHeaders.0".getBytes(StandardCharsets.US_ASCII), 'x', pax.length);
            octal(block, 100, 8, 0644);
            finish(block);
            put(pax, 0, pax.length);
            pad(pax.length);
        }
        byte[] block = block(name, entry.type(), stored > OCTAL_11 ? 0 : stored);
        octal(block, 100, 8, entry.mode());
        octal(block, 108, 8, id(entry.uid()) > OCTAL_7 ? 0 : id(entry.uid()));
        octal(block, 116, 8, id(entry.gid()) > OCTAL_7 ? 0 : id(entry.gid()));
        long seconds = entry.modified().seconds();
        octal(block, 136, 12, seconds < 0 || seconds > OCTAL_11 ? 0 : seconds);
        byte[] link = entry.linkTarget();
        System.arraycopy(link, 0, block, 157, Math.min(link.length, NAME_BYTES));
        if (entry.rdev() != 0) {
            octal(block, 329, 8, entry.rdev() >>> 32 & OCTAL_7);
            octal(block, 337, 8, entry.rdev() & OCTAL_7);
        }
        finish(block);
    }

    private static long id(int id) {
        return id & 0xffffffffL;
    }

    private static byte[] block(byte[] name, char type, long size) {
        byte[] block = new byte[TarBlock.BYTES];
        int split = name.length <= NAME_BYTES ? -1 : prefixEnd(name);
        if (split > 0) {
            System.arraycopy(name, 0, block, 345, split);
            System.arraycopy(name, split + 1, block, 0, name.length - split - 1);
        } else {
            System.arraycopy(name, 0, block, 0, Math.min(name.length, NAME_BYTES));
        }
        octal(block, 100, 8, 0);
        octal(block, 108, 8, 0);
        octal(block, 116, 8, 0);
        octal(block, 124, 12, size);
        octal(block, 136, 12, 0);
        block[156] = (byte) type;
        byte[] magic = {'u', 's', 't', 'a', 'r', 0, '0', '0'};
        System.arraycopy(magic, 0, block, 257, magic.length);
        return block;
    }

    /** Where ustar's prefix ends, at a slash; -1 when the name does not fit so. */
    private static int prefixEnd(byte[] name) {
        for (int i = Math.max(1, name.length - NAME_BYTES - 1); i <= 155 && i < name.length - 1; i++) {
            if (name[i] == '/') {
                return i;
            }
        }
        return -1;
    }

    private static void octal(byte[] block, int offset, int length, long value) {
        for (int i = offset + length - 2; i >= offset; i--) {
            block[i] = (byte) ('0' + (value & 7));
            value >>>= 3;
        }
    }

    private void finish(byte[] block) {
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        octal(block, 148, 7, sum);
        put(block, 0, block.length);
    }

    private static byte[] paxRecords(TarEntry entry, long stored, byte[] name) {
        ByteArrayOutputStream records = new ByteArrayOutputStream(0);
        boolean sparse = entry.sparse().isPresent();
        if (sparse) {
            record(records, "GNU.sparse.major", "1");
            record(records, "GNU.sparse.minor", "0");
            record(records, "GNU.sparse.name", entry.path());
            record(records, "GNU.sparse.realsize", Long.toString(entry.sizeBytes()));
        } else if (name.length > NAME_BYTES && prefixEnd(name) < 0) {
            record(records, "path", name);
        }
        if (entry.linkTarget().length > NAME_BYTES) {
            record(records, "linkpath", entry.linkTarget());
        }
        if (stored > OCTAL_11) {
            record(records, "size", Long.toString(stored));
        }
        if (id(entry.uid()) > OCTAL_7) {
            record(records, "uid", Long.toString(id(entry.uid())));
        }
        if (id(entry.gid()) > OCTAL_7) {
            record(records, "gid", Long.toString(id(entry.gid())));
        }
        Time modified = entry.modified();
        if (modified.nanos() != 0 || modified.seconds() < 0 || modified.seconds() > OCTAL_11) {
            record(records, "mtime", time(modified));
        }
        for (Xattr xattr : entry.xattrs()) {
            String key = new String(xattr.name(), StandardCharsets.ISO_8859_1)
                    .replace("%", "%25")
                    .replace("=", "%3D");
            record(records, "SCHILY.xattr." + key, xattr.value());
        }
        return records.toByteArray();
    }

    static String time(Time time) {
        long seconds = time.seconds();
        int nanos = time.nanos();
        String sign = "";
        if (seconds < 0) {
            sign = "-";
            seconds = nanos == 0 ? -seconds : -seconds - 1;
            nanos = nanos == 0 ? 0 : 1_000_000_000 - nanos;
        }
        if (nanos == 0) {
            return sign + seconds;
        }
        String digits = Integer.toString(1_000_000_000 + nanos).substring(1);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return sign + seconds + "." + digits.substring(0, end);
    }

    private static void record(ByteArrayOutputStream records, String key, String value) {
        record(records, key, value.getBytes(StandardCharsets.US_ASCII));
    }

    /** The length counts its own digits. */
    private static void record(ByteArrayOutputStream records, String key, byte[] value) {
        byte[] name = key.getBytes(StandardCharsets.ISO_8859_1);
        int rest = 1 + name.length + 1 + value.length + 1;
        int length = rest + Integer.toString(rest).length();
        length = rest + Integer.toString(length).length();
        records.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
        records.write(' ');
        records.writeBytes(name);
        records.write('=');
        records.writeBytes(value);
        records.write('\n');
    }

    /** What the file lacks by now is written as zeros. */
    private void copy(OpenFile file, long offset, long length) {
        long left = length;
        long at = offset;
        while (left > 0) {
            if (used == buffer.length) {
                flush();
            }
            int wanted = (int) Math.min(left, buffer.length - used);
            int count = file.readAt(ByteBuffer.wrap(buffer, used, wanted), at);
            if (count == Fd.END) {
                Arrays.fill(buffer, used, used + wanted, (byte) 0);
                count = wanted;
            }
            used += count;
            at += count;
            left -= count;
        }
    }

    private void pad(long length) {
        int padding = (int) (-length & TarBlock.BYTES - 1);
        put(new byte[padding], 0, padding);
    }

    private void put(byte[] bytes, int offset, int length) {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (used == buffer.length) {
                flush();
            }
            int count = Math.min(left, buffer.length - used);
            System.arraycopy(bytes, at, buffer, used, count);
            used += count;
            at += count;
            left -= count;
        }
    }

    private void flush() {
        try {
            out.write(buffer, 0, used);
        } catch (IOException e) {
            throw FeluccaException.system("cannot write the archive: " + e.getMessage(), e);
        }
        used = 0;
    }

    /** Writes the archive's end; the stream stays open. */
    public void finish() {
        put(new byte[2 * TarBlock.BYTES], 0, 2 * TarBlock.BYTES);
        flush();
        try {
            out.flush();
        } catch (IOException e) {
            throw FeluccaException.system("cannot write the archive: " + e.getMessage(), e);
        }
    }

    /** A file's pieces of data; empty when it has no holes, or too many to list. */
    public static Optional<SparseMap> pieces(OpenFile file, long sizeBytes) {
        SparseMap map = new SparseMap();
        long at = 0;
        while (at < sizeBytes) {
            long data = file.nextData(at);
            if (data < 0 || data >= sizeBytes) {
                break;
            }
            if (map.isFull()) {
                return Optional.empty();
            }
            long hole = Math.min(sizeBytes, file.nextHole(data));
            map.add(data, hole - data);
            at = hole;
        }
        if (map.count() == 1 && map.offset(0) == 0 && map.length(0) == sizeBytes) {
            return Optional.empty();
        }
        if (map.end() < sizeBytes && !map.isFull()) {
            // GNU tar takes the end of the last piece for the end of the file.
            map.add(sizeBytes, 0);
        }
        return Optional.of(map);
    }
}
