package io.felucca.images.layers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.images.changes.LayerDiff;
import io.felucca.images.changes.SortedChanges;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.FileType;
import io.felucca.linux.kernel.files.KernelDirectories;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory whose names alone would fill the heap; the work is done by a process with a small one. Needs root. */
@Tag("slow")
class LargeTreeTest {

    private static final int FILES = 60_000;
    /** The names alone take 20 MB in the heap. */
    private static final String HEAP = "-Xmx16m";

    private static final String LONG_PREFIX = "x".repeat(240);
    private static final long MEMBER_BYTES = 512;

    @TempDir
    static Path root;

    private static final KernelDirectories DIRECTORIES = new KernelDirectories();

    @BeforeAll
    static void fill() throws Exception {
        try (Directory directory = DIRECTORIES.open(Files.createDirectories(root.resolve("upper/large")))) {
            for (int i = 0; i < FILES; i++) {
                directory.makeNode((LONG_PREFIX + i).getBytes(US_ASCII), FileType.REGULAR, 0600, 0);
            }
        }
        Files.createDirectories(root.resolve("lower/large"));
    }

    @Test
    void T11_aTreeOfManyNamesIsExported() throws Exception {
        inSmallHeap("tree");
        assertThat(Files.size(root.resolve("tree"))).isGreaterThan(FILES * MEMBER_BYTES);
    }

    @Test
    void T11_aLayerOfManyNamesIsCommitted() throws Exception {
        inSmallHeap("overlay");
        assertThat(Files.size(root.resolve("overlay"))).isGreaterThan(FILES * MEMBER_BYTES);
    }

    @Test
    void T11_twoViewsOfManyNamesAreCompared() throws Exception {
        inSmallHeap("difference");
        assertThat(Files.size(root.resolve("difference"))).isGreaterThan(FILES * MEMBER_BYTES);
    }

    @Test
    void T11_changesOfManyNamesAreListed() throws Exception {
        inSmallHeap("list");
        assertThat(root.resolve("list")).hasContent((FILES + 1) + " A /large/" + LONG_PREFIX + "9999");
        inSmallHeap("overlayList");
        assertThat(root.resolve("overlayList")).hasContent((FILES + 1) + " A /large/" + LONG_PREFIX + "9999");
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
            Owners owners = Owners.HOST;
            try (Directory lower = directories.open(root.resolve("lower"));
                    Directory upper = directories.open(root.resolve("upper"));
                    OutputStream tar = new BufferedOutputStream(Files.newOutputStream(root.resolve(words[0])))) {
                switch (words[0]) {
                    case "tree" -> LayerDiff.writeTree(upper, owners, LayerDiff.Filter.ALL, tar);
                    case "overlay" ->
                        LayerDiff.writeOverlay(
                                upper, path -> Optional.empty(), owners, LayerDiff.Filter.ALL, Optional.empty(), tar);
                    case "list" ->
                        list(LayerDiff.changes(Optional.of(lower), upper, owners, LayerDiff.Filter.ALL), tar);
                    case "overlayList" ->
                        list(LayerDiff.overlayChanges(Optional.of(lower), upper, owners, LayerDiff.Filter.ALL), tar);
                    default -> LayerDiff.write(Optional.of(lower), upper, owners, LayerDiff.Filter.ALL, tar);
                }
            }
        }

        private static void list(SortedChanges changes, OutputStream out) throws IOException {
            int count = 0;
            String last = "";
            try (changes) {
                while (changes.hasNext()) {
                    last = changes.next().toString();
                    count++;
                }
            }
            out.write((count + " " + last).getBytes(US_ASCII));
        }
    }
}
