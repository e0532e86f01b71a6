package io.felucca.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * One side of a copy at the user's: which file a word means. As Docker's command line finds it (moby/go-archive's
 * CopyInfoSourcePath and CopyInfoDestinationPath): a source's last name is a link itself unless a slash, a dot or -L
 * follows it; a target is what its links lead to, there or not.
 *
 * @param path resolved
 * @param name that members of an archive of it begin with: its own or the one that the word had; "." for what is in it
 * @param assertsDirectory the word ends like a folder's
 */
record TreeFacts(Path path, String name, boolean exists, boolean isDirectory, boolean assertsDirectory) {

    private static final int MOST_LINKS = 10;
    private static final int TYPE = 0170000;

    /** The engine's byte of flags: there, a folder, meant as a folder. */
    byte flags() {
        return (byte) ((exists ? 1 : 0) | (isDirectory ? 2 : 0) | (assertsDirectory ? 4 : 0));
    }

    static TreeFacts source(String word, boolean followLink) throws IOException {
        Path asked = Paths.get(word).toAbsolutePath().normalize();
        boolean contents = endsWithDot(word);
        boolean asserts = contents || word.endsWith("/");
        Path resolved;
        if (followLink || asserts || asked.getFileName() == null) {
            resolved = real(asked);
        } else {
            resolved = real(asked.getParent()).resolve(asked.getFileName());
        }
        boolean directory = lstat(resolved).isDirectory();
        if (asserts && !directory) {
            throw new IOException(followLink ? "lstat " + resolved + "/: not a directory" : "not a directory");
        }
        Path last = asked.getFileName();
        String name = contents || last == null ? "." : last.toString();
        return new TreeFacts(resolved, name, true, directory, asserts);
    }

    static TreeFacts target(String word) throws IOException {
        Path asked = Paths.get(word).toAbsolutePath().normalize();
        Path parent = asked.getParent();
        if (parent != null && !Files.exists(parent)) {
            throw new IOException("invalid output path: directory " + quoted(parent) + " does not exist");
        }
        boolean asserts = endsWithDot(word) || word.endsWith("/");
        requireFileOrDirectory(asked, asserts);
        Path path = asked;
        for (int links = 0; Files.isSymbolicLink(path); links++) {
            if (links > MOST_LINKS) {
                throw new IOException("too many symlinks in " + asked);
            }
            path = path.resolveSibling(Files.readSymbolicLink(path)).normalize();
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.exists(path.getParent())) {
                throw new IOException("stat " + path.getParent() + ": no such file or directory");
            } else if (!Files.isDirectory(path.getParent())) {
                throw new IOException("not a directory");
            }
            return new TreeFacts(path, path.getFileName().toString(), false, false, asserts);
        }
        Path last = path.getFileName();
        return new TreeFacts(path, last == null ? "." : last.toString(), true, Files.isDirectory(path), asserts);
    }

    private static void requireFileOrDirectory(Path asked, boolean asserts) throws IOException {
        try {
            int type = (int) Files.getAttribute(asked, "unix:mode") & TYPE;
            if (type == 0060000 || type == 0020000) {
                throw new IOException("invalid output path: " + quoted(asked)
                        + " must be a directory or a regular file: got a device");
            } else if (asserts && type != 0040000) {
                throw new IOException("stat " + asked + "/: not a directory");
            }
        } catch (NoSuchFileException e) {
            return; // it comes to be
        }
    }

    private static boolean endsWithDot(String word) {
        return word.equals(".") || word.endsWith("/.");
    }

    private static Path real(Path path) throws IOException {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new IOException(GoWords.reason("lstat " + missing(path), e), e);
        }
    }

    /** The first part of a path that is not there. */
    private static Path missing(Path path) {
        Path first = path;
        for (Path part = path; part != null && !Files.exists(part); part = part.getParent()) {
            first = part;
        }
        return first;
    }

    private static PosixFileAttributes lstat(Path path) throws IOException {
        try {
            return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new IOException(GoWords.reason("lstat " + path, e), e);
        }
    }

    private static String quoted(Object text) {
        return '"' + text.toString() + '"';
    }
}
