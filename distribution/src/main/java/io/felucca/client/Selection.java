package io.felucca.client;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.IgnorePatterns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Chooses which files of a tree are sent, by their paths in it: relative, with slashes. */
final class Selection {

    static final Selection ALL = new Selection(List.of(), IgnorePatterns.NONE);

    /** What becomes of a file or a folder. */
    enum Choice {
        TAKEN,
        /** A folder that is sent only if something in it is. */
        LOOKED_INTO,
        LEFT
    }

    private final List<String> only;
    private final IgnorePatterns ignored;

    private Selection(List<String> only, IgnorePatterns ignored) {
        this.only = only;
        this.ignored = ignored;
    }

    /**
     * @param only names, a line each, or empty for all; all as well when a link stands in the way of one, since what it
     *     leads to is meant
     * @param ignored the text of a .dockerignore
     */
    static Selection of(Path root, String only, String ignored) throws IOException {
        List<String> names = only.lines().toList();
        boolean plain = names.stream().noneMatch(name -> passesLink(root, name));
        try {
            return new Selection(plain ? names : List.of(), IgnorePatterns.parse(ignored));
        } catch (FeluccaException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static boolean passesLink(Path root, String name) {
        Path path = root;
        for (String part : name.split("/")) {
            path = path.resolve(part);
            if (Files.isSymbolicLink(path)) {
                return true;
            }
        }
        return false;
    }

    Choice of(String path, boolean folder) {
        Choice choice = only.isEmpty() ? Choice.TAKEN : named(path);
        if (choice == Choice.LEFT || !ignored.ignores(path)) {
            return choice;
        }
        return folder && ignored.hasExceptions() ? Choice.LOOKED_INTO : Choice.LEFT;
    }

    private Choice named(String path) {
        Choice choice = Choice.LEFT;
        for (String name : only) {
            if (path.equals(name) || path.startsWith(name + "/")) {
                return Choice.TAKEN;
            }
            if (name.startsWith(path + "/")) {
                choice = Choice.LOOKED_INTO;
            }
        }
        return choice;
    }
}
