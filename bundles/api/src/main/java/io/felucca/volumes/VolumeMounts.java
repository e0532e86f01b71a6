package io.felucca.volumes;

import io.felucca.IdMap;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Volumes in use, for the containers' core: mounted by the engine and counted, so that a driver that goes away leaves
 * running containers whole. Thread-safe.
 */
@ProviderType
public interface VolumeMounts {

    /**
     * Makes a volume as {@link Volumes#create} does, or finds the one that is there, for a container that is being
     * created. It is on disk when {@link #sync} has returned, which can go on beside the rest of that work.
     *
     * @return whether it was made
     * @throws io.felucca.FeluccaException as {@link Volumes#create}
     */
    boolean make(VolumeSpec spec);

    /**
     * Waits until a volume that was made is on the disk, so that it can be acknowledged, or written to. Idempotent; does
     * nothing for one that is not there any more.
     *
     * @throws io.felucca.FeluccaException SYSTEM when the disk fails
     */
    void sync(String name);

    /**
     * Makes a volume's content show at its mountpoint for a user, and returns that path. Idempotent for a user; a mount
     * that is there already is taken over.
     *
     * @param user a container's id, or {@code export-…}
     * @throws io.felucca.FeluccaException SYSTEM with Docker's "error while mounting volume '…'" when the kernel refuses
     */
    Path mount(String name, String user);

    /** Counts a user that has it mounted since before this engine was started; needs no driver. Unknown names are passed over. */
    void adopt(String name, String user);

    /**
     * Ends a user's mount; with the last one what the driver had mounted goes.
     *
     * @return false for a user or volume that is not known, where nothing is done
     */
    boolean unmount(String name, String user);

    /**
     * Gives a volume that is empty what an image has at the place where it is mounted: content, owners, modes, times,
     * extended attributes, hard links, and the folder's own. Links are copied, never followed. What an
     * engine that was killed had copied in part is removed first. Does nothing for a volume that holds something.
     *
     * @param image called when the volume is empty; it calls the function once, with a folder that it keeps open
     *     meanwhile, or with nothing when the image has no folder there
     * @param idMap of the container: without a folder in the image an empty volume gets its root as owner
     */
    void fill(String name, ImageFolder image, IdMap idMap);

    /**
     * Unmounts what an engine before this one left mounted and nobody has asked for since; called once, when the running
     * containers have been adopted.
     */
    void unmountUnused();

    /** Opens the folder of an image for the time of a call. */
    interface ImageFolder {
        void with(Function<Optional<Path>, Void> copy);
    }
}
