package io.felucca.images.content;

import io.felucca.Digest;
import io.felucca.FeluccaException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Writes one blob beside the others and hashes it on the way. {@link #seal} ends the writing and tells the digest;
 * {@link Blobs#add} then gives it its name. Closing without that leaves nothing. One thread.
 */
public final class BlobWriter extends OutputStream {

    private Path file;
    private final FileChannel channel;
    private final Writeback writeback;
    private final MessageDigest hash;
    private long sizeBytes;
    private Digest digest;
    private boolean kept;

    /** @param hash a new one, for what is written */
    BlobWriter(Path folder, MessageDigest hash) throws IOException {
        this.hash = hash;
        file = Files.createTempFile(folder, "blob", ".tmp");
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
        writeback = new Writeback(channel);
    }

    /** Of something short. */
    public static Digest digestOf(byte[] content) {
        try {
            return Digest.ofHex(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
        } catch (NoSuchAlgorithmException e) {
            throw FeluccaException.system("this JVM has no SHA-256", e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        hash.update(bytes, offset, length);
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        sizeBytes += length;
        writeback.written(sizeBytes);
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /** Ends the writing; idempotent. */
    public Digest seal() {
        if (digest == null) {
            digest = Digest.ofHex(HexFormat.of().formatHex(hash.digest()));
        }
        return digest;
    }

    /** As {@link #seal}, and gives the descriptor back: for one of many that are written before the first is added. */
    public Digest finish() throws IOException {
        writeback.await();
        channel.close();
        return seal();
    }

    /** Where what was written can be read: under its own name once it was added. */
    public Path file() {
        return file;
    }

    /** Syncs and gives the file its name. */
    void moveTo(Path target) {
        try {
            writeback.await();
            if (channel.isOpen()) {
                channel.force(true);
                channel.close();
            } else {
                DurableFile.sync(file);
            }
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
            kept = true;
            file = target;
        } catch (IOException e) {
            throw FeluccaException.system("cannot write blob " + target + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (!kept) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove " + file + ": " + e.getMessage(), e);
        }
    }
}
