package io.felucca.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** A file with holes, out of GNU's sparse format 1.0: decimal numbers in lines (how many pieces; each one's offset and
 * length), zeros up to a whole block, then the pieces' bytes. */
final class SparseFile extends OutputStream {

    private static final int BLOCK = 512;

    private final FileChannel file;
    private final long realBytes;
    private final List<Long> numbers = new ArrayList<>();
    private long number;
    private long mapBytes;
    private int piece;
    private long written;

    SparseFile(FileChannel file, long realBytes) {
        this.file = file;
        this.realBytes = realBytes;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end && !mapIsWhole()) {
            byte b = bytes[at++];
            mapBytes++;
            if (b == '\n') {
                numbers.add(number);
                number = 0;
            } else if (b >= '0' && b <= '9') {
                number = number * 10 + b - '0';
            } else {
                throw new IOException("archive/tar: invalid tar header");
            }
        }
        while (at < end && mapIsWhole() && mapBytes % BLOCK != 0) {
            at++;
            mapBytes++;
        }
        while (at < end) {
            at += writePiece(bytes, at, end - at);
        }
    }

    private boolean mapIsWhole() {
        return !numbers.isEmpty() && numbers.size() == 1 + 2 * numbers.get(0);
    }

    private int writePiece(byte[] bytes, int at, int most) throws IOException {
        while (piece < numbers.get(0) && written == numbers.get(2 + 2 * piece)) {
            piece++;
            written = 0;
        }
        if (piece == numbers.get(0)) {
            throw new IOException("archive/tar: invalid tar header");
        }
        int count = (int) Math.min(most, numbers.get(2 + 2 * piece) - written);
        ByteBuffer data = ByteBuffer.wrap(bytes, at, count);
        long place = numbers.get(1 + 2 * piece) + written;
        while (data.hasRemaining()) {
            place += file.write(data, place);
        }
        written += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        try (file) {
            if (file.size() < realBytes) {
                file.write(ByteBuffer.allocate(1), realBytes - 1);
            }
        }
    }
}
