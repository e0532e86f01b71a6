package io.felucca.builder.work;

import io.felucca.FeluccaException;
import io.felucca.builder.Builder.SshAgent;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket by which a step reaches an SSH agent of the caller's, until it is closed. Requests but those for identities and
 * signatures fail here: a step neither changes nor locks the agent. The numbers are those of
 * draft-ietf-sshm-ssh-agent.
 */
final class AgentSocket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AgentSocket.class);

    private static final byte FAILURE = 5;
    private static final byte REQUEST_IDENTITIES = 11;
    private static final byte SIGN_REQUEST = 13;

    /** A request for a signature has some hundred bytes. */
    private static final int MAX_REQUEST_BYTES = 32 << 10;

    /** More than these wait for one of them to end. */
    private static final int MAX_CONNECTIONS = 16;

    private final SshAgent agent;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> connections = new HashSet<>();

    private AgentSocket(SshAgent agent, ServerSocketChannel server) {
        this.agent = agent;
        this.server = server;
    }

    /** @param path where nothing is yet */
    static AgentSocket listen(Path path, SshAgent agent) {
        try {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                server.bind(UnixDomainSocketAddress.of(path));
            } catch (IOException | RuntimeException e) {
                server.close();
                throw e;
            }
            AgentSocket socket = new AgentSocket(agent, server);
            start(socket::accept);
            return socket;
        } catch (IOException e) {
            throw FeluccaException.system("cannot make the socket " + path + " for an SSH agent: " + e.getMessage(), e);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "felucca-ssh-agent");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (awaitPlace()) {
                SocketChannel connection = server.accept();
                if (add(connection)) {
                    start(() -> serve(connection));
                }
            }
        } catch (IOException e) {
            LOG.debug("the socket of an SSH agent is closed: {}", e.toString());
        }
    }

    /** @return false when the socket is closed */
    private synchronized boolean awaitPlace() {
        try {
            while (server.isOpen() && connections.size() >= MAX_CONNECTIONS) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return server.isOpen();
    }

    private synchronized boolean add(SocketChannel connection) throws IOException {
        if (!server.isOpen()) {
            connection.close();
            return false;
        }
        return connections.add(connection);
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            DataInputStream in = new DataInputStream(Channels.newInputStream(connection));
            DataOutputStream out = new DataOutputStream(Channels.newOutputStream(connection));
            while (true) {
                int length = in.readInt();
                if (length < 1 || length > MAX_REQUEST_BYTES) {
                    throw new IOException("a request of " + length + " bytes");
                }
                byte[] answer = answer(in.readNBytes(length), length);
                byte[] message = new byte[4 + answer.length];
                ByteBuffer.wrap(message).putInt(answer.length).put(answer);
                out.write(message);
            }
        } catch (IOException e) {
            LOG.debug("a connection to an SSH agent has ended: {}", e.toString());
        } finally {
            remove(connection);
        }
    }

    private byte[] answer(byte[] request, int length) throws IOException {
        if (request.length < length) {
            throw new EOFException("in a request");
        }
        if (request[0] == REQUEST_IDENTITIES || request[0] == SIGN_REQUEST) {
            try {
                return agent.answer(request);
            } catch (IOException e) {
                LOG.info("the SSH agent of a build gives no answer: {}", e.getMessage());
            }
        }
        return new byte[] {FAILURE};
    }

    private synchronized void remove(SocketChannel connection) {
        connections.remove(connection);
        notifyAll();
    }

    /** Ends all connections. A request that the agent has not answered yet is waited for by nobody. */
    @Override
    public synchronized void close() {
        try {
            server.close();
            for (SocketChannel connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot close the socket of an SSH agent: " + e.getMessage(), e);
        }
        notifyAll();
    }
}
