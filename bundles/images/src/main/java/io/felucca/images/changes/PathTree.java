package io.felucca.images.changes;

import io.felucca.images.layers.EntryPath;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Paths where two trees may differ: names, bytes one to a char, in the order of the bytes, and below each its own. */
public final class PathTree {

    private final TreeMap<String, PathTree> below = new TreeMap<>();

    private PathTree() {}

    /** @param paths without a leading slash */
    public static PathTree of(Iterable<byte[]> paths) {
        PathTree top = new PathTree();
        for (byte[] path : paths) {
            PathTree at = top;
            for (String name : EntryPath.of(path).path().split("/")) {
                at = at.below.computeIfAbsent(name, fresh -> new PathTree());
            }
        }
        return top;
    }

    boolean isEmpty() {
        return below.isEmpty();
    }

    List<String> names() {
        return new ArrayList<>(below.keySet());
    }

    /** What is below one of the names. */
    PathTree below(String name) {
        return below.get(name);
    }
}
