package io.felucca.testkit.network;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A server that answers by TCP and UDP, in the namespace of the thread that makes it, with its name and
 * the address it sees at the other end; and the questions to such servers. A TCP connection is answered line by line.
 */
public final class NetworkPeer implements AutoCloseable {

    /** How long a question waits for an answer before it counts as not reachable. */
    private static final int TIMEOUT_MILLIS = 1200;

    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final String name;
    private final Queue<Socket> accepted = new ConcurrentLinkedQueue<>();

    NetworkPeer(String name, InetSocketAddress address) throws IOException {
        this.name = name;
        tcp = new ServerSocket();
        tcp.bind(address);
        udp = new DatagramSocket(address);
        start(this::serveTcp);
        start(this::serveUdp);
    }

    private static void start(Callable<Void> work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.call();
                    } catch (Exception closed) {
                        // The socket was closed: the server's end.
                        return;
                    }
                },
                "network-peer");
        thread.setDaemon(true);
        thread.start();
    }

    private Void serveTcp() throws IOException {
        while (true) {
            Socket socket = tcp.accept();
            accepted.add(socket);
            start(() -> answer(socket));
        }
    }

    private Void answer(Socket socket) throws IOException {
        try (socket) {
            byte[] answer =
                    (name + " " + socket.getInetAddress().getHostAddress() + "\n").getBytes(StandardCharsets.US_ASCII);
            while (socket.getInputStream().read() >= 0) {
                socket.getOutputStream().write(answer);
            }
        }
        return null;
    }

    private Void serveUdp() throws IOException {
        while (true) {
            DatagramPacket packet = new DatagramPacket(new byte[64], 64);
            udp.receive(packet);
            byte[] answer = (name + " " + packet.getAddress().getHostAddress()).getBytes(StandardCharsets.US_ASCII);
            udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
    }

    /** Asks by TCP from the calling thread's namespace. @return the answer, or the exception's class and text */
    public static String askTcp(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return ask(socket);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Asks once more on an open connection. */
    public static String ask(Socket socket) throws IOException {
        socket.getOutputStream().write('?');
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next >= 0 && next != '\n';
                next = socket.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    /** Asks by UDP from the calling thread's namespace. */
    public static String askUdp(InetAddress address, int port) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(address, port);
            return ask(socket);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Asks once more from the same port. @return the answer, or the exception's class and text */
    public static String ask(DatagramSocket socket) {
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.send(new DatagramPacket(new byte[] {'?'}, 1));
            DatagramPacket answer = new DatagramPacket(new byte[64], 64);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        udp.close();
        // One whose client can reach it no more would keep the namespace.
        for (Socket socket : accepted) {
            socket.close();
        }
    }
}
