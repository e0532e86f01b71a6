package io.felucca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A filesystem of a kind that is asked for, on a loop device, mounted on a folder of its own under {@code /tmp}. Its file
 * has no name any more once it is mounted, so that the end of the mount, which {@link #close} makes, leaves nothing. Needs
 * root, mount(8) and the program that makes the filesystem.
 */
public final class LoopDisk implements AutoCloseable {

    private static final Path TMP = Path.of(System.getProperty("java.io.tmpdir"));

    private final Path folder;
    /** All that has been written to the disk; what the kernel still holds is not in it. */
    private final FileChannel content;

    private LoopDisk(Path folder, FileChannel content) {
        this.folder = folder;
        this.content = content;
    }

    /** @param makeFileSystem the program and its options; the file comes last */
    public static LoopDisk make(long sizeBytes, String... makeFileSystem) {
        try {
            return mounted(image -> {
                try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                    file.setLength(sizeBytes);
                }
                run(Stream.concat(Stream.of(makeFileSystem), Stream.of(image.toString()))
                        .toList());
            });
        } catch (IOException e) {
            throw new AssertionError("no disk made by " + List.of(makeFileSystem), e);
        }
    }

    /** What a loss of power would leave of this disk now; this one goes on. Its filesystem is repaired by its journal. */
    public LoopDisk afterPowerCut() {
        try {
            return mounted(image -> {
                try (FileChannel copy = FileChannel.open(image, StandardOpenOption.WRITE)) {
                    for (long at = 0; at < content.size(); ) {
                        at += content.transferTo(at, content.size() - at, copy);
                    }
                }
            });
        } catch (IOException e) {
            throw new AssertionError("no copy of the disk at " + folder, e);
        }
    }

    private interface Making {
        void make(Path image) throws IOException;
    }

    private static LoopDisk mounted(Making making) throws IOException {
        Path folder = Files.createTempDirectory(TMP, "felucca-disk-");
        Path image = Files.createTempFile(TMP, "felucca-disk-", ".img");
        boolean made = false;
        try {
            making.make(image);
            FileChannel content = FileChannel.open(image);
            run(List.of("mount", "-o", "loop", image.toString(), folder.toString()));
            made = true;
            return new LoopDisk(folder, content);
        } finally {
            Files.delete(image);
            if (!made) {
                Files.delete(folder);
            }
        }
    }

    /** Where it is mounted. */
    public Path folder() {
        return folder;
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as(command.toString())
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted at " + command, e);
        }
        assertThat(process.exitValue()).as(command + ": " + output).isZero();
    }

    /** Unmounts it, busy or not. */
    @Override
    public void close() {
        try {
            content.close();
            run(List.of("umount", "-l", folder.toString()));
            Files.delete(folder);
        } catch (IOException e) {
            throw new AssertionError("cannot take away " + folder, e);
        }
    }
}
