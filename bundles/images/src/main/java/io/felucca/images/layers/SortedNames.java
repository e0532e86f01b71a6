package io.felucca.images.layers;

import io.felucca.FeluccaException;
import io.felucca.linux.Directory;
import io.felucca.linux.DirectoryEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A directory's names, bytes one to a char, in the order of the bytes. */
final class SortedNames {

    private static final int PATH_BYTES = 4096;

    private SortedNames() {}

    static List<String> of(Directory directory) {
        List<DirectoryEntry> entries = directory.list();
        List<String> names = new ArrayList<>(entries.size());
        for (DirectoryEntry entry : entries) {
            names.add(new String(entry.name(), StandardCharsets.ISO_8859_1));
        }
        Collections.sort(names);
        return names;
    }

    /** With their types. */
    static List<DirectoryEntry> entries(Directory directory) {
        List<DirectoryEntry> entries = new ArrayList<>(directory.list());
        entries.sort((a, b) -> Arrays.compareUnsigned(a.name(), b.name()));
        return entries;
    }

    /** No call of the kernel could name what lies there, so no archive could be unpacked. */
    static void refuseTooDeep(EntryPath path) {
        if (path.path().length() > PATH_BYTES) {
            throw FeluccaException.invalid("a directory is nested deeper than a path can say: "
                    + path.show().substring(0, 100) + "…");
        }
    }

    static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }
}
