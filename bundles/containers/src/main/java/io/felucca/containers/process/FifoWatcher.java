package io.felucca.containers.process;

import io.felucca.FeluccaException;
import io.felucca.linux.Inotify;
import io.felucca.linux.Poller;
import io.felucca.linux.Sockets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells when fifos are closed that processes hold open as long as they live: one descriptor for all. Thread-safe. */
final class FifoWatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FifoWatcher.class);

    private final Sockets sockets;
    private final Inotify inotify;
    private final Map<Integer, Runnable> told = new HashMap<>();

    FifoWatcher(Sockets sockets, Poller poller) {
        this.sockets = sockets;
        inotify = sockets.openInotify();
        poller.register(inotify, Poller.READABLE, events -> hear());
    }

    /**
     * @param closed called on the poller's thread whenever a process may have closed the fifo since this has returned
     * @return a number to {@link #leave} by; empty where the end of a process does not show: there is no such fifo, no
     *     process reads it, or the machine allows no further watch
     */
    OptionalInt on(Path fifo, Runnable closed) {
        synchronized (told) {
            // Before the watch: the look closes it, too.
            if (!sockets.hasReader(fifo)) {
                return OptionalInt.empty();
            }
            try {
                int watch = inotify.watchClosing(fifo);
                // Another has been told of the same.
                return told.putIfAbsent(watch, closed) == null ? OptionalInt.of(watch) : OptionalInt.empty();
            } catch (FeluccaException e) {
                LOG.debug("{} is not watched: {}", fifo, e.getMessage());
                return OptionalInt.empty();
            }
        }
    }

    void leave(int watch) {
        synchronized (told) {
            if (told.remove(watch) != null) {
                inotify.unwatch(watch);
            }
        }
    }

    private void hear() {
        Inotify.Changes changes = inotify.take();
        List<Runnable> closed = new ArrayList<>();
        synchronized (told) {
            Set<Integer> heard = changes.overflown() ? Set.copyOf(told.keySet()) : changes.changed();
            heard.forEach(watch -> add(closed, told.get(watch)));
            changes.ended().forEach(watch -> add(closed, told.remove(watch)));
        }
        closed.forEach(Runnable::run);
    }

    private static void add(List<Runnable> closed, Runnable one) {
        if (one != null) {
            closed.add(one);
        }
    }

    /** When the poller has ended. */
    @Override
    public void close() {
        inotify.close();
    }
}
