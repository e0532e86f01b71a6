package io.felucca.images.content;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Replaces a file whole: written beside, synced, renamed, and the folder synced. */
public final class DurableFile {

    private DurableFile() {}

    /**
     * @param beside folder of the same filesystem for the temporary file
     * @throws FeluccaException SYSTEM; the old content is then still there
     */
    public static void replace(Path file, byte[] content, Path beside) {
        Path temporary = null;
        try {
            temporary = Files.createTempFile(beside, file.getFileName().toString(), ".tmp");
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(file.getParent());
        } catch (IOException e) {
            discard(temporary);
            throw FeluccaException.system("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** Syncs a file that has been written through another descriptor. */
    public static void sync(Path file) throws IOException {
        syncFolder(file);
    }

    public static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void discard(Path temporary) {
        if (temporary != null) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException ignored) {
                // The next start empties the folder of temporary files.
            }
        }
    }
}
