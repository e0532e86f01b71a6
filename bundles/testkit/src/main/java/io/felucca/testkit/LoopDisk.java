package io.felucca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private LoopDisk(Path folder) {
        this.folder = folder;
    }

    /** @param makeFileSystem the program and its options; the file comes last */
    public static LoopDisk make(long sizeBytes, String... makeFileSystem) {
        try {
            Path folder = Files.createTempDirectory(TMP, "felucca-disk-");
            Path image = Files.createTempFile(TMP, "felucca-disk-", ".img");
            boolean made = false;
            try {
                try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                    file.setLength(sizeBytes);
                }
                run(Stream.concat(Stream.of(makeFileSystem), Stream.of(image.toString()))
                        .toList());
                run(List.of("mount", "-o", "loop", image.toString(), folder.toString()));
                made = true;
                return new LoopDisk(folder);
            } finally {
                Files.delete(image);
                if (!made) {
                    Files.delete(folder);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("no disk made by " + List.of(makeFileSystem), e);
        }
    }

    /** Where it is mounted. */
    public Path folder() {
        return folder;
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
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
            run(List.of("umount", "-l", folder.toString()));
            Files.delete(folder);
        } catch (IOException e) {
            throw new AssertionError("cannot take away " + folder, e);
        }
    }
}
