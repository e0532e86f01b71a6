package io.felucca.builder.context;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.IgnorePatterns;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Files of an unpacked context that the builder reads, and the removal of those that are ignored. */
final class ContextFiles {

    private static final String IGNORE = ".dockerignore";
    /** Longer texts are refused, not read. */
    private static final int MAX_BYTES = 4 << 20;

    private static final int DEPTH = 1000;

    private ContextFiles() {}

    /** The text of the Dockerfile. @throws FeluccaException INVALID with Docker's text */
    static String dockerfile(Directory root, String path) {
        String name = path.isEmpty() ? "Dockerfile" : path;
        Optional<String> text = read(root, name);
        if (text.isEmpty() && path.isEmpty()) {
            text = read(root, "dockerfile");
        }
        String found = text.orElseThrow(() -> FeluccaException.system("Cannot locate specified Dockerfile: " + name));
        if (found.isEmpty()) {
            throw FeluccaException.invalid("the Dockerfile (" + name + ") cannot be empty");
        }
        return found;
    }

    /** The files that say what of a context is ignored, and the Dockerfile: its parts that are read first. */
    static List<String> first(String dockerfile) {
        String name = dockerfile.isEmpty() ? "Dockerfile" : dockerfile;
        List<String> names = new ArrayList<>(List.of(name, name + IGNORE, IGNORE));
        if (dockerfile.isEmpty()) {
            names.add("dockerfile");
        }
        return names;
    }

    /** The text of {@code .dockerignore}, or of the one of the Dockerfile's own name; empty for none. */
    static String ignored(Directory root, String dockerfile) {
        String own = (dockerfile.isEmpty() ? "Dockerfile" : dockerfile) + IGNORE;
        return read(root, own).or(() -> read(root, IGNORE)).orElse("");
    }

    /** Takes out what is ignored. */
    static void removeIgnored(Directory root, String ignored) {
        IgnorePatterns patterns = patterns(ignored);
        if (!patterns.isEmpty()) {
            remove(root, patterns, "", 0);
        }
    }

    /** @throws FeluccaException INVALID with Docker's text */
    static IgnorePatterns patterns(String ignored) {
        try {
            return IgnorePatterns.parse(ignored);
        } catch (FeluccaException e) {
            throw new FeluccaException(e.kind(), "Error checking context: '" + e.getMessage() + "'.", e);
        }
    }

    private static void remove(Directory folder, IgnorePatterns patterns, String path, int depth) {
        if (depth > DEPTH) {
            throw FeluccaException.invalid("cannot read folders that are nested deeper than " + DEPTH);
        }
        for (DirectoryEntry entry : folder.entries()) {
            String below = path + new String(entry.name(), StandardCharsets.UTF_8);
            boolean ignored = patterns.ignores(below);
            boolean isFolder = entry.type() == FileType.DIRECTORY
                    || entry.type() == FileType.UNKNOWN
                            && folder.stat(entry.name()).isDirectory();
            if (ignored && !(isFolder && patterns.hasExceptions())) {
                folder.removeTree(entry.name());
            } else if (isFolder) {
                boolean empty;
                try (Directory next = folder.openDirectory(entry.name(), Resolve.NO_SYMLINKS)) {
                    var before = next.stat().modified();
                    remove(next, patterns, below + "/", depth + 1);
                    next.setTimes(before, before);
                    empty = ignored && !next.entries().iterator().hasNext();
                }
                if (empty) {
                    folder.removeDirectory(entry.name());
                }
            }
        }
    }

    private static Optional<String> read(Directory root, String path) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        try (OpenFile seen = root.open(name, Resolve.IN_ROOT, Open.PATH, 0)) {
            if (!seen.stat().isRegular()) {
                return Optional.empty();
            }
            if (seen.stat().sizeBytes() > MAX_BYTES) {
                throw FeluccaException.invalid(path + " is longer than " + MAX_BYTES + " bytes");
            }
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
        try (OpenFile file = root.open(name, Resolve.IN_ROOT, Open.READ | Open.NON_BLOCKING, 0)) {
            ByteBuffer buffer =
                    ByteBuffer.allocate((int) Math.min(MAX_BYTES, file.stat().sizeBytes()));
            while (buffer.hasRemaining() && file.readAt(buffer, buffer.position()) > 0) {
                // Each turn moves the buffer on.
            }
            return Optional.of(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
        }
    }
}
