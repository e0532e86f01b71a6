package io.felucca.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Takes a tar archive (ustar, with pax headers) apart as its bytes come, in pieces of any size. */
final class TarReading {

    /** What becomes of the members. */
    interface Members {

        /** @return where its data goes, closed after it; null when it goes nowhere */
        OutputStream begin(TarMember member) throws IOException;
    }

    private static final int BLOCK = 512;
    private static final int MOST_PAX_BYTES = 1 << 20;

    private final Members members;
    private final byte[] header = new byte[BLOCK];
    private final Map<String, byte[]> pax = new HashMap<>();
    private int headerBytes;
    private long dataLeft;
    private int paddingLeft;
    private OutputStream data;
    private boolean ended;

    TarReading(Members members) {
        this.members = members;
    }

    /** @throws IOException for what is no archive, or as the members' place refuses them */
    void take(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining() && !ended) {
            if (dataLeft > 0) {
                int count = (int) Math.min(dataLeft, bytes.remaining());
                if (data != null) {
                    data.write(bytes.array(), bytes.arrayOffset() + bytes.position(), count);
                }
                bytes.position(bytes.position() + count);
                dataLeft -= count;
                if (dataLeft == 0) {
                    endData();
                }
            } else if (paddingLeft > 0) {
                int count = Math.min(paddingLeft, bytes.remaining());
                bytes.position(bytes.position() + count);
                paddingLeft -= count;
            } else {
                int count = Math.min(BLOCK - headerBytes, bytes.remaining());
                bytes.get(header, headerBytes, count);
                headerBytes += count;
                if (headerBytes == BLOCK) {
                    headerBytes = 0;
                    begin();
                }
            }
        }
    }

    /** @throws IOException when the archive's end has not come */
    void finish() throws IOException {
        if (!ended) {
            throw new IOException("unexpected EOF");
        }
    }

    private void endData() throws IOException {
        if (data != null) {
            OutputStream whole = data;
            data = null;
            whole.close();
        }
    }

    private void begin() throws IOException {
        if (header[0] == 0 && Arrays.equals(header, new byte[BLOCK])) {
            ended = true;
            return;
        }
        requireSum();
        char type = (char) header[156];
        long size = octal(124, 12);
        if (type == 'x' || type == 'g') {
            if (size > MOST_PAX_BYTES) {
                throw new IOException("archive/tar: header field too long");
            }
            begin(size, new Pax(type == 'x'));
            return;
        }
        if (pax.containsKey("size")) {
            size = number("size");
        }
        byte[] name = pax.getOrDefault("path", name());
        long real = -1;
        if (pax.containsKey("GNU.sparse.realsize")) {
            real = number("GNU.sparse.realsize");
            name = pax.getOrDefault("GNU.sparse.name", name);
        }
        TarMember member = new TarMember(
                name,
                type == 0 ? '0' : type,
                (int) octal(100, 8) & 07777,
                modified(),
                pax.getOrDefault("linkpath", text(157, 100)),
                size,
                real,
                (int) octal(329, 8),
                (int) octal(337, 8));
        pax.clear();
        begin(size, members.begin(member));
    }

    private void begin(long size, OutputStream to) throws IOException {
        data = to;
        dataLeft = size;
        paddingLeft = (int) (-size & BLOCK - 1);
        if (size == 0) {
            endData();
        }
    }

    private FileTime modified() {
        byte[] value = pax.get("mtime");
        if (value == null) {
            return FileTime.from(Instant.ofEpochSecond(octal(136, 12)));
        }
        String text = new String(value, StandardCharsets.US_ASCII);
        int point = text.indexOf('.');
        long seconds = Long.parseLong(point < 0 ? text : text.substring(0, point));
        String fraction = point < 0 ? "" : text.substring(point + 1);
        long nanos = point < 0 ? 0 : Long.parseLong((fraction + "000000000").substring(0, 9));
        return FileTime.from(Instant.ofEpochSecond(seconds, text.startsWith("-") ? -nanos : nanos));
    }

    private long number(String key) {
        return Long.parseLong(new String(pax.get(key), StandardCharsets.US_ASCII));
    }

    private byte[] name() {
        byte[] prefix = text(345, 155);
        byte[] name = text(0, 100);
        if (prefix.length == 0) {
            return name;
        }
        byte[] whole = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
        whole[prefix.length] = '/';
        System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
        return whole;
    }

    private byte[] text(int offset, int length) {
        int end = offset;
        while (end < offset + length && header[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(header, offset, end);
    }

    private long octal(int offset, int length) {
        long value = 0;
        for (int i = offset; i < offset + length; i++) {
            if (header[i] >= '0' && header[i] <= '7') {
                value = value << 3 | header[i] - '0';
            }
        }
        return value;
    }

    private void requireSum() throws IOException {
        int sum = 8 * ' ';
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? 0 : header[i] & 0xff;
        }
        if (sum != octal(148, 8)) {
            throw new IOException("archive/tar: invalid tar header");
        }
    }

    /** Records of a pax header, for the member that follows; those for all members tell nothing that is needed. */
    private final class Pax extends ByteArrayOutputStream {

        private final boolean kept;

        Pax(boolean kept) {
            this.kept = kept;
        }

        @Override
        public void close() throws IOException {
            int at = 0;
            while (kept && at < count) {
                int space = indexOf(' ', at);
                int length = Integer.parseInt(new String(buf, at, space - at, StandardCharsets.US_ASCII));
                int equals = indexOf('=', space);
                if (length < 5 || at + length > count || equals > at + length) {
                    throw new IOException("archive/tar: invalid tar header");
                }
                String key = new String(buf, space + 1, equals - space - 1, StandardCharsets.ISO_8859_1);
                pax.put(key, Arrays.copyOfRange(buf, equals + 1, at + length - 1));
                at += length;
            }
        }

        private int indexOf(char c, int from) throws IOException {
            for (int i = from; i < count; i++) {
                if (buf[i] == c) {
                    return i;
                }
            }
            throw new IOException("archive/tar: invalid tar header");
        }
    }
}
