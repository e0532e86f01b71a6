package io.felucca.client;

import io.felucca.shell.remote.FrameTypes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Passes the engine's requests on to an SSH agent, one after the other, and its answers back. */
final class AgentForwarding extends Thread implements Sending, Receiving {

    private static final int CHUNK = FrameTypes.MAX_PAYLOAD - 2;
    private static final int MAX_REQUEST_BYTES = 256 << 10;
    private static final byte FAILURE = 5;

    private final int id;
    private final SshAgent agent;
    private final Frames frames;
    private final Credit credit = new Credit();
    private final BlockingQueue<ByteBuffer> requests = new LinkedBlockingQueue<>(1);
    private boolean told;
    private ByteBuffer partial = ByteBuffer.allocate(4);

    AgentForwarding(int id, SshAgent agent, Frames frames) {
        super("felucca-agent-" + id);
        this.id = id;
        this.agent = agent;
        this.frames = frames;
        setDaemon(true);
        start();
    }

    @Override
    public void want(long bytes) {
        credit.add(bytes);
    }

    @Override
    public String path() {
        return "agent";
    }

    /** Collects a request: its length, then as many bytes. */
    @Override
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            partial.put(bytes.get());
            if (partial.position() == 4 && partial.capacity() == 4) {
                int length = partial.getInt(0);
                if (length < 1 || length > MAX_REQUEST_BYTES) {
                    throw new IOException("a request of " + Integer.toUnsignedString(length) + " bytes");
                }
                partial = ByteBuffer.allocate(4 + length).putInt(length);
            } else if (!partial.hasRemaining()) {
                if (!requests.offer(partial.flip())) {
                    throw new IOException("a request before the answer to the last one");
                }
                partial = ByteBuffer.allocate(4);
            }
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                send(answer(requests.take()));
            }
        } catch (IOException e) {
            credit.close(); // the receiving side tells that the connection broke
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ByteBuffer answer(ByteBuffer request) {
        try {
            return agent.answer(request);
        } catch (IOException e) {
            if (!told) {
                told = true;
                System.err.println("felucca: the SSH agent does not answer: " + e.getMessage());
            }
            return ByteBuffer.allocate(5).putInt(1).put(FAILURE).flip();
        }
    }

    private void send(ByteBuffer answer) throws IOException {
        while (answer.hasRemaining()) {
            int count = credit.take(Math.min(answer.remaining(), CHUNK));
            if (count == 0) {
                throw new IOException("the engine wants no more answers");
            }
            frames.send(FrameTypes.FILE_DATA, id, answer.slice(answer.position(), count));
            answer.position(answer.position() + count);
        }
    }

    @Override
    public void end() throws IOException {
        finish();
    }

    @Override
    public void finish() throws IOException {
        credit.close();
        agent.close();
    }

    @Override
    public void abandon() {
        try {
            finish();
        } catch (IOException e) {
            System.err.println("felucca: " + e.getMessage());
        }
    }
}
