package io.felucca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.felucca.IdMap;
import io.felucca.linux.kernel.mounts.KernelMounts;
import io.felucca.storage.spi.Mount;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tmpfs that is filled up to so many pages, or files, that are left: tests let each write of an operation fail in turn.
 * Needs root. Not thread-safe.
 */
public final class FillingDisk implements AutoCloseable {

    public static final int PAGE_BYTES = 4096;

    private static final String FILLER = "filler";

    private final KernelMounts mounts = new KernelMounts();
    private final Path folder;

    /** The resource of which little is left. */
    public enum Scarce {
        PAGES,
        FILES
    }

    /** Mounts it. @param folder is there already */
    public FillingDisk(Path folder, int pages, int files) {
        this.folder = folder;
        mounts.mount(
                new Mount(
                        "tmpfs",
                        "tmpfs",
                        "",
                        List.of("size=" + (long) pages * PAGE_BYTES, "nr_inodes=" + files, "mode=711"),
                        IdMap.NONE),
                folder);
    }

    /** Fills it, but for so many. */
    public void leave(Scarce what, int count) throws IOException {
        if (what == Scarce.PAGES) {
            leavePages(count);
        } else {
            leaveFiles(count);
        }
    }

    private void leavePages(int count) throws IOException {
        Path filler = folder.resolve(FILLER);
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(new byte[PAGE_BYTES]);
            }
        } catch (IOException full) {
            requireFull(full);
        }
        try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.WRITE)) {
            channel.truncate(Math.max(0, channel.size() - (long) count * PAGE_BYTES));
        }
    }

    private void leaveFiles(int count) throws IOException {
        try {
            for (int i = 0; ; i++) {
                Files.createFile(folder.resolve(FILLER + i));
            }
        } catch (IOException full) {
            requireFull(full);
        }
        for (int i = 0; i < count; i++) {
            Files.deleteIfExists(folder.resolve(FILLER + i));
        }
    }

    private static void requireFull(IOException failure) {
        assertThat(failure).hasMessageContaining("No space left");
    }

    /** Removes what fills it. */
    public void free() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.toList()) {
                if (each.getFileName().toString().startsWith(FILLER)) {
                    Files.delete(each);
                }
            }
        }
    }

    /** Unmounts it. */
    @Override
    public void close() {
        mounts.unmount(folder, true);
        mounts.close();
    }
}
