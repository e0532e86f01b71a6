package io.felucca.containers.record;

import io.felucca.FeluccaException;
import io.felucca.linux.files.Directories;
import io.felucca.linux.files.Directory;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes folders of the engine's own; nothing of a container's making lies in them. */
public final class Folders {

    private static final Logger LOG = LoggerFactory.getLogger(Folders.class);
    /** Of what is discarded: names that no engine before has left in a trash. */
    private static final AtomicLong NEXT = new AtomicLong(System.currentTimeMillis() << 20);

    private Folders() {}

    /**
     * Takes a folder away at once, by a rename, and deletes it beside. What a crash leaves in the trash is for the next
     * engine to {@link #empty}.
     */
    public static void discard(Path folder, Path trash, Executor executor) {
        Path gone = trash.resolve(Long.toHexString(NEXT.incrementAndGet()));
        try {
            Files.move(folder, gone);
        } catch (IOException e) {
            LOG.debug("{} is deleted where it is, if it is: {}", folder, e.toString());
            remove(folder);
            return;
        }
        try {
            executor.execute(() -> delete(gone));
        } catch (FeluccaException stopping) {
            LOG.debug("{} is left to the next engine: {}", gone, stopping.getMessage());
        }
    }

    private static void delete(Path discarded) {
        try {
            remove(discarded);
        } catch (FeluccaException e) {
            LOG.warn("the next engine tries it again: {}", e.getMessage());
        }
    }

    /** New folders in it lie apart: away from inodes that have just gone, past which ext4 looks for some minutes. */
    public static void spread(Directories directories, Path folder) {
        try (Directory open = directories.open(folder)) {
            open.spreadDirectories();
        }
    }

    /** Removes a folder and all in it, links themselves. Does nothing when it is not there. */
    public static void remove(Path folder) {
        try {
            empty(folder);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove the folder " + folder + ": " + e, e);
        }
    }

    /** Removes what is in a folder. */
    public static void empty(Path folder) {
        try (DirectoryStream<Path> inner = Files.newDirectoryStream(folder)) {
            for (Path path : inner) {
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    remove(path);
                } else {
                    Files.deleteIfExists(path);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Not there, or no longer.
            return;
        } catch (IOException | DirectoryIteratorException e) {
            throw FeluccaException.system("cannot empty the folder " + folder + ": " + e, e);
        }
    }
}
