package io.felucca.containers.mounts;

import io.felucca.FeluccaException;
import io.felucca.linux.Mounts;
import io.felucca.linux.files.Fd;
import io.felucca.storage.spi.Mount;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Shows what a descriptor holds at a path of the engine's own, for the moment in which a runtime mounts it: a runtime has
 * a mount namespace of its own, in which a descriptor of the engine's cannot be mounted. What an engine that was killed
 * left is unmounted by the next; nothing here is ever removed with what is in it.
 */
public final class Staging {

    private final Path folder;
    private final Mounts kernel;
    private final AtomicLong last = new AtomicLong();

    /** @param folder whose parent is there */
    public Staging(Path folder, Mounts kernel) {
        this.folder = folder;
        this.kernel = kernel;
    }

    /** With all that is mounted below it. */
    Path show(Fd part, boolean directory, boolean readOnly) {
        Path place = folder.resolve(Long.toString(last.incrementAndGet()));
        try {
            Files.createDirectories(folder);
            if (directory) {
                Files.createDirectory(place);
            } else {
                Files.createFile(place);
            }
        } catch (IOException e) {
            throw FeluccaException.system("cannot make " + place + ": " + e, e);
        }
        try {
            String source = "/proc/self/fd/" + part.number();
            kernel.mount(
                    readOnly ? Mount.bind(source, "rbind", "ro", "rprivate") : Mount.bind(source, "rbind", "rprivate"),
                    place);
        } catch (FeluccaException e) {
            hide(place);
            throw e;
        }
        return place;
    }

    void hide(Path place) {
        kernel.detachTree(place);
        try {
            Files.deleteIfExists(place);
        } catch (IOException e) {
            throw FeluccaException.system("cannot remove " + place + ": " + e, e);
        }
    }

    /** Unmounts what an engine before this one left. */
    public void sweep() {
        try (DirectoryStream<Path> places = Files.newDirectoryStream(folder)) {
            places.forEach(this::hide);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw FeluccaException.system("cannot list " + folder + ": " + e, e);
        }
    }
}
