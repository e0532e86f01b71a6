package io.felucca.containers.streams;

import io.felucca.FeluccaException;
import io.felucca.linux.Sockets;
import io.felucca.linux.files.Fd;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/** Input on its way to the monitor: one writer at a time, who waits while the process does not read. */
final class Input {

    /** conmon reads at most this much of a packet (2.1.6, CONN_SOCK_BUF_SIZE is 32 KiB, older ones 8). */
    private static final int PACKET_BYTES = 8 * 1024;

    private final Runnable watchChanged;
    private final Object writing = new Object();
    private Fd socket;
    private boolean ended;
    private boolean closed;
    private boolean waiting;

    Input(Runnable watchChanged) {
        this.watchChanged = watchChanged;
    }

    synchronized void connected(Fd to) {
        socket = to;
        notifyAll();
    }

    synchronized void disconnected() {
        socket = null;
        waiting = false;
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    synchronized boolean wantsToWrite() {
        return waiting;
    }

    void writable() {
        synchronized (this) {
            waiting = false;
            notifyAll();
        }
        watchChanged.run();
    }

    /** @param givenUp whether its client has left, which ends the wait */
    void write(byte[] bytes, int offset, int length, BooleanSupplier givenUp) {
        synchronized (writing) {
            ByteBuffer packet = ByteBuffer.allocateDirect(Math.min(length, PACKET_BYTES));
            for (int at = offset; at < offset + length; at += packet.limit()) {
                packet.clear().limit(Math.min(packet.capacity(), offset + length - at));
                packet.put(bytes, at, packet.limit()).flip();
                while (!tryWrite(packet, givenUp)) {
                    awaitWritable(givenUp);
                }
            }
        }
    }

    /** Half-closes after what is being written. */
    void close(Sockets sockets) {
        synchronized (writing) {
            synchronized (this) {
                if (socket == null || closed) {
                    return;
                }
                closed = true;
                sockets.shutdownOutput(socket);
            }
        }
    }

    /** Has those who wait look again whether their client has left. */
    synchronized void wake() {
        notifyAll();
    }

    synchronized void awaitConnected(BooleanSupplier givenUp) {
        while (socket == null && !ended && !givenUp.getAsBoolean()) {
            await("waiting for the process to start");
        }
    }

    /** Under the lock that {@link #disconnected} takes: the descriptor cannot be closed meanwhile. */
    private synchronized boolean tryWrite(ByteBuffer packet, BooleanSupplier givenUp) {
        awaitConnected(givenUp);
        if (ended || closed || givenUp.getAsBoolean()) {
            throw FeluccaException.conflict(
                    "the process has ended, or its input or the attachment is closed: it takes no input any more");
        }
        return socket.write(packet) != Fd.WOULD_BLOCK;
    }

    private void awaitWritable(BooleanSupplier givenUp) {
        synchronized (this) {
            waiting = true;
        }
        watchChanged.run();
        synchronized (this) {
            while (waiting && !ended && socket != null && !givenUp.getAsBoolean()) {
                await("waiting for the process to read its input");
            }
        }
    }

    private void await(String what) {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FeluccaException.unavailable("interrupted while " + what);
        }
    }
}
