package io.felucca.builder.files;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.PathPattern;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.Open;
import io.felucca.linux.files.OpenFile;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import io.felucca.linux.spill.RecordSorter;
import io.felucca.linux.spill.SortedRecords;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Chooses what COPY and ADD name, below a root that nothing leads out of. */
public final class Sources {

    /** Each is held in memory. */
    private static final int MOST = 100_000;

    private final Directory root;
    private final String instruction;

    /** @param instruction COPY or ADD, for the texts of errors */
    public Sources(Directory root, String instruction) {
        this.root = root;
        this.instruction = instruction;
    }

    /** @throws FeluccaException INVALID with Docker's text when there is nothing of that name */
    public List<Source> find(String word) {
        String clean = TargetPath.clean("/" + word).substring(1);
        if (escapes(word)) {
            throw FeluccaException.invalid(
                    instruction + " failed: forbidden path outside the build context: " + word + " ()");
        }
        if (PathPattern.isPattern(clean)) {
            List<Source> found = new ArrayList<>();
            match(new byte[0], clean.split("/"), 0, found);
            if (found.isEmpty()) {
                throw FeluccaException.invalid(instruction + " failed: no source files were specified");
            }
            return found;
        }
        return List.of(one(bytes(clean))
                .orElseThrow(() -> FeluccaException.invalid(
                        instruction + " failed: file not found in build context or excluded by .dockerignore: stat "
                                + word + ": file does not exist")));
    }

    private static boolean escapes(String word) {
        int depth = 0;
        for (String part : word.split("/")) {
            if (part.equals("..") && --depth < 0 && !word.startsWith("/")) {
                return true;
            }
            depth += part.isEmpty() || part.equals(".") || part.equals("..") ? 0 : 1;
        }
        return false;
    }

    private void match(byte[] folder, String[] parts, int next, List<Source> found) {
        if (!PathPattern.isPattern(parts[next])) {
            byte[] path = join(folder, bytes(parts[next]));
            if (next + 1 < parts.length) {
                match(path, parts, next + 1, found);
            } else {
                one(path).ifPresent(found::add);
            }
            return;
        }
        Optional<PathPattern> pattern = pattern(parts[next]);
        if (pattern.isEmpty()) {
            return;
        }
        Optional<Directory> opened = root.findDirectory(folder, Resolve.NO_SYMLINKS);
        if (opened.isEmpty()) {
            return;
        }
        try (Directory directory = opened.get();
                RecordSorter sorter = new RecordSorter();
                SortedRecords names = sorted(directory, sorter)) {
            while (names.hasNext()) {
                byte[] name = names.next();
                if (!pattern.get().matches(new String(name, StandardCharsets.UTF_8))) {
                    continue;
                }
                byte[] path = join(folder, name);
                if (next + 1 < parts.length) {
                    match(path, parts, next + 1, found);
                } else {
                    one(path).ifPresent(source -> add(found, source));
                }
            }
        }
    }

    private void add(List<Source> found, Source source) {
        if (found.size() == MOST) {
            throw FeluccaException.invalid(instruction + " failed: more than " + MOST
                    + " files and folders are of such names: copy the folder that they are in");
        }
        found.add(source);
    }

    /** Empty for what is no pattern, and so fits nothing. */
    private static Optional<PathPattern> pattern(String word) {
        try {
            return Optional.of(PathPattern.of(word.replaceAll("\\*+", "*")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<Source> one(byte[] path) {
        byte[] name = lastPart(path);
        Optional<Directory> directory = root.findDirectory(path, Resolve.IN_ROOT);
        if (directory.isPresent()) {
            directory.get().close();
            return Optional.of(new Source(root, path, name, true));
        }
        try (OpenFile file = root.open(path, Resolve.IN_ROOT, Open.PATH, 0)) {
            Stat stat = file.stat();
            if (!stat.isRegular()) {
                throw FeluccaException.invalid(instruction + " failed: " + new String(path, StandardCharsets.UTF_8)
                        + " is neither a file nor a folder");
            }
            return Optional.of(new Source(root, path, name, false));
        } catch (FeluccaException e) {
            if (e.kind() == FeluccaException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Names of a folder by their bytes, in bounded memory. */
    static SortedRecords sorted(Directory directory, RecordSorter sorter) {
        RecordSorter.Sorting sorting = sorter.begin();
        for (DirectoryEntry entry : directory.entries()) {
            sorting.add(entry.name());
        }
        return sorting.sorted();
    }

    private static byte[] lastPart(byte[] path) {
        String text = new String(path, StandardCharsets.ISO_8859_1);
        return text.substring(text.lastIndexOf('/') + 1).getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] join(byte[] folder, byte[] name) {
        if (folder.length == 0) {
            return name;
        }
        byte[] path = new byte[folder.length + 1 + name.length];
        System.arraycopy(folder, 0, path, 0, folder.length);
        path[folder.length] = '/';
        System.arraycopy(name, 0, path, folder.length + 1, name.length);
        return path;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
