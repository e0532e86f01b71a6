package io.felucca.builder.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.felucca.FeluccaException;
import io.felucca.dockerfile.IgnorePatterns;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.FileType;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of a client's that hold more names than the heap. */
@Tag("root")
class LargeFolderTest {

    @TempDir
    Path folder;

    /** The directory, and those in it, whose names nobody may ask for all at once. */
    private static Directory inParts(Directory directory) {
        return (Directory) Proxy.newProxyInstance(
                Directory.class.getClassLoader(), new Class<?>[] {Directory.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("list")) {
                        throw new AssertionError("a folder is read whole");
                    }
                    try {
                        Object result = method.invoke(directory, arguments);
                        if (result instanceof Directory opened) {
                            return inParts(opened);
                        }
                        return result instanceof Optional<?> found && found.orElse(null) instanceof Directory opened
                                ? Optional.of(inParts(opened))
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** The directory as if it held so many files, all of which are the one that it has. */
    private static Directory many(Directory directory, int count) {
        return (Directory) Proxy.newProxyInstance(
                Directory.class.getClassLoader(), new Class<?>[] {Directory.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("entries")) {
                        Iterable<DirectoryEntry> entries = () -> new Iterator<>() {
                            private int next;

                            @Override
                            public boolean hasNext() {
                                return next < count;
                            }

                            @Override
                            public DirectoryEntry next() {
                                return new DirectoryEntry(
                                        ("n" + next++).getBytes(StandardCharsets.US_ASCII), FileType.REGULAR, 0);
                            }
                        };
                        return entries;
                    }
                    if (method.getName().equals("findDirectory") && ((byte[]) arguments[0]).length > 0) {
                        return Optional.empty();
                    }
                    if (method.getName().equals("findDirectory")) {
                        return Optional.of(many(directory, count));
                    }
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    if (method.getName().equals("open")) {
                        arguments[0] = "one".getBytes(StandardCharsets.US_ASCII);
                    }
                    try {
                        return method.invoke(directory, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("T25: folders are hashed, copied and searched by the order of their names, and none is read whole")
    void foldersAreReadInParts() throws IOException {
        Path from = Files.createDirectories(folder.resolve("from/deep/er")).getParent();
        for (String name : List.of("b", "a", "\u540d", "er/z", "er/y")) {
            Files.writeString(from.resolve(name), name);
        }
        Files.createDirectory(folder.resolve("to"));
        KernelDirectories directories = new KernelDirectories();
        try (Directory context = directories.open(folder.resolve("from"));
                Directory to = directories.open(folder.resolve("to"))) {
            Sources sources = new Sources(inParts(context), "COPY");
            assertThat(sources.find("deep/*").stream().map(source -> new String(source.name(), StandardCharsets.UTF_8)))
                    .containsExactly("a", "b", "er", "\u540d");
            List<Source> all = sources.find("deep");
            String hash = new Fingerprint(sha256(), IgnorePatterns.NONE).of(all);
            new TreeWriter(0, 0, -1, IgnorePatterns.NONE, () -> true).write(to, all, "/copy");
            assertThat(new Fingerprint(sha256(), IgnorePatterns.NONE).of(new Sources(to, "COPY").find("copy")))
                    .isNotEqualTo(hash);
            Files.move(folder.resolve("to/copy"), folder.resolve("to/deep"));
            assertThat(new Fingerprint(sha256(), IgnorePatterns.NONE).of(new Sources(to, "COPY").find("deep")))
                    .isEqualTo(hash);
        }
    }

    @Test
    @DisplayName("T25: a pattern that fits more files than are held at once is refused, and says what to do")
    void patternsAreBounded() throws IOException {
        Files.writeString(folder.resolve("one"), "");
        try (Directory context = new KernelDirectories().open(folder)) {
            List<Source> found = new ArrayList<>(new Sources(many(context, 100_000), "COPY").find("*"));
            assertThat(found).hasSize(100_000);
            assertThatThrownBy(() -> new Sources(many(context, 100_001), "COPY").find("*"))
                    .isInstanceOf(FeluccaException.class)
                    .hasMessage("COPY failed: more than 100000 files and folders are of such names:"
                            + " copy the folder that they are in");
        }
    }
}
