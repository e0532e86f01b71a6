package io.felucca.linux;

import io.felucca.linux.files.Fd;
import java.nio.file.Path;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Tells of changes in folders (inotify(7)): files made, written, renamed; and of files that are closed. It is readable
 * for a {@link Poller} while there is something to tell. Thread-safe.
 */
@ProviderType
public interface Inotify extends Fd {

    /**
     * Watches a folder's own files; a folder that is watched already keeps its number. Numbers are never used again.
     *
     * @throws io.felucca.FeluccaException NOT_FOUND, SYSTEM when the machine's limit of watches is reached
     */
    int watch(Path folder);

    /**
     * Watches a file, such as a fifo, that processes hold open: it has changed when one of them has closed it, also by its
     * end. Several closings may be told as one.
     *
     * @throws io.felucca.FeluccaException as for {@link #watch}
     */
    int watchClosing(Path file);

    /** Does nothing for a watch that has ended. */
    void unwatch(int watch);

    /** Takes what is there to be told, without waiting. */
    Changes take();

    /**
     * @param changed watches of folders in which something changed, and of files that were closed
     * @param ended watches that are no more, since their folder or file has gone or {@link #unwatch} was called
     * @param overflown whether the kernel dropped some: then every folder may have changed
     */
    record Changes(Set<Integer> changed, Set<Integer> ended, boolean overflown) {}
}
