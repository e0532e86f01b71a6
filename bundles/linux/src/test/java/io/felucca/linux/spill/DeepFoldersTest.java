package io.felucca.linux.spill;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.linux.files.Directory;
import io.felucca.linux.files.Resolve;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.tree.TreeSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeepFoldersTest {

    private static final int NESTED = 900;
    private static final byte[] NAME = "nested".getBytes(US_ASCII);

    @TempDir
    Path folder;

    private Directory top;

    @BeforeEach
    void nest() {
        top = new KernelDirectories().open(folder);
        Directory at = new KernelDirectories().open(folder);
        for (int i = 0; i < NESTED; i++) {
            at.makeDirectory(NAME, 0700);
            try (Directory above = at) {
                at = above.openDirectory(NAME, Resolve.NO_SYMLINKS);
            }
        }
        at.close();
    }

    @AfterEach
    void close() {
        top.removeTree(NAME);
        top.close();
    }

    private static byte[] path(int levels) {
        return ("nested/".repeat(levels - 1) + "nested").getBytes(US_ASCII);
    }

    private List<Integer> lengths(DeepFolders deep) {
        List<Integer> lengths = new ArrayList<>();
        deep.forEach(top, (open, path) -> lengths.add(path.length));
        return lengths;
    }

    @Test
    @DisplayName("A folder beyond what one path can say is opened, and counted with all levels above it (T11)")
    void allLevelsAreCounted() {
        assertThat(DeepFolders.open(top, path(NESTED))).hasValueSatisfying(Directory::close);
        assertThat(DeepFolders.open(top, path(NESTED + 1))).isEmpty();
        assertThat(TreeSize.of(top).inodes()).isEqualTo(NESTED + 1);
    }

    @Test
    @DisplayName("Paths too long, and more of them than the bound, are passed over (T11)")
    void pathsAreBounded() {
        try (DeepFolders deep = new DeepFolders(path(3).length * 2L)) {
            deep.add(path(70_000));
            deep.add(path(2));
            deep.add(path(3));
            deep.add(path(3));
            assertThat(lengths(deep)).containsExactly(path(2).length, path(3).length);
        }
    }
}
