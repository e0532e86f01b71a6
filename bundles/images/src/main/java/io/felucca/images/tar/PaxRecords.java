package io.felucca.images.tar;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Stat.Time;
import io.felucca.linux.files.Xattr;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The records of a pax extended header (POSIX.1-2017, pax, "Extended Header"): {@code LENGTH KEY=VALUE\n}. Values are kept
 * as bytes, since names and attributes need not be text.
 */
final class PaxRecords {

    private static final String XATTR = "SCHILY.xattr.";

    byte[] path;
    byte[] linkTarget;
    Long size;
    Long uid;
    Long gid;
    Time modified;
    Time accessed;
    final List<Xattr> xattrs = new ArrayList<>();
    int sparseMajor = -1;
    int sparseMinor = -1;
    byte[] sparseName;
    Long sparseRealSize;
    SparseMap sparseMap;
    private long sparseOffset;

    static PaxRecords parse(byte[] header) {
        PaxRecords records = new PaxRecords();
        int at = 0;
        while (at < header.length) {
            int space = at;
            int length = 0;
            while (space < header.length && header[space] >= '0' && header[space] <= '9' && length < header.length) {
                length = length * 10 + header[space++] - '0';
            }
            int end = at + length;
            if (space == at
                    || space >= header.length
                    || header[space] != ' '
                    || end > header.length
                    || end <= space + 2) {
                throw malformed();
            }
            int equals = space + 1;
            while (equals < end && header[equals] != '=') {
                equals++;
            }
            if (equals == end || header[end - 1] != '\n') {
                throw malformed();
            }
            String key = new String(header, space + 1, equals - space - 1, StandardCharsets.ISO_8859_1);
            records.put(key, Arrays.copyOfRange(header, equals + 1, end - 1));
            at = end;
        }
        return records;
    }

    private static FeluccaException malformed() {
        return FeluccaException.invalid("not a valid archive: an extended header is malformed");
    }

    private void put(String key, byte[] value) {
        switch (key) {
            case "path" -> path = withoutNul(value);
            case "linkpath" -> linkTarget = withoutNul(value);
            case "size" -> size = number(value);
            case "uid" -> uid = number(value);
            case "gid" -> gid = number(value);
            case "mtime" -> modified = time(value);
            case "atime" -> accessed = time(value);
            case "GNU.sparse.major" -> sparseMajor = (int) number(value);
            case "GNU.sparse.minor" -> sparseMinor = (int) number(value);
            case "GNU.sparse.name" -> sparseName = withoutNul(value);
            case "GNU.sparse.size", "GNU.sparse.realsize" -> sparseRealSize = number(value);
            case "GNU.sparse.offset" -> sparseOffset = number(value);
            case "GNU.sparse.numbytes" -> map().add(sparseOffset, number(value));
            case "GNU.sparse.map" -> parseMap(value);
            default -> {
                if (key.startsWith(XATTR)) {
                    String name =
                            key.substring(XATTR.length()).replace("%3D", "=").replace("%25", "%");
                    xattrs.add(new Xattr(name.getBytes(StandardCharsets.ISO_8859_1), value));
                }
            }
        }
    }

    private SparseMap map() {
        if (sparseMap == null) {
            sparseMap = new SparseMap();
        }
        return sparseMap;
    }

    /** Format 0.1: offsets and lengths between commas. */
    private void parseMap(byte[] value) {
        String[] numbers = text(value).split(",");
        for (int i = 0; i + 1 < numbers.length; i += 2) {
            map().add(number(numbers[i]), number(numbers[i + 1]));
        }
    }

    private static byte[] withoutNul(byte[] value) {
        for (byte b : value) {
            if (b == 0) {
                throw malformed();
            }
        }
        return value;
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.ISO_8859_1);
    }

    private static long number(byte[] value) {
        return number(text(value));
    }

    static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new FeluccaException(
                    FeluccaException.Kind.INVALID, "not a valid archive: an extended header has a bad number", e);
        }
    }

    /** Decimal seconds with a fraction, whose digits after the ninth are cut. */
    static Time time(byte[] value) {
        String text = text(value);
        int dot = text.indexOf('.');
        if (dot < 0) {
            return new Time(number(text), 0);
        }
        long seconds = dot == 0 || text.startsWith("-.") ? 0 : number(text.substring(0, dot));
        String digits = (text.substring(dot + 1) + "000000000").substring(0, 9);
        int nanos = (int) number(digits);
        boolean negative = text.startsWith("-");
        if (negative && nanos > 0) {
            return new Time(seconds - 1, 1_000_000_000 - nanos);
        }
        return new Time(seconds, nanos);
    }
}
