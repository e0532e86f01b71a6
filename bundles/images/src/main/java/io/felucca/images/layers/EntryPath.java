package io.felucca.images.layers;

import io.felucca.FeluccaException;
import io.felucca.images.tar.TarEntry;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A member's name made a path below the root: no leading or doubled slashes, no dots. Bytes one to a char (ISO 8859-1),
 * whatever they mean; empty for the root itself.
 */
public record EntryPath(String path) {

    private static final int PATH_BYTES = 4096;

    /** Maps every byte to a char and back. */
    public static final Charset BYTES = StandardCharsets.ISO_8859_1;

    public static final EntryPath ROOT = new EntryPath("");

    /** Dots are counted out as text, as dockerd does; above the root they are refused. */
    public static EntryPath of(byte[] name) {
        String text = new String(name, BYTES);
        if (isClean(text)) {
            return new EntryPath(text);
        }
        List<String> parts = new ArrayList<>();
        for (String part : text.split("/")) {
            if (part.equals("..")) {
                if (parts.isEmpty()) {
                    throw FeluccaException.invalid("the archive climbs out of its root: " + TarEntry.show(name));
                }
                parts.remove(parts.size() - 1);
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return new EntryPath(String.join("/", parts));
    }

    /** Where a symbolic link leads, as if the root were the machine's: dots stop there. */
    public EntryPath follow(byte[] target) {
        String text = new String(target, BYTES);
        List<String> parts = new ArrayList<>();
        if (!text.startsWith("/") && !parent().isRoot()) {
            parts.addAll(List.of(parent().path.split("/")));
        }
        for (String part : text.split("/")) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.remove(parts.size() - 1);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return new EntryPath(String.join("/", parts));
    }

    private static boolean isClean(String text) {
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == '/') {
                int length = i - start;
                boolean dots = length > 0
                        && text.charAt(start) == '.'
                        && (length == 1 || length == 2 && text.charAt(start + 1) == '.');
                if (length == 0 || dots) {
                    return false;
                }
                start = i + 1;
            }
        }
        return true;
    }

    public boolean isRoot() {
        return path.isEmpty();
    }

    public EntryPath parent() {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? ROOT : new EntryPath(path.substring(0, slash));
    }

    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    public byte[] nameBytes() {
        return name().getBytes(BYTES);
    }

    public EntryPath child(byte[] name) {
        String text = new String(name, BYTES);
        return new EntryPath(isRoot() ? text : path + "/" + text);
    }

    public byte[] bytes() {
        return path.getBytes(BYTES);
    }

    public String show() {
        return "/" + TarEntry.show(bytes());
    }

    /** No call of the kernel could name what lies there, so no archive could be unpacked. */
    public void refuseTooDeep() {
        if (path.length() > PATH_BYTES) {
            throw FeluccaException.invalid(
                    "a directory is nested deeper than a path can say: " + show().substring(0, 100) + "…");
        }
    }
}
