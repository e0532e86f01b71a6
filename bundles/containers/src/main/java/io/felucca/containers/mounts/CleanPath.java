package io.felucca.containers.mounts;

import java.util.ArrayList;
import java.util.List;

/** Paths as Go's path.Clean makes them, absolute ones; names of any letters, which java.nio refuses in some locales. */
final class CleanPath {

    private CleanPath() {}

    static String of(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/+")) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.remove(parts.size() - 1);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }
}
