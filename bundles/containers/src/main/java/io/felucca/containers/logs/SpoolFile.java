package io.felucca.containers.logs;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** One open file of a spool, read line by line, also while it grows. It stays the same file when it is renamed. */
final class SpoolFile implements AutoCloseable {

    /** A longer line is cut: conmon itself splits after 8 KiB or so. */
    private static final int LINE_BYTES_MAX = 1 << 20;

    private final Path path;
    private final Object key;
    private final int generation;
    private FileChannel channel;
    private boolean compressed;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024).flip();
    private byte[] line = new byte[1024];
    private int length;

    SpoolFile(Path path, Object key, int generation, FileChannel channel) {
        this.path = path;
        this.key = key;
        this.generation = generation;
        this.channel = channel;
        compressed = SpoolCompression.isCompressed(path);
    }

    /** The inode's number. */
    Object key() {
        return key;
    }

    /** How often the spool had been rotated when this was its current file. */
    int generation() {
        return generation;
    }

    static FileChannel open(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    /** The file's lines. What is compressed is expanded when it is first read. */
    private FileChannel lines() throws IOException {
        if (compressed) {
            try (FileChannel stored = channel) {
                channel = SpoolCompression.expanded(stored, path);
            }
            compressed = false;
        }
        return channel;
    }

    /** Behind the last whole line that was read. */
    long position() {
        try {
            return lines().position() - buffer.remaining() - length;
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the log " + path + ": " + e.getMessage(), e);
        }
    }

    void seek(long offset) {
        try {
            lines().position(offset);
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the log " + path + ": " + e.getMessage(), e);
        }
    }

    /** Empty when no whole line is there now. */
    Optional<SpoolLine> next() {
        while (true) {
            while (buffer.hasRemaining()) {
                byte b = buffer.get();
                if (b == '\n') {
                    Optional<SpoolLine> parsed = SpoolLine.parse(line, length);
                    length = 0;
                    if (parsed.isPresent()) {
                        return parsed;
                    }
                } else if (length < LINE_BYTES_MAX) {
                    append(b);
                }
            }
            if (!fill()) {
                return Optional.empty();
            }
        }
    }

    private void append(byte b) {
        if (length == line.length) {
            line = Arrays.copyOf(line, line.length * 2);
        }
        line[length++] = b;
    }

    private boolean fill() {
        try {
            buffer.clear();
            int count = lines().read(buffer);
            buffer.flip();
            return count > 0;
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the log " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Goes to where the last lines begin, reading backwards. A line that the monitor wrote in several entries is one.
     *
     * @param endsLog whether no file follows this one
     * @return how many whole lines are there, at most {@code wanted}
     */
    int seekToLast(int wanted, boolean endsLog) {
        try {
            ReverseReader reverse = new ReverseReader(lines(), wanted, endsLog);
            lines().position(reverse.start());
            return reverse.found();
        } catch (IOException e) {
            throw FeluccaException.system("cannot read the log " + path + ": " + e.getMessage(), e);
        }
    }

    /** Writes the whole file compressed, with the mode of another file. */
    void packTo(Path target, Path other) throws IOException {
        SpoolCompression.write(channel, 0, target, true, other);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw FeluccaException.system("cannot close the log " + path + ": " + e.getMessage(), e);
        }
    }
}
