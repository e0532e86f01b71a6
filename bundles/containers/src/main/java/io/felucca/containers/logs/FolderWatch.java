package io.felucca.containers.logs;

import io.felucca.FeluccaException;
import io.felucca.linux.Inotify;
import io.felucca.linux.Poller;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of changes in folders: one inotify for all who wait. After each telling it is deaf for two milliseconds, so that
 * a flood of writes costs no more than five hundred looks a second. Thread-safe.
 */
public final class FolderWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);
    private static final long DEAF_MILLIS = 2;

    /** Who is told of one folder. Closing twice does nothing. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    private final Inotify inotify;
    private final Poller poller;
    private final Poller.Registration registration;
    private final Map<Integer, Set<Runnable>> listeners = new HashMap<>();

    public FolderWatch(Inotify inotify, Poller poller) {
        this.inotify = inotify;
        this.poller = poller;
        registration = poller.register(inotify, Poller.READABLE, events -> hear());
    }

    /**
     * @param listener called on the poller's thread, which it must not block, when a file of the folder is written, made
     *     or renamed. Where the machine allows no further watch it never is.
     */
    public Subscription on(Path folder, Runnable listener) {
        synchronized (listeners) {
            int watch;
            try {
                watch = inotify.watch(folder);
            } catch (FeluccaException e) {
                LOG.debug("changes in {} are not told: {}", folder, e.getMessage());
                return () -> {};
            }
            listeners.computeIfAbsent(watch, key -> new CopyOnWriteArraySet<>()).add(listener);
            return () -> leave(watch, listener);
        }
    }

    private void leave(int watch, Runnable listener) {
        synchronized (listeners) {
            Set<Runnable> left = listeners.get(watch);
            if (left != null && left.remove(listener) && left.isEmpty()) {
                listeners.remove(watch);
                inotify.unwatch(watch);
            }
        }
    }

    private void hear() {
        registration.watch(0);
        poller.schedule(DEAF_MILLIS, () -> registration.watch(Poller.READABLE));
        Inotify.Changes changes = inotify.take();
        List<Runnable> told;
        synchronized (listeners) {
            changes.ended().forEach(listeners::remove);
            told = listeners.entrySet().stream()
                    .filter(entry -> changes.overflown() || changes.changed().contains(entry.getKey()))
                    .flatMap(entry -> entry.getValue().stream())
                    .toList();
        }
        told.forEach(Runnable::run);
    }

    /** When the poller has ended. */
    @Override
    public void close() {
        inotify.close();
    }
}
