package io.felucca.containers.life;

import io.felucca.FeluccaException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Set;

/** Removes folders of the engine's own; nothing of a container's making lies in them. */
final class Folders {

    private Folders() {}

    /** Removes a folder and all in it, links themselves. Does nothing when it is not there. */
    static void remove(Path folder) {
        try {
            empty(folder, Set.of());
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove the folder " + folder + ": " + e, e);
        }
    }

    /** Removes what is in a folder, but for these. */
    static void empty(Path folder, Set<Path> kept) {
        try (DirectoryStream<Path> inner = Files.newDirectoryStream(folder)) {
            for (Path path : inner) {
                if (kept.contains(path)) {
                    continue;
                }
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
