package io.felucca.storage.vfs;

import static io.felucca.testkit.Content.read;
import static io.felucca.testkit.Content.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.linux.files.Directory;
import io.felucca.linux.kernel.files.KernelDirectories;
import io.felucca.linux.kernel.files.KernelProjectQuotas;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.LayerStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies on a filesystem that can share blocks. Needs mkfs.xfs (package xfsprogs). */
@Tag("root")
class SharedBlocksTest {

    private static final int MEBIBYTE = 1 << 20;

    private final KernelDirectories directories = new KernelDirectories();
    private final KernelMounts mounts = new KernelMounts();
    private Path folder;
    private Path disk;

    @BeforeEach
    void mountDisk() throws Exception {
        folder = Files.createTempDirectory("felucca-xfs-");
        disk = Files.createDirectory(folder.resolve("disk"));
        Path image = folder.resolve("image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(400L * MEBIBYTE);
        }
        run("mkfs.xfs", "-q", image.toString());
        run("mount", "-o", "loop", image.toString(), disk.toString());
    }

    @AfterEach
    void unmount() throws IOException {
        mounts.unmount(disk, true);
        mounts.close();
        Files.delete(folder.resolve("image"));
        Files.delete(disk);
        Files.delete(folder);
    }

    @Test
    void copiesShareTheirBlocksWhereTheFilesystemCan() {
        VfsDriver driver = new VfsDriver(directories, mounts, new KernelProjectQuotas());
        Path root = disk.resolve("vfs");
        assertThat(root.toFile().mkdir()).isTrue();
        try (LayerStore store = driver.open(root, Map.of())) {
            store.prepare("key", "", IdMap.NONE);
            in(root.resolve("layers/key/files"), files -> write(files, "big", "x".repeat(40 * MEBIBYTE)));
            store.commit("base", "key");
            long before = directories.fileSystem(root).freeBytes();
            store.prepare("a", "base", IdMap.NONE);
            store.prepare("b", "base", IdMap.NONE);
            in(root.resolve("layers/b/files"), files -> {
                files.syncFileSystem();
                assertThat(read(files, "big")).hasSize(40 * MEBIBYTE);
            });
            assertThat(before - directories.fileSystem(root).freeBytes()).isLessThan(8 * MEBIBYTE);
        }
    }

    private void in(Path path, Consumer<Directory> work) {
        try (Directory directory = directories.open(path)) {
            work.accept(directory);
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(List.of(command) + ": " + output).isZero();
    }
}
