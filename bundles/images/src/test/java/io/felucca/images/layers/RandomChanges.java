package io.felucca.images.layers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Makes a tree and changes it, the same for the same seed. */
final class RandomChanges {

    private static final int FILES = 300;
    private static final int CHANGES = 150;

    private final Random random;
    private int fresh;

    RandomChanges(long seed) {
        random = new Random(seed);
    }

    void fill(Path tree) {
        try {
            for (int i = 0; i < FILES; i++) {
                Path folder =
                        tree.resolve("d" + random.nextInt(4) + "/e" + random.nextInt(4) + "/g" + random.nextInt(3));
                Files.createDirectories(folder);
                Files.writeString(folder.resolve("f" + i), "content " + i);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void change(Path tree) {
        for (int i = 0; i < CHANGES; i++) {
            try {
                change(tree, random.nextInt(12));
            } catch (FileSystemException e) {
                continue; // as a directory that would be moved into itself
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void change(Path tree, int kind) throws IOException {
        Path file = pick(tree, path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS));
        Path folder = pick(tree, path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
        Path other = pick(tree, path -> !path.equals(tree));
        Path added = folder.resolve("n" + fresh++);
        switch (kind) {
            case 0 -> Files.writeString(file, "more", StandardOpenOption.APPEND);
            case 1 -> Files.delete(file);
            case 2 -> Files.createLink(added, file);
            case 3 -> Files.move(file, added);
            case 4 -> Files.move(other, added);
            case 5 -> Files.writeString(added, "new");
            case 6 -> Files.createDirectory(added);
            case 7 ->
                Files.setPosixFilePermissions(
                        random.nextBoolean() || folder.equals(tree) ? file : folder,
                        PosixFilePermissions.fromString(random.nextBoolean() ? "rwx------" : "rwxr-x---"));
            case 8 -> remove(tree, folder);
            case 9 -> Files.createSymbolicLink(added, Path.of("anywhere"));
            case 10 -> {
                Files.delete(file);
                Files.writeString(Files.createDirectory(file).resolve("within"), "new");
            }
            default -> swap(file, other);
        }
    }

    private static void remove(Path tree, Path folder) throws IOException {
        if (folder.getParent().equals(tree) || folder.equals(tree)) {
            return; // else nothing would be left soon
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Each is then another inode under the same name. */
    private static void swap(Path one, Path other) throws IOException {
        Path aside = one.resolveSibling(one.getFileName() + "-aside");
        Files.move(one, aside);
        Files.move(other, one);
        Files.move(aside, other);
    }

    private Path pick(Path tree, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            List<Path> found = all.filter(wanted).sorted().toList();
            return found.get(random.nextInt(found.size()));
        }
    }
}
