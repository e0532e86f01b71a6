package io.felucca.shell.remote;

import io.felucca.builder.Builder.SshAgent;
import io.felucca.shell.user.UserTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** Files at the user's side, opened by the client and streamed. */
final class RemoteFiles {

    private final FrameWriter frames;
    private final Map<Integer, RemoteFile> files = new HashMap<>();
    private int lastId;
    private IOException lost;

    RemoteFiles(FrameWriter frames) {
        this.frames = frames;
    }

    InputStream openRead(String path) throws IOException {
        RemoteReading file =
                open(FrameTypes.OPEN_READ, path.getBytes(StandardCharsets.UTF_8), id -> RemoteReading.of(id, frames));
        file.input().awaitOpened();
        return file.input();
    }

    /** The program's answer to a request for logins. */
    InputStream askLogin(String request) throws IOException {
        RemoteReading answer =
                open(FrameTypes.LOGIN, request.getBytes(StandardCharsets.UTF_8), id -> RemoteReading.of(id, frames));
        answer.input().awaitOpened();
        return answer.input();
    }

    OutputStream openWrite(String path) throws IOException {
        RemoteWriting file =
                open(FrameTypes.OPEN_WRITE, path.getBytes(StandardCharsets.UTF_8), id -> new RemoteWriting(id, frames));
        file.awaitOpened();
        return file;
    }

    UserTree openTree(String path, boolean followLink) throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.write(followLink ? 1 : 0);
        payload.write(path.getBytes(StandardCharsets.UTF_8));
        return tree(FrameTypes.OPEN_TREE, payload.toByteArray());
    }

    UserTree makeTree(String path) throws IOException {
        return tree(FrameTypes.MAKE_TREE, path.getBytes(StandardCharsets.UTF_8));
    }

    SshAgent openAgent(String sources) throws IOException {
        RemoteAgent agent = open(
                FrameTypes.OPEN_AGENT, sources.getBytes(StandardCharsets.UTF_8), id -> new RemoteAgent(id, frames));
        agent.awaitOpened();
        return agent;
    }

    private UserTree tree(int type, byte[] payload) throws IOException {
        RemoteTree tree = open(type, payload, id -> new RemoteTree(id, frames));
        tree.awaitOpened();
        return tree;
    }

    private <T extends RemoteFile> T open(int type, byte[] payload, IntFunction<T> made) throws IOException {
        int id;
        T file;
        synchronized (this) {
            id = newId();
            file = made.apply(id);
            files.put(id, file);
        }
        frames.writeFile(type, id, payload, 0, payload.length);
        return file;
    }

    /** Takes a frame about a file off the reader thread. */
    void accept(Frame frame) throws IOException {
        RemoteFile file;
        synchronized (this) {
            file = files.get(frame.fileId());
        }
        if (file != null) {
            file.accept(frame);
        }
    }

    /** The client is gone. */
    synchronized void fail(IOException reason) {
        lost = reason;
        files.values().forEach(file -> file.fail(reason));
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

    static byte[] fourBytes(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }
}
