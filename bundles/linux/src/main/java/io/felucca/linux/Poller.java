package io.felucca.linux;

import io.felucca.linux.files.Fd;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Many descriptors watched by one thread (epoll(7), level triggered). The thread is its maker's: it calls {@link #run}
 * and every handler and task runs on it. {@link #register}, {@link #execute}, {@link #schedule} and {@link #close} may be
 * called on any thread.
 */
@ProviderType
public interface Poller extends Executor, AutoCloseable {

    int READABLE = 0x1;
    int WRITABLE = 0x4;
    int ERROR = 0x8;
    int HANGUP = 0x10;
    int PEER_CLOSED = 0x2000;

    /** Capacity of {@link #buffer}. */
    int BUFFER_BYTES = 64 << 10;

    /** Told of events; what it throws is logged and ends nothing. */
    @FunctionalInterface
    interface Handler {
        void ready(int events);
    }

    /** A watched descriptor. Close it before the descriptor is closed. */
    interface Registration extends AutoCloseable {
        /** Changes what is watched for; ERROR and HANGUP always are. */
        void watch(int events);

        /** No event is delivered after this has returned on the poller's thread. */
        @Override
        void close();
    }

    Registration register(Fd fd, int events, Handler handler);

    /** Runs a task soon, on the poller's thread. */
    @Override
    void execute(Runnable task);

    /** Runs a task once, later; closing what is returned cancels it. */
    AutoCloseable schedule(long delayMillis, Runnable task);

    /**
     * The direct buffer that handlers and tasks share, on the poller's thread only: what is in it is lost when the
     * handler or task returns.
     */
    ByteBuffer buffer();

    /** Serves until {@link #close}. */
    void run();

    /** Ends {@link #run}; registered descriptors stay open. */
    @Override
    void close();
}
