package io.felucca.shell.container.files;

import io.felucca.shell.command.CommandFailure;
import java.util.ArrayDeque;
import java.util.Deque;

/** The rules by which Docker's command line names what it copies (moby/go-archive's PrepareArchiveCopy). */
final class CopyPaths {

    private CopyPaths() {}

    /**
     * Whether what is copied becomes the target and takes its name; else it is put into it.
     *
     * @throws CommandFailure when a folder would become a file, or a file a folder
     */
    static boolean takesPlace(boolean exists, boolean isDirectory, boolean asserts, boolean sourceIsDirectory) {
        if (exists && isDirectory) {
            return false;
        } else if (exists && sourceIsDirectory) {
            throw new CommandFailure(1, "cannot copy directory");
        } else if (!exists && !sourceIsDirectory && asserts) {
            throw new CommandFailure(1, "no such directory");
        }
        return true;
    }

    static boolean assertsDirectory(String path) {
        return path.endsWith("/") || base(path).equals(".");
    }

    /** Without the last name; "." after a slash is a name of its own. */
    static String parent(String path) {
        if (base(path).equals(".") && path.endsWith("/.")) {
            return clean(path);
        }
        String cleaned = clean(path);
        int slash = cleaned.lastIndexOf('/');
        return slash < 0 ? "." : slash == 0 ? "/" : cleaned.substring(0, slash);
    }

    /** The last name, "." where a path ends with it. */
    static String base(String path) {
        if (path.isEmpty() || path.equals(".") || path.endsWith("/.")) {
            return ".";
        }
        String cleaned = clean(path);
        return cleaned.equals("/") ? "/" : cleaned.substring(cleaned.lastIndexOf('/') + 1);
    }

    /** A link's target as seen from the link. */
    static String join(String parent, String target) {
        return target.startsWith("/") ? target : clean(parent + "/" + target);
    }

    /** Go's path.Clean. */
    private static String clean(String path) {
        boolean rooted = path.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..") && !parts.isEmpty() && !parts.peekLast().equals("..")) {
                parts.removeLast();
            } else if (part.equals("..") && !rooted || !part.isEmpty() && !part.equals(".") && !part.equals("..")) {
                parts.add(part);
            }
        }
        String joined = String.join("/", parts);
        return rooted ? "/" + joined : joined.isEmpty() ? "." : joined;
    }
}
