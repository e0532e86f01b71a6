package io.felucca.builder.files;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.files.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Paths below a root that nothing changes meanwhile, with every link followed as a process of that root would. */
public final class InnerPath {

    private static final int MOST_LINKS = 40;

    private InnerPath() {}

    /**
     * The path without links, relative to the root; empty for the root itself.
     *
     * @throws FeluccaException INVALID when there is nothing of that name, or there are too many links
     */
    public static String resolve(Directory root, String path) {
        Deque<String> todo = new ArrayDeque<>(List.of(path.split("/")));
        Deque<String> done = new ArrayDeque<>();
        int links = 0;
        while (!todo.isEmpty()) {
            String part = todo.removeFirst();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                done.pollLast();
                continue;
            }
            Optional<String> target = link(root, String.join("/", done), part, path);
            if (target.isEmpty()) {
                done.addLast(part);
                continue;
            }
            if (++links > MOST_LINKS) {
                throw FeluccaException.invalid("\"" + path + "\": too many levels of symbolic links");
            }
            if (target.get().startsWith("/")) {
                done.clear();
            }
            List<String> parts = Arrays.asList(target.get().split("/"));
            for (int i = parts.size() - 1; i >= 0; i--) {
                todo.addFirst(parts.get(i));
            }
        }
        return String.join("/", done);
    }

    /** The target of a symbolic link; empty for any other file. */
    private static Optional<String> link(Directory root, String folder, String name, String path) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        Optional<Directory> opened = root.findDirectory(folder.getBytes(StandardCharsets.UTF_8), Resolve.NO_SYMLINKS);
        if (opened.isEmpty()) {
            throw notFound(path);
        }
        try (Directory directory = opened.get()) {
            Stat stat = directory.find(bytes).orElseThrow(() -> notFound(path));
            return stat.isSymlink()
                    ? Optional.of(new String(directory.readSymlink(bytes), StandardCharsets.UTF_8))
                    : Optional.empty();
        }
    }

    private static FeluccaException notFound(String path) {
        return FeluccaException.invalid("\"" + path + "\": not found");
    }
}
