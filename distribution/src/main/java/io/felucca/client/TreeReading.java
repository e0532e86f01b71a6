package io.felucca.client;

import io.felucca.shell.remote.FrameTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;

/** Sends a file or a folder as a tar archive, as far as the engine asks. */
final class TreeReading extends Thread implements Sending {

    private static final int CHUNK = FrameTypes.MAX_PAYLOAD - 2;

    private final int id;
    private final TreeFacts tree;
    private final Frames frames;
    private final Credit credit = new Credit();
    private final ByteArrayOutputStream only = new ByteArrayOutputStream();
    private final ByteArrayOutputStream ignored = new ByteArrayOutputStream();
    private byte[] name;
    private boolean selected;
    private boolean begun;

    TreeReading(int id, TreeFacts tree, Frames frames) {
        super("felucca-tree-" + id);
        setDaemon(true);
        this.id = id;
        this.tree = tree;
        this.frames = frames;
        this.name = tree.name().getBytes(StandardCharsets.UTF_8);
    }

    /** Members begin with another name; before the first {@link #want}. */
    void rename(byte[] other) {
        name = other;
    }

    /** A piece of what chooses files; before the first {@link #want}. */
    void select(boolean ofIgnored, byte[] piece) {
        selected = true;
        (ofIgnored ? ignored : only).writeBytes(piece);
    }

    @Override
    public void want(long bytes) {
        credit.add(bytes);
        if (!begun) {
            begun = true;
            start();
        }
    }

    @Override
    public void end() {
        credit.close();
    }

    @Override
    public void run() {
        Chunks chunks = new Chunks();
        try {
            try {
                Selection selection = selected ? selection() : Selection.ALL;
                new TarPacking(chunks, selection).write(tree.path(), name);
            } catch (InterruptedIOException e) {
                return; // the engine wants no more of it
            } catch (IOException e) {
                String file = e instanceof FileSystemException named
                        ? named.getFile()
                        : tree.path().toString();
                frames.send(FrameTypes.FILE_ERROR, id, ByteBuffer.wrap(GoWords.bytes("open " + file, e)));
                return;
            }
            frames.send(FrameTypes.FILE_EOF, id, ByteBuffer.allocate(0));
        } catch (IOException e) {
            credit.close(); // the receiving side tells that the connection broke
        }
    }

    private Selection selection() throws IOException {
        return Selection.of(
                tree.path(), only.toString(StandardCharsets.UTF_8), ignored.toString(StandardCharsets.UTF_8));
    }

    /** Collects what is written into frames. */
    private final class Chunks extends OutputStream {

        private final byte[] chunk = new byte[CHUNK];
        private int used;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                int count = Math.min(length - done, CHUNK - used);
                System.arraycopy(bytes, offset + done, chunk, used, count);
                used += count;
                done += count;
                if (used == CHUNK) {
                    flush();
                }
            }
        }

        @Override
        public void flush() throws IOException {
            int sent = 0;
            while (sent < used) {
                int count = credit.take(used - sent);
                if (count == 0) {
                    throw new InterruptedIOException("closed");
                }
                frames.send(FrameTypes.FILE_DATA, id, ByteBuffer.wrap(chunk, sent, count));
                sent += count;
            }
            used = 0;
        }
    }
}
