package io.felucca.shell.remote;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** A file, or a tree, that the user's side writes. */
final class RemoteWriting extends OutputStream implements RemoteFile {

    private final int id;
    private final FrameWriter frames;
    private int answers;
    private long writtenBytes;
    private boolean closed;
    private IOException failure;

    RemoteWriting(int id, FrameWriter frames) {
        this.id = id;
        this.frames = frames;
    }

    @Override
    public synchronized void accept(Frame frame) {
        if (frame.type() == FrameTypes.FILE_ERROR) {
            fail(new IOException(frame.fileText()));
        } else {
            answers++;
            notifyAll();
        }
    }

    @Override
    public synchronized void fail(IOException reason) {
        if (failure == null) {
            failure = reason;
        }
        notifyAll();
    }

    void awaitOpened() throws IOException {
        await(1);
    }

    /** Waits for so many answers of the user's side, or its error. */
    synchronized void await(int count) throws IOException {
        try {
            while (answers < count && failure == null) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while a file is written");
            interrupted.initCause(e);
            throw interrupted;
        }
        requireWhole();
    }

    /** @throws IOException what the user's side could not do */
    synchronized void requireWhole() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        synchronized (this) {
            requireWhole();
            if (closed) {
                throw new IOException("Stream closed");
            }
        }
        frames.writeFile(FrameTypes.FILE_WRITE, id, bytes, offset, length);
        writtenBytes += length;
    }

    /** For the thread that writes. */
    long writtenBytes() {
        return writtenBytes;
    }

    /** For a file the client answers nothing: an error of its last write becomes the exit code of the client itself. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        frames.writeFile(FrameTypes.FILE_CLOSE, id, new byte[0], 0, 0);
    }
}
