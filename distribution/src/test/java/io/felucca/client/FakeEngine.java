package io.felucca.client;

import io.felucca.shell.remote.FrameTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The engine's side of one connection: answers the upgrade, then sends and receives frames as a test says. */
final class FakeEngine implements AutoCloseable {

    /** What a test does once START has come. */
    interface Script {
        void run(FakeEngine engine, String start) throws IOException;
    }

    record Received(int type, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** Without the id. */
        String fileText() {
            return new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
    }

    private final Path socket;
    private final ServerSocketChannel server;
    private SocketChannel connection;

    FakeEngine(Path folder) throws IOException {
        socket = folder.resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
    }

    String host() {
        return "unix://" + socket;
    }

    /** Serves one connection on a thread of its own. */
    Thread serve(Script script) {
        Thread thread = new Thread(() -> {
            try (SocketChannel accepted = server.accept()) {
                connection = accepted;
                readHead();
                write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: felucca-command\r\n\r\n"
                        .getBytes(StandardCharsets.UTF_8));
                Received start = receive();
                script.run(this, start.type() == FrameTypes.START ? start.text() : "no START but " + start.type());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Answers one request with these bytes and hangs up. */
    void answer(String http) {
        Thread thread = new Thread(() -> {
            try (SocketChannel accepted = server.accept()) {
                connection = accepted;
                readHead();
                write(http.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) read(1)[0]);
        }
        if (!head.toString()
                .startsWith("POST /felucca/command HTTP/1.1\r\nHost: felucca\r\nConnection: Upgrade\r\n"
                        + "Upgrade: felucca-command\r\n")) {
            throw new IOException("unexpected request " + head);
        }
    }

    Received receive() throws IOException {
        ByteBuffer header = ByteBuffer.wrap(read(5));
        int type = header.get();
        return new Received(type, read(header.getInt()));
    }

    void send(int type, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(5 + payload.length);
        write(frame.put((byte) type).putInt(payload.length).put(payload).array());
    }

    void send(int type, String payload) throws IOException {
        send(type, payload.getBytes(StandardCharsets.UTF_8));
    }

    void sendFile(int type, int id, byte[] payload) throws IOException {
        send(
                type,
                ByteBuffer.allocate(2 + payload.length)
                        .putShort((short) id)
                        .put(payload)
                        .array());
    }

    void wantFile(int id, int bytes) throws IOException {
        send(
                FrameTypes.WANT_FILE,
                ByteBuffer.allocate(6).putShort((short) id).putInt(bytes).array());
    }

    void exit(int code) throws IOException {
        send(FrameTypes.EXIT, ByteBuffer.allocate(4).putInt(code).array());
    }

    private byte[] read(int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (connection.read(buffer) < 0) {
                throw new IOException("the program hung up");
            }
        }
        return buffer.array();
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            connection.write(buffer);
        }
    }

    /** All bytes of one file that the program sends within the credit given here. */
    byte[] readFile(int id, String path, int credit) throws IOException {
        sendFile(FrameTypes.OPEN_READ, id, path.getBytes(StandardCharsets.UTF_8));
        wantFile(id, credit);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            Received frame = receive();
            if (frame.type() == FrameTypes.FILE_EOF) {
                return bytes.toByteArray();
            }
            if (frame.type() != FrameTypes.FILE_DATA) {
                throw new IOException("unexpected frame " + frame.type() + ": " + frame.fileText());
            }
            bytes.write(frame.payload(), 2, frame.payload().length - 2);
            wantFile(id, frame.payload().length - 2);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
