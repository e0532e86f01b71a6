package io.felucca.client;

import io.felucca.shell.remote.FrameTypes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Sends one file, as far as the engine asks. */
final class FileReading extends Thread implements Sending {

    private static final int CHUNK = FrameTypes.MAX_PAYLOAD - 2;

    private final int id;
    private final String path;
    private final InputStream in;
    private final Frames frames;
    private final Credit credit = new Credit();
    private boolean begun;

    FileReading(int id, String path, InputStream in, Frames frames) {
        super("felucca-file-" + id);
        setDaemon(true);
        this.id = id;
        this.path = path;
        this.in = in;
        this.frames = frames;
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
    public void end() throws IOException {
        credit.close();
        if (!begun) {
            in.close();
        }
    }

    @Override
    public void run() {
        byte[] chunk = new byte[CHUNK];
        try (InputStream file = in) {
            while (true) {
                int wanted = credit.take(CHUNK);
                if (wanted == 0) {
                    return;
                }
                int count;
                try {
                    count = file.read(chunk, 0, wanted);
                } catch (IOException e) {
                    frames.send(FrameTypes.FILE_ERROR, id, ByteBuffer.wrap(GoWords.bytes("read " + path, e)));
                    return;
                }
                if (count < 0) {
                    frames.send(FrameTypes.FILE_EOF, id, ByteBuffer.allocate(0));
                    return;
                }
                credit.giveBack(wanted - count);
                frames.send(FrameTypes.FILE_DATA, id, ByteBuffer.wrap(chunk, 0, count));
            }
        } catch (IOException e) {
            credit.close(); // the receiving side tells that the connection broke
        }
    }
}
