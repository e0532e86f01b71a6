package io.felucca.images.commit;

import io.felucca.FeluccaException;
import io.felucca.FeluccaException.Kind;
import io.felucca.images.layers.EntryPath;
import io.felucca.images.layers.Vanishing;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A path below a root as dockerd's archive calls take it: links are followed up to the last part, and the last one too
 * where the path ends in a slash or a dot. The text that comes out is only a name: whoever opens by it lets the kernel
 * resolve it below the root again, so that no race leads out.
 *
 * @param parent of the file, resolved
 * @param base its name there; empty for the directory {@code parent} itself
 * @param name the last part of what was asked for
 * @param asked the whole path, cleaned but for a slash or a dot at its end
 */
record RootPath(EntryPath parent, String base, String name, String asked) {

    private static final int LINKS_MAX = 255;

    static RootPath of(Directory root, String path) {
        String text = new String(path.getBytes(StandardCharsets.UTF_8), EntryPath.BYTES);
        String clean = "/"
                + EntryPath.ROOT
                        .child("x".getBytes(EntryPath.BYTES))
                        .follow(text.getBytes(EntryPath.BYTES))
                        .path();
        String last = clean.substring(clean.lastIndexOf('/') + 1);
        boolean dot = text.replaceFirst("/+$", "").matches("(.*/)?\\.");
        if (dot || text.endsWith("/") || last.isEmpty()) {
            String name = dot ? "." : last.isEmpty() ? "/" : last;
            String end = dot ? "." : "";
            String asked = clean.equals("/") ? "/" + end : clean + "/" + end;
            return new RootPath(resolve(root, clean), "", name, asked);
        }
        String directory = clean.substring(0, clean.lastIndexOf('/'));
        return new RootPath(resolve(root, directory), last, last, clean);
    }

    /** Follows every link; what is not there stays as it is written. */
    static EntryPath resolve(Directory root, String path) {
        Deque<String> ahead = new ArrayDeque<>(List.of(path.split("/")));
        List<String> done = new ArrayList<>();
        int links = 0;
        while (!ahead.isEmpty()) {
            String part = ahead.pop();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            } else if (part.equals("..")) {
                if (!done.isEmpty()) {
                    done.remove(done.size() - 1);
                }
                continue;
            }
            Optional<byte[]> target = readLink(root, String.join("/", done), part);
            if (target.isEmpty()) {
                done.add(part);
                continue;
            }
            if (++links > LINKS_MAX) {
                throw FeluccaException.invalid(
                        "too many links in " + new String(path.getBytes(EntryPath.BYTES), StandardCharsets.UTF_8));
            }
            String to = new String(target.get(), EntryPath.BYTES);
            if (to.startsWith("/")) {
                done.clear();
            }
            List<String> parts = List.of(to.split("/"));
            for (int i = parts.size() - 1; i >= 0; i--) {
                ahead.push(parts.get(i));
            }
        }
        return new EntryPath(String.join("/", done));
    }

    private static Optional<byte[]> readLink(Directory root, String directory, String name) {
        Optional<Directory> parent = root.findDirectory(directory.getBytes(EntryPath.BYTES), Resolve.IN_ROOT);
        if (parent.isEmpty()) {
            return Optional.empty();
        }
        try (Directory open = parent.get()) {
            byte[] bytes = name.getBytes(EntryPath.BYTES);
            return open.find(bytes)
                    .filter(Stat::isSymlink)
                    .flatMap(link -> Vanishing.find(() -> open.readSymlink(bytes)));
        }
    }

    /** @throws FeluccaException NOT_FOUND, or INVALID where a file is taken for a directory */
    Directory openParent(Directory root) {
        Optional<Directory> found = root.findDirectory(parent.bytes(), Resolve.IN_ROOT);
        if (found.isPresent()) {
            return found.get();
        }
        boolean file = exists(root, parent);
        throw file
                ? FeluccaException.invalid("lstat " + shown() + ": not a directory")
                : new FeluccaException(Kind.NOT_FOUND, "lstat " + shown() + ": no such file or directory");
    }

    /** Whether the path, or a part of it, is something other than a directory. */
    private static boolean exists(Directory root, EntryPath path) {
        for (EntryPath at = path; !at.isRoot(); at = at.parent()) {
            Optional<Directory> above = root.findDirectory(at.parent().bytes(), Resolve.IN_ROOT);
            if (above.isPresent()) {
                try (Directory open = above.get()) {
                    return open.find(at.nameBytes()).isPresent();
                }
            }
        }
        return false;
    }

    byte[] baseBytes() {
        return base.getBytes(EntryPath.BYTES);
    }

    String shown() {
        return new String(asked.getBytes(EntryPath.BYTES), StandardCharsets.UTF_8);
    }
}
