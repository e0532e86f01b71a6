package io.felucca.images.archive;

import io.felucca.FeluccaException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Names inside archives. */
final class ArchivePath {

    private ArchivePath() {}

    /**
     * A path without {@code .}, {@code ..} and leading slashes.
     *
     * @param folder what a relative path begins at, empty for the archive's root
     * @throws FeluccaException INVALID when it leads out of the archive
     */
    static String normal(String path, String folder) {
        Deque<String> parts = new ArrayDeque<>();
        String whole = path.startsWith("/") || folder.isEmpty() ? path : folder + "/" + path;
        for (String part : whole.split("/")) {
            if (part.equals("..")) {
                if (parts.pollLast() == null) {
                    throw FeluccaException.invalid("the archive climbs out of its root: " + path);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    /** The folder that a normal path lies in. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
