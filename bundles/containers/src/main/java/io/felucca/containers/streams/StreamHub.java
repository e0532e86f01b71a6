package io.felucca.containers.streams;

import io.felucca.FeluccaException;
import io.felucca.containers.Containers.AttachQuery;
import io.felucca.containers.Containers.Attachment;
import io.felucca.containers.Containers.OutputSink;
import io.felucca.linux.Poller;
import io.felucca.linux.Sockets;
import io.felucca.linux.files.Fd;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of one run of a process. The engine is the monitor's only client, since a client of the monitor that does
 * not read stops the output for all (conmon 2.1.6, seen). Here every client has a queue: while one is full nothing is
 * read, and one that takes nothing for {@link #STALL_MILLIS} is dropped, so that neither the container nor the other
 * clients wait for it. Only the client that was there before the process is waited for, as a pipe would be,
 * while it is alone and the process is not to end: what goes into a slow pipe must not be lost. Clients may join before
 * the process is there. Thread-safe.
 *
 * <p>Packets are conmon's: a byte for the stream (2 stdout, 3 stderr), then the text; what is sent is input as it is.
 */
public final class StreamHub {

    /** How long a full client may take nothing before it is dropped. */
    static final long STALL_MILLIS = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(StreamHub.class);
    private static final int STDERR = 3;
    private static final int PACKETS_A_TURN = 32;

    private final Sockets sockets;
    private final Poller poller;
    private final Executor executor;
    private final boolean inputEnds;
    private final String what;
    private final List<Client> clients = new CopyOnWriteArrayList<>();
    private final Input input = new Input(this::watchAgain);

    /** Guarded by this. */
    private Fd socket;

    private Poller.Registration registration;
    private boolean ended;
    private boolean paused;
    private volatile boolean hurried;

    /**
     * @param inputEnds whether a client that ends its input, or leaves, ends the process's (docker's StdinOnce without a
     *     terminal)
     * @param what for the log: a container's or exec's id
     */
    public StreamHub(Sockets sockets, Poller poller, Executor executor, boolean inputEnds, String what) {
        this.sockets = sockets;
        this.poller = poller;
        this.executor = executor;
        this.inputEnds = inputEnds;
        this.what = what;
    }

    /**
     * @param first whether the client was there before the process
     * @param before runs on the client's own thread before anything is delivered
     */
    public Attachment join(AttachQuery query, OutputSink sink, boolean first, Runnable before) {
        Client client =
                new Client(sink, query.stdout(), query.stderr(), first, before, () -> poller.execute(this::resume));
        Joined joined = new Joined(client, query.stdin());
        synchronized (this) {
            clients.add(client);
            if (ended) {
                client.end();
            }
        }
        executor.execute(client);
        client.done.whenComplete((nothing, failure) -> leave(client, query.stdin()));
        return joined;
    }

    public boolean hasClients() {
        return !clients.isEmpty();
    }

    public synchronized boolean isEnded() {
        return ended;
    }

    public synchronized boolean isConnected() {
        return socket != null;
    }

    /** Connects to the monitor; does nothing when it is connected. */
    public synchronized void connect(Path attachSocket) {
        if (ended || socket != null) {
            return;
        }
        socket = sockets.connectSeqPacket(attachSocket);
        socket.setNonBlocking(true);
        input.connected(socket);
        registration = poller.register(socket, Poller.READABLE, this::ready);
    }

    /** The process is to end: nobody is waited for any more. */
    public void hurry() {
        hurried = true;
    }

    /** No more output comes: clients get what is queued, then their end. */
    public void end() {
        synchronized (this) {
            ended = true;
        }
        poller.execute(this::disconnect);
        input.end();
        clients.forEach(Client::end);
    }

    /** Leaves the monitor when the poller's thread has ended: the process goes on. */
    public void abandon() {
        synchronized (this) {
            ended = true;
        }
        disconnect();
        input.end();
        clients.forEach(Client::end);
    }

    /** On the poller's thread, which alone reads: the descriptor is in no one's hands. */
    private synchronized void disconnect() {
        if (registration != null) {
            registration.close();
            registration = null;
        }
        if (socket != null) {
            input.disconnected();
            socket.close();
            socket = null;
        }
    }

    /** On the poller's thread. */
    private void ready(int events) {
        if ((events & Poller.WRITABLE) != 0) {
            input.writable();
        }
        if ((events & ~Poller.WRITABLE) == 0) {
            return;
        }
        Fd from;
        synchronized (this) {
            from = socket;
            if (from == null || paused) {
                return;
            }
        }
        ByteBuffer packet = poller.buffer();
        try {
            for (int i = 0; i < PACKETS_A_TURN; i++) {
                int count = read(from, packet.clear());
                if (count == Fd.WOULD_BLOCK) {
                    return;
                }
                if (count == Fd.END) {
                    end();
                    return;
                }
                if (deliver(packet.flip())) {
                    pause();
                    return;
                }
            }
        } catch (FeluccaException e) {
            LOG.debug("the monitor of {} left its streams: {}", what, e.getMessage());
            end();
        }
    }

    /**
     * A monitor that ends with input unread resets the connection. A seqpacket socket tells that once, before the output
     * that still waits in it (unix_release_sock and __skb_try_recv_datagram of Linux).
     */
    private static int read(Fd from, ByteBuffer packet) {
        try {
            return from.read(packet);
        } catch (FeluccaException reset) {
            return from.read(packet);
        }
    }

    private boolean deliver(ByteBuffer bytes) {
        if (bytes.remaining() < 2) {
            return false;
        }
        boolean stderr = bytes.get() == STDERR;
        byte[] text = new byte[bytes.remaining()];
        bytes.get(text);
        boolean full = false;
        for (Client client : clients) {
            full |= client.offer(stderr, text);
        }
        return full;
    }

    private void pause() {
        synchronized (this) {
            paused = true;
        }
        watchAgain();
        lookForStalled();
    }

    private void lookForStalled() {
        poller.schedule(STALL_MILLIS / 4, () -> {
            for (Client client : clients) {
                boolean waitedFor = client.first() && clients.size() == 1 && !hurried;
                if (!waitedFor && client.isStalled(STALL_MILLIS * 1_000_000)) {
                    LOG.warn(
                            "dropped a client of {} that took no output for {} ms: the others go on",
                            what,
                            STALL_MILLIS);
                    client.close();
                }
            }
            if (!resume()) {
                lookForStalled();
            }
        });
    }

    /** On the poller's thread. @return whether reading goes on */
    private boolean resume() {
        synchronized (this) {
            if (!paused) {
                return true;
            }
            if (clients.stream().anyMatch(Client::isFull)) {
                return false;
            }
            paused = false;
        }
        watchAgain();
        return true;
    }

    private synchronized void watchAgain() {
        if (registration != null) {
            registration.watch((paused ? 0 : Poller.READABLE) | (input.wantsToWrite() ? Poller.WRITABLE : 0));
        }
    }

    private void leave(Client client, boolean stdin) {
        clients.remove(client);
        if (stdin && inputEnds) {
            // Not here: another client may be waiting for the process to read.
            executor.execute(this::closeInput);
        }
        poller.execute(this::disconnectUnused);
    }

    /** Reading for nobody would cost time; a process whose input ends with its client keeps its connection. */
    private synchronized void disconnectUnused() {
        if (clients.isEmpty() && !inputEnds && socket != null) {
            disconnect();
            paused = false;
        }
    }

    private void closeInput() {
        synchronized (this) {
            if (socket == null || ended) {
                return;
            }
        }
        input.close(sockets);
    }

    private final class Joined implements Attachment {

        private final Client client;
        private final boolean stdin;

        Joined(Client client, boolean stdin) {
            this.client = client;
            this.stdin = stdin;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (!stdin) {
                throw FeluccaException.conflict("cannot send input to " + what + ": it was attached without stdin");
            }
            input.write(bytes, offset, length, client::isClosed);
        }

        @Override
        public void closeInput() {
            if (stdin && inputEnds) {
                input.awaitConnected(client::isClosed);
                StreamHub.this.closeInput();
            }
        }

        @Override
        public CompletableFuture<Void> done() {
            return client.done;
        }

        @Override
        public void close() {
            client.close();
            input.wake();
        }
    }
}
