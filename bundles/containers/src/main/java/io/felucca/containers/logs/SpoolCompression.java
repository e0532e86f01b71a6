package io.felucca.containers.logs;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Rotated files of a spool in gzip, and the way back. A file's name tells whether it is compressed. */
final class SpoolCompression {

    /** The suffix that dockerd gives compressed logs. */
    static final String SUFFIX = ".gz";

    private static final int BUFFER_BYTES = 64 * 1024;

    private SpoolCompression() {}

    static boolean isCompressed(Path file) {
        return file.toString().endsWith(SUFFIX);
    }

    /** Opens a file's lines, which can be read at any place. */
    static FileChannel open(Path file) throws IOException {
        FileChannel stored = FileChannel.open(file, StandardOpenOption.READ);
        if (!isCompressed(file)) {
            return stored;
        }
        try (stored) {
            return expanded(stored, file);
        }
    }

    /** The lines of a compressed file, in a file beside it that has no name. @param stored stays open */
    static FileChannel expanded(FileChannel stored, Path file) throws IOException {
        Path beside = Files.createTempFile(file.getParent(), "log", ".whole");
        FileChannel whole = FileChannel.open(
                beside, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        boolean done = false;
        try {
            InputStream in = new GZIPInputStream(Channels.newInputStream(stored), BUFFER_BYTES);
            byte[] piece = new byte[BUFFER_BYTES];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                ByteBuffer buffer = ByteBuffer.wrap(piece, 0, count);
                while (buffer.hasRemaining()) {
                    whole.write(buffer);
                }
            }
            whole.position(0);
            done = true;
            return whole;
        } finally {
            if (!done) {
                whole.close();
            }
        }
    }

    /** Writes lines from that place on, compressed where the new file's name says so, with the mode of another file. */
    static void write(FileChannel lines, long from, Path target, boolean compressed, Path other) throws IOException {
        Files.deleteIfExists(target);
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (compressed) {
                compress(lines, from, out);
            } else {
                for (long at = from; at < lines.size(); ) {
                    at += lines.transferTo(at, lines.size() - at, out);
                }
            }
        }
        Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(other));
    }

    private static void compress(FileChannel lines, long from, FileChannel out) throws IOException {
        try (OutputStream gzip = new GZIPOutputStream(
                new BufferedOutputStream(Channels.newOutputStream(out), BUFFER_BYTES), BUFFER_BYTES)) {
            byte[] piece = new byte[BUFFER_BYTES];
            ByteBuffer buffer = ByteBuffer.wrap(piece);
            for (long at = from; ; at += buffer.limit()) {
                buffer.clear();
                int count = lines.read(buffer, at);
                if (count <= 0) {
                    return;
                }
                buffer.flip();
                gzip.write(piece, 0, count);
            }
        }
    }
}
