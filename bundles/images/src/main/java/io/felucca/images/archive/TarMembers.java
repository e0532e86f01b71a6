package io.felucca.images.archive;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the members of a tar archive (ustar, pax and GNU's long names and old sparse files) for their names, sizes and
 * content. Owners, times and attributes are not read: layers are unpacked elsewhere. Extension headers are bounded (T11).
 * One thread.
 */
final class TarMembers {

    private static final int BLOCK = 512;
    private static final int MAX_EXTENSION_BYTES = 1 << 20;
    /** tar pads to whole records, of 10 KiB if nothing else was asked for; a bomb of zeros goes on and on. */
    private static final int MAX_TRAILING_BYTES = 1 << 20;

    private final InputStream in;
    private final byte[] header = new byte[BLOCK];
    /** Of the member's content, what was not read yet, and its padding. */
    private long unread;

    private long padding;

    TarMembers(InputStream in) {
        this.in = in;
    }

    /**
     * A member of the archive.
     *
     * @param type the header's letter, {@code 0} for a file
     * @param link target of a symbolic or hard link
     * @param storedBytes of content in the archive
     * @param fileBytes of the file that it makes; more than is stored for a sparse one
     */
    record Member(String name, char type, String link, long storedBytes, long fileBytes) {

        boolean isFile() {
            return type == '0' || type == '7' || type == 'S';
        }

        boolean isSymlink() {
            return type == '2';
        }

        boolean isHardLink() {
            return type == '1';
        }
    }

    /**
     * Goes to the next member; what is left of the one before is skipped.
     *
     * @throws TarFormatException with the words of Go's archive/tar
     */
    Optional<Member> next() throws IOException {
        Map<String, String> extensions = new HashMap<>();
        while (true) {
            skipFully(unread + padding);
            unread = 0;
            padding = 0;
            if (!readHeader()) {
                return Optional.empty();
            }
            char type = header[156] == 0 ? '0' : (char) (header[156] & 0xff);
            long size = number(124, 12);
            if (size < 0) {
                throw TarFormatException.invalidHeader();
            }
            switch (type) {
                case 'x' -> pax(extension(size), extensions);
                case 'g' -> extension(size);
                case 'L' -> extensions.putIfAbsent("path", text(extension(size), 0, (int) size));
                case 'K' -> extensions.putIfAbsent("linkpath", text(extension(size), 0, (int) size));
                default -> {
                    return Optional.of(member(type, size, extensions));
                }
            }
        }
    }

    private Member member(char type, long headerSize, Map<String, String> extensions) throws IOException {
        long size = extensions.containsKey("size") ? decimal(extensions.get("size")) : headerSize;
        long fileBytes = size;
        if (type == 'S') {
            fileBytes = number(483, 12);
            boolean more = header[482] != 0;
            while (more) {
                readBlock();
                more = header[504] != 0;
            }
        } else if (extensions.containsKey("GNU.sparse.realsize")) {
            fileBytes = decimal(extensions.get("GNU.sparse.realsize"));
        } else if (extensions.containsKey("GNU.sparse.size")) {
            fileBytes = decimal(extensions.get("GNU.sparse.size"));
        }
        boolean hasContent = type == '0' || type == '7' || type == 'S';
        unread = hasContent ? size : 0;
        padding = hasContent ? -size & (BLOCK - 1) : 0;
        String name = extensions.getOrDefault("path", headerName());
        String link = extensions.getOrDefault("linkpath", text(header, 157, 100));
        char kind = type == '0' && name.endsWith("/") ? '5' : type;
        return new Member(name, kind, link, unread, hasContent ? fileBytes : 0);
    }

    private String headerName() {
        String name = text(header, 0, 100);
        boolean ustar = text(header, 257, 6).startsWith("ustar") && header[262] == 0;
        String prefix = ustar ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** The member's content; what is not read is skipped later. */
    InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (unread == 0) {
                    return length == 0 ? 0 : -1;
                }
                int count = in.read(into, offset, (int) Math.min(length, unread));
                if (count < 0) {
                    throw TarFormatException.cut();
                }
                unread -= count;
                return count;
            }
        };
    }

    /** False at the end: two blocks of zeros, or nothing at all. */
    private boolean readHeader() throws IOException {
        int read = in.readNBytes(header, 0, BLOCK);
        if (read == 0) {
            return false;
        }
        if (read < BLOCK) {
            throw TarFormatException.cut();
        }
        if (isZero()) {
            read = in.readNBytes(header, 0, BLOCK);
            if (read == 0 || read == BLOCK && isZero()) {
                return false;
            }
            throw read < BLOCK ? TarFormatException.cut() : TarFormatException.invalidHeader();
        }
        checkSum();
        return true;
    }

    private void readBlock() throws IOException {
        if (in.readNBytes(header, 0, BLOCK) < BLOCK) {
            throw TarFormatException.cut();
        }
    }

    private boolean isZero() {
        for (byte b : header) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private void checkSum() throws IOException {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BLOCK; i++) {
            byte b = i >= 148 && i < 156 ? (byte) ' ' : header[i];
            unsigned += b & 0xff;
            signed += b;
        }
        long told = number(148, 8);
        if (told != unsigned && told != signed) {
            throw TarFormatException.invalidHeader();
        }
    }

    /** Octal text, or base 256 with the first bit set. */
    private long number(int offset, int length) throws IOException {
        if ((header[offset] & 0x80) != 0) {
            long value = header[offset] & 0x7f;
            for (int i = 1; i < length; i++) {
                if (value >>> 54 != 0) {
                    throw TarFormatException.invalidHeader();
                }
                value = value << 8 | header[offset + i] & 0xff;
            }
            return value;
        }
        String digits = text(header, offset, length).strip();
        if (digits.isEmpty()) {
            return 0;
        }
        try {
            return Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw TarFormatException.invalidHeader();
        }
    }

    private static long decimal(String digits) throws IOException {
        try {
            long value = Long.parseLong(digits);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, as for a negative one.
        }
        throw TarFormatException.invalidHeader();
    }

    private byte[] extension(long size) throws IOException {
        if (size > MAX_EXTENSION_BYTES) {
            throw new TarFormatException("archive/tar: header field too long");
        }
        byte[] content = in.readNBytes((int) size);
        if (content.length < size) {
            throw TarFormatException.cut();
        }
        skipFully(-size & (BLOCK - 1));
        return content;
    }

    /** Records of pax: {@code "30 mtime=1350244992.023960108\n"}. */
    private static void pax(byte[] content, Map<String, String> into) throws IOException {
        int at = 0;
        while (at < content.length) {
            int space = at;
            while (space < content.length && content[space] != ' ') {
                space++;
            }
            long length = decimal(new String(content, at, space - at, StandardCharsets.ISO_8859_1));
            if (length <= space - at + 1 || length > content.length - at || content[at + (int) length - 1] != '\n') {
                throw TarFormatException.invalidHeader();
            }
            String record = new String(content, space + 1, at + (int) length - space - 2, StandardCharsets.UTF_8);
            int equals = record.indexOf('=');
            if (equals < 0) {
                throw TarFormatException.invalidHeader();
            }
            into.put(record.substring(0, equals), record.substring(equals + 1));
            at += (int) length;
        }
    }

    private static String text(byte[] bytes, int offset, int length) {
        int end = offset;
        while (end < offset + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
    }

    /** Reads what follows the end of an archive. @throws FeluccaException INVALID when it is more than padding (T11) */
    static void readTrailing(InputStream in) throws IOException {
        if (in.readNBytes(MAX_TRAILING_BYTES + 1).length > MAX_TRAILING_BYTES) {
            throw FeluccaException.invalid("more than " + MAX_TRAILING_BYTES + " bytes follow the end of the archive");
        }
    }

    private void skipFully(long count) throws IOException {
        long left = count;
        while (left > 0) {
            long skipped = in.skip(left);
            if (skipped == 0) {
                if (in.read() < 0) {
                    throw TarFormatException.cut();
                }
                skipped = 1;
            }
            left -= skipped;
        }
    }
}
