package io.felucca.shell.remote;

import io.felucca.shell.user.UserTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A tree at the user's side: its first answer says what it is, the second that all is written. */
final class RemoteTree implements UserTree, RemoteFile {

    private static final int EXISTS = 1;
    private static final int DIRECTORY = 2;
    private static final int ASSERTS_DIRECTORY = 4;
    private static final int PIECE = FrameTypes.MAX_PAYLOAD / 2;

    private final int id;
    private final FrameWriter frames;
    private final RemoteReading reading;
    private final RemoteWriting writing;
    private volatile int flags;

    RemoteTree(int id, FrameWriter frames) {
        this.id = id;
        this.frames = frames;
        this.reading = RemoteReading.of(id, frames);
        this.writing = new RemoteWriting(id, frames);
    }

    @Override
    public void accept(Frame frame) throws IOException {
        if (frame.type() == FrameTypes.TREE) {
            flags = frame.fileBytes().get();
        }
        reading.accept(frame);
        if (frame.type() != FrameTypes.FILE_DATA && frame.type() != FrameTypes.FILE_EOF) {
            writing.accept(frame);
        }
    }

    @Override
    public void fail(IOException reason) {
        reading.fail(reason);
        writing.fail(reason);
    }

    void awaitOpened() throws IOException {
        writing.awaitOpened();
    }

    @Override
    public boolean exists() {
        return (flags & EXISTS) != 0;
    }

    @Override
    public boolean isDirectory() {
        return (flags & DIRECTORY) != 0;
    }

    @Override
    public boolean assertsDirectory() {
        return (flags & ASSERTS_DIRECTORY) != 0;
    }

    @Override
    public void rename(String name) throws IOException {
        byte[] bytes = ("\0" + name).getBytes(StandardCharsets.UTF_8);
        frames.writeFile(FrameTypes.NAME_TREE, id, bytes, 0, bytes.length);
    }

    @Override
    public void select(List<String> only, String ignored) throws IOException {
        select(0, String.join("\n", only));
        select(1, ignored);
    }

    private void select(int kind, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from == 0 || from < bytes.length; from += PIECE) {
            int count = Math.min(PIECE, bytes.length - from);
            byte[] piece = new byte[1 + count];
            piece[0] = (byte) kind;
            System.arraycopy(bytes, from, piece, 1, count);
            frames.writeFile(FrameTypes.SELECT_TREE, id, piece, 0, piece.length);
        }
    }

    @Override
    public void takePlace() throws IOException {
        frames.writeFile(FrameTypes.NAME_TREE, id, new byte[] {1}, 0, 1);
    }

    @Override
    public InputStream in() {
        return reading.input();
    }

    @Override
    public OutputStream out() {
        return writing;
    }

    @Override
    public long bytes() {
        return reading.input().readBytes() + writing.writtenBytes();
    }

    @Override
    public void finish() throws IOException {
        writing.requireWhole();
        writing.close();
        writing.await(2);
    }

    /** What is read is read no further; what is written and not finished stays as far as it came. */
    @Override
    public void close() {
        reading.input().close();
    }
}
