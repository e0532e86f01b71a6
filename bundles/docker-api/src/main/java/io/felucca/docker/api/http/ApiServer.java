package io.felucca.docker.api.http;

import io.felucca.FeluccaException;
import io.felucca.docker.api.listen.Listener;
import io.felucca.engine.UpgradeHandler.Peer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on one socket, each served by a thread of its own with a small stack, which for some seconds waits
 * for the next: what a thread has of buffers is then not made anew for each request, nor left to the collector. While
 * there are none, nothing wakes up.
 */
public final class ApiServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final String SERVING = "felucca-http";
    private static final String ACCEPTING = "felucca-http-accept";
    private static final long STACK_BYTES = 512 * 1024;
    private static final long THREAD_IDLE_SECONDS = 5;
    private static final long PAUSE_MILLIS = 200;
    private static final long GIVING_WAY_SECONDS = 10;
    private static final byte[] TOO_MANY = ("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
                    + "Connection: close\r\n\r\n{\"message\":\"too many connections\"}\n")
            .getBytes(StandardCharsets.US_ASCII);

    /** Each has a thread and buffers, 140 KiB, and a client that means well sends its request at once. */
    static final int MAX_HALF_OPEN = 256;

    /** What a connection may cost. */
    public record Limits(
            int maxConnections, long headerTimeoutMillis, long idleTimeoutMillis, long drainTimeoutMillis) {}

    private final Listener listener;
    private final Router router;
    private final Limits limits;
    private final Set<ApiConnection> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            THREAD_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> daemon(work, SERVING));
    private final ScheduledThreadPoolExecutor sweeper;
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private final AtomicInteger count = new AtomicInteger();
    private final CountDownLatch accepting = new CountDownLatch(1);
    private volatile boolean stopping;
    private volatile boolean failing;

    private ApiServer(Listener listener, Router router, Limits limits) {
        this.listener = listener;
        this.router = router;
        this.limits = limits;
        this.sweeper = new ScheduledThreadPoolExecutor(1, work -> daemon(work, "felucca-http-deadlines"));
        sweeper.setKeepAliveTime(10, TimeUnit.SECONDS);
        sweeper.allowCoreThreadTimeOut(true);
        sweeper.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Serves a listening socket, which it closes in the end. */
    public static ApiServer start(Listener listener, Router router, Limits limits) {
        ApiServer server = new ApiServer(listener, router, limits);
        server.threads.execute(server::acceptAndServe);
        return server;
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(null, work, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /** The thread that accepts a connection serves it, and another accepts the next: who asks waits for one thread less. */
    private void acceptAndServe() {
        Thread.currentThread().setName(ACCEPTING);
        for (Optional<ApiConnection> taken = accept(); taken.isPresent(); taken = accept()) {
            ApiConnection connection = taken.get();
            if (anotherAccepts()) {
                Thread.currentThread().setName(SERVING);
                serve(connection);
                return;
            }
            connection.close();
            left(connection);
            pause();
        }
        accepting.countDown();
    }

    /** False while the system gives no thread: this one then stays the one that accepts. */
    private boolean anotherAccepts() {
        try {
            threads.execute(this::acceptAndServe);
            return true;
        } catch (OutOfMemoryError e) {
            LOG.warn("connection on {} refused, the system gives no thread to serve it: {}", listener, e.getMessage());
            return false;
        } catch (RejectedExecutionException e) {
            LOG.debug("no longer serving {}", listener);
            return false;
        }
    }

    /** Waits for the next connection, past all that goes wrong with one; empty when the listener is closed. */
    private Optional<ApiConnection> accept() {
        while (!stopping) {
            try {
                Optional<ApiConnection> taken = take(listener.accept());
                failing = false;
                if (taken.isPresent()) {
                    return taken;
                }
            } catch (ClosedChannelException e) {
                LOG.debug("no longer listening on {}", listener);
                break;
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                // A connection that was reset while it waited, no descriptor or memory left: the next may be better.
                if (!failing) {
                    LOG.warn("cannot accept a connection on {}, trying on: {}", listener, e.toString());
                }
                failing = true;
                pause();
            }
        }
        return Optional.empty();
    }

    /** Lets some time pass, or a connection end, before the next is accepted: what was short may be there then. */
    private synchronized void pause() {
        if (!stopping) {
            try {
                wait(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                LOG.debug("the wait for the next connection on {} was interrupted", listener);
            }
        }
    }

    private Optional<ApiConnection> take(SocketChannel channel) throws IOException {
        if (!makeRoom()) {
            LOG.warn("connection refused: {} are open already (io.felucca.docker.api maxConnections)", count.get());
            refuse(channel);
            return Optional.empty();
        }
        Peer peer;
        try {
            peer = listener.peer(channel);
        } catch (FeluccaException e) {
            LOG.warn("connection refused: who asks is unknown: {}", e.getMessage());
            channel.close();
            return Optional.empty();
        }
        ApiConnection connection;
        try {
            connection = new ApiConnection(
                    listener.wire(channel),
                    listener::admits,
                    router,
                    peer,
                    limits.headerTimeoutMillis(),
                    limits.idleTimeoutMillis());
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.debug("a client left as it came: {}", e.toString());
            channel.close();
            return Optional.empty();
        }
        connections.add(connection);
        count.incrementAndGet();
        if (sweeping.compareAndSet(false, true)) {
            scheduleSweep();
        }
        return Optional.of(connection);
    }

    /** At a limit the oldest connection that has sent no whole request gives way; false when there is none. */
    private boolean makeRoom() {
        while (count.get() >= limits.maxConnections() || tooManyHalfOpen()) {
            Optional<ApiConnection> oldest = connections.stream()
                    .filter(ApiConnection::isHalfOpen)
                    .min(Comparator.comparingLong(ApiConnection::openedNanos));
            if (oldest.isEmpty()) {
                return count.get() < limits.maxConnections();
            }
            if (oldest.get().giveWay() && !awaitEnd(oldest.get())) {
                return false;
            }
        }
        return true;
    }

    private boolean tooManyHalfOpen() {
        return count.get() >= MAX_HALF_OPEN
                && connections.stream().filter(ApiConnection::isHalfOpen).count() >= MAX_HALF_OPEN;
    }

    /** Waits until a connection that was closed has given back its thread; false when it does not. */
    private synchronized boolean awaitEnd(ApiConnection connection) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GIVING_WAY_SECONDS);
        try {
            for (long left; connections.contains(connection) && (left = deadline - System.nanoTime()) > 0; ) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !connections.contains(connection);
    }

    private static void refuse(SocketChannel channel) {
        try (channel) {
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(TOO_MANY));
        } catch (IOException e) {
            LOG.debug("a refused client did not wait: {}", e.toString());
        }
    }

    private void serve(ApiConnection connection) {
        try {
            connection.run();
        } finally {
            left(connection);
        }
    }

    private void left(ApiConnection connection) {
        if (connections.remove(connection)) {
            count.decrementAndGet();
            synchronized (this) {
                notifyAll();
            }
        }
    }

    private void scheduleSweep() {
        if (!stopping) {
            sweeper.schedule(this::sweep, Math.max(50, limits.headerTimeoutMillis() / 4), TimeUnit.MILLISECONDS);
        }
    }

    private void sweep() {
        try {
            connections.forEach(ApiConnection::closeWhenOverdue);
            sweepOn();
        } catch (OutOfMemoryError e) {
            LOG.warn("looking for overdue connections on {}, done again with the next: {}", listener, e.getMessage());
            sweeping.set(false);
        }
    }

    private void sweepOn() {
        if (connections.isEmpty()) {
            sweeping.set(false);
            if (connections.isEmpty() || !sweeping.compareAndSet(false, true)) {
                return;
            }
        }
        scheduleSweep();
    }

    /** Stops accepting, removes the socket's file, lets requests under way end for a while, then cuts what is left. */
    @Override
    public void close() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        listener.close();
        sweeper.shutdownNow();
        connections.forEach(ApiConnection::drain);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.drainTimeoutMillis());
        try {
            accepting.await(limits.drainTimeoutMillis(), TimeUnit.MILLISECONDS);
            awaitNone(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connections.forEach(ApiConnection::close);
        threads.shutdown();
    }

    private synchronized void awaitNone(long deadlineNanos) throws InterruptedException {
        for (long left; !connections.isEmpty() && (left = deadlineNanos - System.nanoTime()) > 0; ) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
        }
    }
}
