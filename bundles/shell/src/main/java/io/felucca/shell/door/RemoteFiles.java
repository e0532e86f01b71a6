package io.felucca.shell.door;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Files at the user's side, opened by the client and streamed. */
final class RemoteFiles {

    private final FrameWriter frames;
    private final Map<Integer, CreditedInput> reading = new HashMap<>();
    private final Map<Integer, Writing> writing = new HashMap<>();
    private int lastId;
    private IOException lost;

    RemoteFiles(FrameWriter frames) {
        this.frames = frames;
    }

    InputStream openRead(String path) throws IOException {
        int id;
        CreditedInput input;
        synchronized (this) {
            id = newId();
            int fileId = id;
            input = new CreditedInput(
                    CreditedInput.FILE_WINDOW,
                    bytes -> frames.writeFile(Frame.WANT_FILE, fileId, fourBytes(bytes), 0, 4));
            reading.put(id, input);
        }
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        frames.writeFile(Frame.OPEN_READ, id, name, 0, name.length);
        input.awaitOpened();
        return input;
    }

    OutputStream openWrite(String path) throws IOException {
        Writing file;
        synchronized (this) {
            file = new Writing(newId());
            writing.put(file.id, file);
        }
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        frames.writeFile(Frame.OPEN_WRITE, file.id, name, 0, name.length);
        file.awaitOpened();
        return file;
    }

    /** Takes a FILE_ frame off the reader thread. */
    void accept(Frame frame) throws IOException {
        int id = frame.fileId();
        CreditedInput input;
        Writing output;
        synchronized (this) {
            input = reading.get(id);
            output = writing.get(id);
        }
        if (input != null) {
            switch (frame.type()) {
                case Frame.FILE_DATA -> input.deliver(frame.fileBytes());
                case Frame.FILE_EOF -> input.end();
                case Frame.FILE_ERROR -> input.fail(error(frame));
                default -> {}
            }
        } else if (output != null) {
            if (frame.type() == Frame.FILE_ERROR) {
                output.fail(error(frame));
            } else if (frame.type() == Frame.FILE_OK) {
                output.opened();
            }
        }
    }

    /** The client is gone. */
    synchronized void fail(IOException reason) {
        lost = reason;
        reading.values().forEach(input -> input.fail(reason));
        writing.values().forEach(output -> output.fail(reason));
    }

    private int newId() throws IOException {
        if (lost != null) {
            throw new IOException(lost.getMessage(), lost);
        }
        lastId++;
        if (lastId > 0xffff) {
            throw new IOException("a command opened more than 65535 files");
        }
        return lastId;
    }

    private static IOException error(Frame frame) {
        return new IOException(frame.fileText());
    }

    static byte[] fourBytes(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private final class Writing extends OutputStream {

        private final int id;
        private boolean opened;
        private boolean closed;
        private IOException failure;

        Writing(int id) {
            this.id = id;
        }

        synchronized void opened() {
            opened = true;
            notifyAll();
        }

        synchronized void fail(IOException reason) {
            failure = reason;
            notifyAll();
        }

        synchronized void awaitOpened() throws IOException {
            try {
                while (!opened && failure == null) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                InterruptedIOException interrupted = new InterruptedIOException("interrupted while opening a file");
                interrupted.initCause(e);
                throw interrupted;
            }
            check();
        }

        private synchronized void check() throws IOException {
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            if (closed) {
                throw new IOException("Stream closed");
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            check();
            frames.writeFile(Frame.WRITE_DATA, id, bytes, offset, length);
        }

        /** The client answers nothing: an error of its last write becomes the exit code of the client itself. */
        @Override
        public void close() throws IOException {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            frames.writeFile(Frame.FILE_CLOSE, id, new byte[0], 0, 0);
        }
    }
}
