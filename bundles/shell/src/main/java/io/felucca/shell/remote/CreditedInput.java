package io.felucca.shell.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Bytes that the client sends: standard input or a file. Nothing is asked for before the first read, and never more than
 * a window of bytes is on its way, so that a command that does not read eats nothing of the user's.
 */
final class CreditedInput extends InputStream {

    /** For standard input: the process at its other end may not read, and many may wait so. */
    static final int INPUT_WINDOW = 128 * 1024;

    /** For files, which are read as fast as they come. */
    static final int FILE_WINDOW = 1 << 20;

    /** As many of the largest frames as a file's window has. */
    private static final int SPARES = FILE_WINDOW / FrameTypes.MAX_PAYLOAD;

    /** Sends credit to the client. */
    interface Credit {
        void grant(int bytes) throws IOException;
    }

    private final int window;
    private final Credit credit;
    private final Deque<ByteBuffer> received = new ArrayDeque<>();
    /** Read through, for what comes next: made anew for each frame they would fill the young generation 180 times for 200 MB. */
    private final Deque<ByteBuffer> spare = new ArrayDeque<>();

    private int buffered;
    private int granted;
    private long readBytes;
    private boolean ended;
    private IOException failure;
    private boolean closed;

    /** @param window bytes that may be on their way or wait here */
    CreditedInput(int window, Credit credit) {
        this.window = window;
        this.credit = credit;
    }

    /**
     * Takes a copy.
     *
     * @throws IOException when the client sends more than it may
     */
    synchronized void deliver(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        if (count > granted) {
            throw new IOException("client sent " + count + " bytes of input with a credit of " + granted);
        }
        granted -= count;
        if (count > 0 && !closed) {
            received.add(copy(bytes));
            buffered += count;
        }
        notifyAll();
    }

    private ByteBuffer copy(ByteBuffer bytes) {
        ByteBuffer copy = spare.poll();
        if (copy == null || copy.capacity() < bytes.remaining()) {
            copy = ByteBuffer.allocate(bytes.remaining());
        }
        return copy.clear().put(bytes).flip();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Fails reads once what has come is read. */
    synchronized void fail(IOException reason) {
        if (failure == null && !ended) {
            failure = reason;
        }
        notifyAll();
    }

    /** Waits for the first byte, the end or the error: whether the client could open the file is known then. */
    synchronized void awaitOpened() throws IOException {
        fill();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        fill();
        ByteBuffer first = received.peek();
        if (first == null) {
            return -1;
        }
        int count = Math.min(length, first.remaining());
        first.get(bytes, offset, count);
        buffered -= count;
        readBytes += count;
        if (!first.hasRemaining()) {
            received.remove();
            if (spare.size() < SPARES) {
                spare.push(first);
            }
        }
        return count;
    }

    @Override
    public synchronized int available() {
        return buffered;
    }

    synchronized long readBytes() {
        return readBytes;
    }

    @Override
    public synchronized void close() {
        closed = true;
        received.clear();
        spare.clear();
        buffered = 0;
        notifyAll();
    }

    /** Waits until there is something to read or never will be. */
    private void fill() throws IOException {
        while (true) {
            if (closed) {
                throw new IOException("Stream closed");
            }
            int wanted = window - granted - buffered;
            if (!ended && failure == null && wanted >= window / 2) {
                granted += wanted;
                credit.grant(wanted);
            }
            if (!received.isEmpty() || ended) {
                return;
            }
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                InterruptedIOException interrupted = new InterruptedIOException("interrupted while reading input");
                interrupted.initCause(e);
                throw interrupted;
            }
        }
    }
}
