package io.felucca.linux.spill;

import io.felucca.FeluccaException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.UUID;

/**
 * Runs of records in a temporary file, which loses its name as soon as it is open, so that nothing is left when the engine
 * ends, by a signal too. Not thread-safe.
 */
final class SpillFile implements AutoCloseable {

    private static final int READ_BYTES = 1024;
    private static final int WRITE_BYTES = 64 << 10;

    private final FileChannel channel;
    private long sizeBytes;

    private SpillFile(FileChannel channel) {
        this.channel = channel;
    }

    /** A part of the file. */
    record Run(long begin, long end) {}

    /** The JVM's temporary files, which the engine keeps in its data root and removes at each start. */
    static Path folder() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    static SpillFile open(Path folder) {
        try {
            return new SpillFile(FileChannel.open(
                    folder.resolve("felucca-" + UUID.randomUUID()),
                    Set.of(
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
        } catch (IOException e) {
            throw failed("make a file in " + folder + " for what memory does not hold", e);
        }
    }

    private static FeluccaException failed(String what, IOException e) {
        return FeluccaException.system("cannot " + what + ": " + e, e);
    }

    Run write(Iterator<byte[]> records) {
        long begin = sizeBytes;
        ByteBuffer buffer = ByteBuffer.allocate(WRITE_BYTES);
        try {
            while (records.hasNext()) {
                byte[] record = records.next();
                if (buffer.remaining() < Integer.BYTES + record.length) {
                    flush(buffer);
                }
                if (buffer.remaining() < Integer.BYTES + record.length) {
                    buffer = ByteBuffer.allocate(Integer.BYTES + record.length);
                }
                buffer.putInt(record.length).put(record);
            }
            flush(buffer);
        } catch (IOException e) {
            throw failed("write what memory does not hold to " + folder(), e);
        }
        return new Run(begin, sizeBytes);
    }

    private void flush(ByteBuffer buffer) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            sizeBytes += channel.write(buffer, sizeBytes);
        }
        buffer.clear();
    }

    /** Fills the buffer; with zeros beyond what was written. */
    void readAt(ByteBuffer buffer, long offset) {
        try {
            long at = offset;
            while (buffer.hasRemaining()) {
                int read = channel.read(buffer, at);
                if (read < 0) {
                    Arrays.fill(buffer.array(), buffer.position(), buffer.limit(), (byte) 0);
                    return;
                }
                at += read;
            }
        } catch (IOException e) {
            throw failed("read back what memory did not hold", e);
        }
    }

    /** Writes at a place that the caller chose; for a file that has no runs. */
    void writeAt(ByteBuffer buffer, long offset) {
        try {
            long at = offset;
            while (buffer.hasRemaining()) {
                at += channel.write(buffer, at);
            }
        } catch (IOException e) {
            throw failed("write what memory does not hold to " + folder(), e);
        }
    }

    Iterator<byte[]> read(Run run) {
        return new Reader(run);
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** Gives back what was written from there on. */
    void cut(long begin) {
        try {
            channel.truncate(begin);
            sizeBytes = begin;
        } catch (IOException e) {
            throw failed("cut the file of what memory did not hold", e);
        }
    }

    private final class Reader implements Iterator<byte[]> {

        private final long end;
        private ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES).limit(0);
        private long next;

        Reader(Run run) {
            next = run.begin();
            end = run.end();
        }

        @Override
        public boolean hasNext() {
            return buffer.hasRemaining() || next < end;
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            need(Integer.BYTES);
            byte[] record = new byte[buffer.getInt()];
            need(record.length);
            buffer.get(record);
            return record;
        }

        private void need(int bytes) {
            if (buffer.remaining() >= bytes) {
                return;
            }
            if (bytes > buffer.capacity()) {
                buffer = ByteBuffer.allocate(bytes).put(buffer);
            } else {
                buffer.compact();
            }
            try {
                while (buffer.position() < bytes) {
                    buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + end - next));
                    int read = channel.read(buffer, next);
                    if (read <= 0) {
                        throw new EOFException("it ends too early");
                    }
                    next += read;
                }
            } catch (IOException e) {
                throw failed("read back what memory did not hold", e);
            }
            buffer.flip();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed("close the file of what memory did not hold", e);
        }
    }
}
