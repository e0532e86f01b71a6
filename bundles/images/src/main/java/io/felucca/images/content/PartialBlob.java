package io.felucca.images.content;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * The file of a blob that arrives bit by bit, perhaps in several attempts and from several engines' lives. Closing it
 * keeps what is there; {@link #discard} does not. One thread.
 */
public final class PartialBlob implements AutoCloseable {

    private final Path file;
    private final Path target;
    private FileChannel channel;
    private Writeback writeback;
    private long sizeBytes;

    PartialBlob(Path file, Path target) {
        this.file = file;
        this.target = target;
    }

    static void deleteBefore(Path folder, Instant time) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path each : files) {
                if (Files.getLastModifiedTime(each).toInstant().isBefore(time)) {
                    Files.deleteIfExists(each);
                }
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot clean " + folder + ": " + e.getMessage(), e);
        }
    }

    /**
     * Opens the file, making it when there is none.
     *
     * @return bytes that are there already
     */
    public long open() throws IOException {
        Files.createDirectories(file.getParent());
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        sizeBytes = channel.size();
        channel.position(sizeBytes);
        writeback = new Writeback(channel);
        return sizeBytes;
    }

    /** What an earlier attempt left. The caller closes it. */
    public InputStream read() throws IOException {
        return Files.newInputStream(file);
    }

    public void append(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        sizeBytes += length;
        writeback.written(sizeBytes);
    }

    /** Syncs the file: all of it is there, and right. */
    public void seal() throws IOException {
        writeback.await();
        channel.force(true);
        channel.close();
    }

    /** Whether the file is there with that many bytes. */
    public boolean hasSize(long bytes) {
        return Files.isRegularFile(file) && file.toFile().length() == bytes;
    }

    /** Makes the sealed file the blob. */
    void publish() throws IOException {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes it: it holds what is of no use to a later attempt. */
    public void discard() throws IOException {
        close();
        Files.deleteIfExists(file);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
