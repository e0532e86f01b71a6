package io.felucca.client;

import java.net.URI;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;

/**
 * Names of files as the bytes that they are. The JDK keeps a path's bytes, but only URIs show them (RFC 3986's escapes);
 * strings lose what is no UTF-8.
 */
final class ByteNames {

    private ByteNames() {}

    /** The last name of a path. */
    static byte[] name(Path path) {
        byte[] whole = absolute(path);
        int slash = whole.length - 1;
        while (whole[slash] != '/') {
            slash--;
        }
        return Arrays.copyOfRange(whole, slash + 1, whole.length);
    }

    /** A link's target, relative or not. */
    static byte[] target(Path target) {
        byte[] whole = absolute(target);
        if (target.isAbsolute()) {
            return whole;
        }
        int folder = absolute(Paths.get("").toAbsolutePath()).length;
        return Arrays.copyOfRange(whole, folder == 1 ? 1 : folder + 1, whole.length);
    }

    private static byte[] absolute(Path path) {
        String escaped = path.toUri().getRawPath();
        byte[] bytes = new byte[escaped.length()];
        int count = 0;
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%') {
                bytes[count++] = (byte) Integer.parseInt(escaped.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                bytes[count++] = (byte) c;
            }
        }
        // A folder's URI ends with a slash, which its path does not.
        if (count > 1 && bytes[count - 1] == '/' && !path.toString().endsWith("/")) {
            count--;
        }
        return Arrays.copyOf(bytes, count);
    }

    /** An entry of a folder. */
    static Path child(Path folder, byte[] name) {
        return folder.resolve(relative(name));
    }

    /** A path that starts nowhere, as a link's target may; an absolute one when it begins with a slash. */
    static Path relative(byte[] path) {
        StringBuilder escaped = new StringBuilder("file://");
        boolean absolute = path.length > 0 && path[0] == '/';
        if (!absolute) {
            escaped.append('/');
        }
        for (byte b : path) {
            if (b == '/') {
                escaped.append('/');
            } else {
                escaped.append('%').append(digit(b >> 4)).append(digit(b));
            }
        }
        Path whole = Paths.get(URI.create(escaped.toString()));
        return absolute ? whole : whole.subpath(0, whole.getNameCount());
    }

    private static char digit(int bits) {
        return Character.forDigit(bits & 15, 16);
    }
}
