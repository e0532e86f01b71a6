package io.felucca.linux.kernel.files;

import io.felucca.FeluccaException;
import java.nio.charset.StandardCharsets;

/** Checks and shows names that are bytes. */
public final class Names {

    private Names() {}

    /** One part of a path, which no kernel call takes for more. */
    public static byte[] part(byte[] name) {
        boolean dots = name.length == 1 && name[0] == '.' || name.length == 2 && name[0] == '.' && name[1] == '.';
        if (name.length == 0 || dots) {
            throw FeluccaException.invalid("not a file name: '" + show(name) + "'");
        }
        for (byte b : name) {
            if (b == '/' || b == 0) {
                throw FeluccaException.invalid("not a file name: '" + show(name) + "'");
            }
        }
        return name;
    }

    /** A path whose bytes a C string can hold; empty becomes {@code .}. */
    static byte[] path(byte[] path) {
        if (path.length == 0) {
            return new byte[] {'.'};
        }
        for (byte b : path) {
            if (b == 0) {
                throw FeluccaException.invalid("a path with a NUL byte: '" + show(path) + "'");
            }
        }
        return path;
    }

    /** For messages: UTF-8 as far as it is, control characters as '?'. */
    static String show(byte[] name) {
        char[] text = new String(name, StandardCharsets.UTF_8).toCharArray();
        for (int i = 0; i < text.length; i++) {
            text[i] = Character.isISOControl(text[i]) ? '?' : text[i];
        }
        return new String(text);
    }
}
