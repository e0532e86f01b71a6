package io.felucca.testkit.runtime;

import io.felucca.linux.Poller;
import io.felucca.linux.files.Fd;
import io.felucca.linux.kernel.socket.KernelSockets;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A client of a monitor's attach socket: each packet begins with a byte, 2 for standard output, 3 for error. */
public final class AttachClient implements AutoCloseable {

    private final KernelSockets sockets = new KernelSockets();
    private final Fd socket;
    private final Poller poller = sockets.openPoller();
    private final Poller.Registration registration;
    private final Thread reader = new Thread(poller::run, "attach-client");
    private final ByteBuffer packet = ByteBuffer.allocateDirect(64 << 10);
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    public AttachClient(Path path) {
        socket = sockets.connectSeqPacket(path);
        registration = poller.register(socket, Poller.READABLE, events -> read());
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        int count = socket.read(packet.clear());
        if (count == Fd.END) {
            registration.watch(0);
            registration.close();
            end.complete(null);
        } else if (count > 0) {
            byte[] bytes = new byte[count - 1];
            packet.flip().position(1).get(bytes);
            synchronized (output) {
                output.writeBytes(bytes);
            }
        }
    }

    public void send(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        socket.writeFully(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    public void closeInput() {
        sockets.shutdownOutput(socket);
    }

    public String output() {
        synchronized (output) {
            return output.toString(StandardCharsets.UTF_8);
        }
    }

    public CompletableFuture<Void> end() {
        return end;
    }

    @Override
    public void close() {
        poller.close();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.close();
    }
}
