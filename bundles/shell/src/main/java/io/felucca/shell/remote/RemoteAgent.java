package io.felucca.shell.remote;

import io.felucca.builder.Builder.SshAgent;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An SSH agent at the user's side. It is asked one thing after the other. */
final class RemoteAgent implements SshAgent, RemoteFile {

    /** As OpenSSH's AGENT_MAX_LEN (authfd.h). */
    private static final int MAX_ANSWER_BYTES = 256 << 10;

    private final int id;
    private final FrameWriter frames;
    private final RemoteReading answers;
    private final RemoteWriting requests;
    private boolean broken;

    RemoteAgent(int id, FrameWriter frames) {
        this.id = id;
        this.frames = frames;
        this.answers = RemoteReading.of(id, frames);
        this.requests = new RemoteWriting(id, frames);
    }

    @Override
    public void accept(Frame frame) throws IOException {
        answers.accept(frame);
        if (frame.type() != FrameTypes.FILE_DATA) {
            requests.accept(frame);
        }
    }

    @Override
    public void fail(IOException reason) {
        answers.fail(reason);
        requests.fail(reason);
    }

    void awaitOpened() throws IOException {
        requests.awaitOpened();
    }

    @Override
    public synchronized byte[] answer(byte[] request) throws IOException {
        if (broken) {
            throw new IOException("an earlier request to the agent was cut");
        }
        broken = true;
        byte[] message = ByteBuffer.allocate(4 + request.length)
                .putInt(request.length)
                .put(request)
                .array();
        frames.writeFile(FrameTypes.FILE_WRITE, id, message, 0, message.length);
        DataInputStream in = new DataInputStream(answers.input());
        int length = in.readInt();
        if (length < 1 || length > MAX_ANSWER_BYTES) {
            throw new IOException("the agent's answer has " + Integer.toUnsignedString(length) + " bytes");
        }
        byte[] answer = new byte[length];
        in.readFully(answer);
        broken = false;
        return answer;
    }
}
