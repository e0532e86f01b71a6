package io.felucca.linux.folders;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import io.felucca.linux.files.DirectoryEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what lies in a folder, on a thread of its own that ends when there is nothing to do. */
final class Trash implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Trash.class);

    private final Directories directories;
    private final Path folder;
    private final RecordFolders.Removal removal;
    private final ThreadPoolExecutor worker;

    /** @param threadName of the thread that deletes */
    Trash(Directories directories, Path folder, String threadName, RecordFolders.Removal removal) {
        this.directories = directories;
        this.folder = folder;
        this.removal = removal;
        worker = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        worker.allowCoreThreadTimeOut(true);
        // Dropped after the end: the next recover() finds it.
        worker.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Deletes soon what is there now. */
    void empty() {
        if (worker.getQueue().isEmpty()) {
            worker.execute(this::deleteAll);
        }
    }

    private void deleteAll() {
        try (Directory trash = directories.open(folder)) {
            for (DirectoryEntry entry : trash.entries()) {
                if (worker.isShutdown()) {
                    return;
                }
                try {
                    removal.remove(trash, entry.name());
                } catch (FeluccaException e) {
                    String name = new String(entry.name(), StandardCharsets.ISO_8859_1);
                    LOG.warn("cannot delete {}, tried again at the next start", folder.resolve(name), e);
                }
            }
        }
    }

    /** Lets one deletion come to its end; the rest stays for the next start. */
    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.debug("a deletion in {} goes on", folder);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
