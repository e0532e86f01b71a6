package io.felucca.images.layers;

import io.felucca.linux.Directory;
import io.felucca.linux.DirectoryEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A directory's names, bytes one to a char, in the order of the bytes. */
final class SortedNames {

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

    static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }
}
