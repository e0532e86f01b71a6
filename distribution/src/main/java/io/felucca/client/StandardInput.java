package io.felucca.client;

import io.felucca.shell.remote.FrameTypes;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends the user's stdin, never more than the engine asked for. */
final class StandardInput extends Thread {

    private static final int CHUNK = 32_768;

    private final Frames frames;
    private final Credit credit;

    StandardInput(Frames frames, Credit credit) {
        super("felucca-stdin");
        setDaemon(true);
        this.frames = frames;
        this.credit = credit;
    }

    @Override
    public void run() {
        byte[] chunk = new byte[CHUNK];
        @SuppressWarnings("resource") // stdin is not ours to close
        FileInputStream in = new FileInputStream(FileDescriptor.in);
        while (true) {
            int wanted = credit.take(CHUNK);
            if (wanted == 0) {
                return;
            }
            int count;
            try {
                count = in.read(chunk, 0, wanted);
            } catch (IOException e) {
                count = -1; // closed stdin (<&-) reads as its end
            }
            try {
                if (count < 0) {
                    frames.send(FrameTypes.STDIN_EOF, new byte[0]);
                    return;
                }
                credit.giveBack(wanted - count);
                frames.send(FrameTypes.STDIN, -1, ByteBuffer.wrap(chunk, 0, count));
            } catch (IOException e) {
                return; // the receiving side tells that the connection broke
            }
        }
    }
}
