package io.felucca.docker.api.http;

import io.felucca.docker.api.listen.Transport;
import io.felucca.engine.UpgradeHandler.Peer;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.RequestHeaderFieldsTooLargeException;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves one connection on a thread of its own until either side ends it. */
final class ApiConnection implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiConnection.class);
    private static final long NO_DEADLINE = Long.MAX_VALUE;

    /** How long a client may stay when all has been told: whoever closes first would cut off what is on its way. */
    private static final long LINGER_MILLIS = 10_000;

    private final Transport transport;
    private final Predicate<HttpRequest> admits;
    private final ChannelSocket socket;
    private final Router router;
    private final Peer peer;
    private final long headerTimeoutMillis;
    private final long idleTimeoutMillis;
    private final long openedNanos = System.nanoTime();
    private boolean busy;
    private boolean draining;
    private boolean halfOpen = true;
    private volatile long deadlineMillis;
    private volatile HttpConnection http;

    ApiConnection(
            Transport transport,
            Predicate<HttpRequest> admits,
            Router router,
            Peer peer,
            long headerTimeoutMillis,
            long idleTimeoutMillis)
            throws IOException {
        this.transport = transport;
        this.admits = admits;
        this.socket = new ChannelSocket(transport);
        this.router = router;
        this.peer = peer;
        this.headerTimeoutMillis = headerTimeoutMillis;
        this.idleTimeoutMillis = idleTimeoutMillis;
        this.deadlineMillis = now() + idleTimeoutMillis;
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public void run() {
        try {
            deadlineMillis = now() + headerTimeoutMillis;
            transport.open();
            http = new HttpConnection(socket);
            boolean more = true;
            while (more) {
                more = serveOne();
            }
        } catch (HeaderTooLargeException | MessageConstraintException | RequestHeaderFieldsTooLargeException e) {
            refuse("431 Request Header Fields Too Large");
        } catch (HttpException | CharacterCodingException e) {
            refuse("400 Bad Request");
        } catch (IOException e) {
            LOG.debug("connection of uid {} ended: {}", peer.uid(), e.toString());
        } catch (OutOfMemoryError e) {
            LOG.error("connection of uid {} ended: out of memory ({})", peer.uid(), e.getMessage());
        } finally {
            leave();
        }
    }

    private boolean serveOne() throws IOException, HttpException {
        deadlineMillis = now() + idleTimeoutMillis;
        if (!http.isDataAvailable(Timeout.DISABLED)) {
            return false;
        }
        deadlineMillis = now() + headerTimeoutMillis;
        socket.setBudgetBytes(HttpConnection.MAX_HEADER_BYTES);
        ClassicHttpRequest request = http.receiveRequestHeader();
        socket.setBudgetBytes(Long.MAX_VALUE);
        deadlineMillis = NO_DEADLINE;
        if (request == null || !begin()) {
            return false;
        }
        if (!admits.test(request)) {
            refuse("403 Forbidden");
            return false;
        }
        http.receiveRequestEntity(request);
        boolean reusable = router.serve(http, socket.getOutputStream(), request, peer);
        return end() && reusable;
    }

    /** Tells a client whose request cannot be read, as Go's server does; it may have gone. */
    private void refuse(String status) {
        String answer = "HTTP/1.1 " + status
                + "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n" + status;
        try {
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.debug("uid {} did not wait for {}: {}", peer.uid(), status, e.toString());
        }
    }

    private synchronized boolean begin() {
        busy = !draining;
        halfOpen = false;
        return busy;
    }

    /** Whether no request has come whole on it yet. */
    synchronized boolean isHalfOpen() {
        return halfOpen;
    }

    long openedNanos() {
        return openedNanos;
    }

    /** Closes it when it is half-open; false when a request has come meanwhile. */
    synchronized boolean giveWay() {
        boolean gives = halfOpen;
        if (gives) {
            halfOpen = false;
            draining = true;
            close();
        }
        return gives;
    }

    private synchronized boolean isDraining() {
        return draining;
    }

    private synchronized boolean end() {
        busy = false;
        return !draining;
    }

    /** Ends the connection now when it is idle, else after its request. */
    synchronized void drain() {
        draining = true;
        if (!busy) {
            close();
        }
    }

    void closeWhenOverdue() {
        HttpConnection open = http;
        if (now() > deadlineMillis || (open != null && open.lingersFor(LINGER_MILLIS))) {
            LOG.debug("connection of uid {} closed: it was given its time", peer.uid());
            close();
        }
    }

    /**
     * Says that no more comes, which in TLS tells an end from a cut, and takes what the client still sends: one that was
     * refused in the middle of its body would else lose the answer over its own broken pipe.
     */
    private void leave() {
        // Nothing is under way any more, whatever has come of it: an engine that stops need not wait for the client.
        end();
        try {
            if (transport.isOpen()) {
                deadlineMillis = now() + LINGER_MILLIS;
                transport.shutdownOutput();
                socket.setBudgetBytes(Long.MAX_VALUE);
                byte[] scrap = new byte[4096];
                while (!isDraining() && socket.getInputStream().read(scrap) > 0) {
                    continue;
                }
            }
        } catch (IOException e) {
            LOG.debug("uid {} had left already: {}", peer.uid(), e.toString());
        }
        close();
    }

    void close() {
        try {
            transport.close();
        } catch (IOException e) {
            LOG.debug("closing the connection of uid {}: {}", peer.uid(), e.toString());
        }
    }
}
