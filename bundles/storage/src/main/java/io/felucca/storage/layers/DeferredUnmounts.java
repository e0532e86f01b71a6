package io.felucca.storage.layers;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directory;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends filesystems that are mounted nowhere any more, off the callers' path: the kernel ends one, and syncs the disk
 * below an overlay, when its last descriptor is closed (ovl_sync_fs in fs/overlayfs/super.c). Has no thread when idle.
 */
final class DeferredUnmounts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeferredUnmounts.class);

    /** Closes directories and waits for nothing else: a mount that holds its layer's turn waits for it. */
    private final ThreadPoolExecutor closing = threads("felucca-storage-unmount", 2);
    /** Does what follows, which waits for a layer's turn. */
    private final ThreadPoolExecutor following = threads("felucca-storage-release", 1);

    private static ThreadPoolExecutor threads(String name, int most) {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(most, most, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        // After the end nobody else does it: who waits for the directory must not wait for ever.
        threads.setRejectedExecutionHandler((work, ended) -> work.run());
        return threads;
    }

    /**
     * Closes the directory, then does what follows.
     *
     * @return done when the directory is closed
     */
    CompletableFuture<Void> end(Optional<Directory> last, Runnable then) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        closing.execute(() -> {
            try {
                last.ifPresent(Directory::close);
            } finally {
                closed.complete(null);
                following.execute(() -> follow(then));
            }
        });
        return closed;
    }

    private static void follow(Runnable then) {
        try {
            then.run();
        } catch (FeluccaException e) {
            LOG.warn("cannot release an unmounted layer, tried again at the next start", e);
        }
    }

    /** Waits a little for what is under way: what does not come to its end here does when the process ends. */
    @Override
    public void close() {
        closing.shutdown();
        try {
            if (!closing.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.debug("filesystems are still being written back");
            }
            following.shutdown();
            if (!following.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.debug("layers are still being released");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
