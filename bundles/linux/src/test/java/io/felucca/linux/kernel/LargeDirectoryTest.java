package io.felucca.linux.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import io.felucca.linux.files.FileType;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.tree.TreeCopy;
import io.felucca.linux.tree.TreeSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories whose names alone would fill the heap; the work is done by a process with a small one. Needs root. */
@Tag("slow")
class LargeDirectoryTest {

    private static final int FILES = 25_000;
    /** The names alone take 7.6 MB in the heap. */
    private static final String HEAP = "-Xmx8m";

    private static final String LONG_PREFIX = "x".repeat(240);

    @TempDir
    Path root;

    private final KernelDirectories directories = new KernelDirectories();

    @BeforeEach
    void fill() throws Exception {
        fill(Files.createDirectories(root.resolve("large")), FILES);
    }

    private void fill(Path folder, int files) {
        try (Directory directory = directories.open(folder)) {
            for (int i = 0; i < files; i++) {
                directory.makeNode((LONG_PREFIX + i).getBytes(US_ASCII), FileType.REGULAR, 0600, 0);
            }
        }
    }

    @Test
    @DisplayName("A tree is removed whole, however many names a directory in it has")
    void isRemoved() throws Exception {
        inSmallHeap("remove");
        assertThat(root.resolve("large")).doesNotExist();
    }

    @Test
    @DisplayName("A tree is counted, however many names a directory in it has")
    void isCounted() throws Exception {
        inSmallHeap("count");
        assertThat(root.resolve("count")).hasContent(Integer.toString(FILES + 1));
    }

    @Test
    @DisplayName("A tree is copied, however many names a directory in it has")
    void isCopied() throws Exception {
        inSmallHeap("copy");
        try (Directory copy = directories.open(root.resolve("copy"))) {
            assertThat(TreeSize.of(copy).inodes()).isEqualTo(FILES + 1);
        }
    }

    @Test
    @DisplayName("Two readers of one directory each see every name once, while it shrinks behind them")
    void readersKeepTheirPlaces() {
        try (Directory large = directories.open(root.resolve("large"))) {
            Set<String> first = new HashSet<>();
            Set<String> second = new HashSet<>();
            Iterator<DirectoryEntry> one = large.entries().iterator();
            Iterator<DirectoryEntry> other = large.entries().iterator();
            while (other.hasNext()) {
                second.add(new String(other.next().name(), US_ASCII));
                byte[] name = one.next().name();
                first.add(new String(name, US_ASCII));
                large.unlink(name);
            }
            assertThat(first).hasSize(FILES).isEqualTo(second);
            assertThat(large.entries().iterator().hasNext()).isFalse();
        }
    }

    @Test
    @DisplayName("Nested far deeper than descriptors reach, a tree with names at each level is removed")
    void deepTreesAreRemoved() {
        Path deep = root.resolve("deep");
        try (Directory top = directories.open(root)) {
            top.makeDirectory("deep".getBytes(US_ASCII), 0700);
            Directory at = directories.open(deep);
            for (int i = 0; i < 450; i++) {
                at.makeDirectory("d".getBytes(US_ASCII), 0700);
                at.makeNode("f".getBytes(US_ASCII), FileType.FIFO, 0600, 0);
                Directory below = at.openDirectory("d".getBytes(US_ASCII), Resolve.NO_SYMLINKS);
                at.close();
                at = below;
            }
            at.close();
            assertThat(top.removeTree("deep".getBytes(US_ASCII))).isTrue();
        }
        assertThat(deep).doesNotExist();
    }

    private void inSmallHeap(String work) throws Exception {
        Path log = root.resolve("log");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        HEAP,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        SmallHeap.class.getName(),
                        work,
                        root.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).as(Files.readString(log)).isZero();
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    /** The main class of the process. */
    static final class SmallHeap {

        private SmallHeap() {}

        public static void main(String[] words) throws Exception {
            Path root = Path.of(words[1]);
            KernelDirectories directories = new KernelDirectories();
            try (Directory top = directories.open(root);
                    Directory large = directories.open(root.resolve("large"))) {
                switch (words[0]) {
                    case "remove" -> top.removeTree("large".getBytes(US_ASCII));
                    case "count" ->
                        Files.writeString(
                                root.resolve("count"),
                                Long.toString(TreeSize.of(large).inodes()));
                    default -> {
                        top.makeDirectory("copy".getBytes(US_ASCII), 0700);
                        try (Directory copy = directories.open(root.resolve("copy"))) {
                            TreeCopy.copy(large, copy, IdMap.NONE);
                        }
                    }
                }
            }
        }
    }
}
