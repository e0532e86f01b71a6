package io.felucca.builder.fetch;

import io.felucca.linux.files.OpenFile;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** An open file as a stream; closing it closes the file. */
public final class FileInput extends InputStream {

    private final OpenFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).limit(0);
    private long offset;

    public FileInput(OpenFile file) {
        this.file = file;
    }

    @Override
    public int read() {
        return fill() ? buffer.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int from, int length) {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(bytes, from, count);
        return count;
    }

    private boolean fill() {
        if (buffer.hasRemaining()) {
            return true;
        }
        buffer.clear();
        int read = file.readAt(buffer, offset);
        buffer.position(0).limit(Math.max(read, 0));
        offset += Math.max(read, 0);
        return read > 0;
    }

    @Override
    public void close() {
        file.close();
    }
}
