package io.felucca.shell.remote;

import java.io.IOException;
import java.io.OutputStream;

/** A stream that arrives at the user's side in frames of one type. */
final class FrameOutput extends OutputStream {

    private final FrameWriter frames;
    private final int type;

    FrameOutput(FrameWriter frames, int type) {
        this.frames = frames;
        this.type = type;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
            frames.write(type, bytes, offset, length);
        }
    }
}
