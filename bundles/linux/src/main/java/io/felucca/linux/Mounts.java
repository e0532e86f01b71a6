package io.felucca.linux;

import io.felucca.linux.files.Directory;
import io.felucca.storage.spi.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Makes and undoes mounts, in this process's mount namespace. Thread-safe. */
@ProviderType
public interface Mounts {

    /**
     * Makes one mount on a target that exists; the mount's own target is not looked at. An overlay may have any number
     * of lower directories, and colons (escaped by a backslash) in them.
     *
     * @throws io.felucca.FeluccaException UNSUPPORTED for an id map that the filesystem or kernel cannot honour, SYSTEM
     *     for what else the kernel refuses
     */
    void mount(Mount mount, Path target);

    /**
     * Makes a layer's mounts: those with an absolute target there (their folder is made), the others below
     * {@code target}. On failure what was made is undone.
     */
    void mountAll(List<Mount> mounts, Path target);

    /** Undoes {@link #mountAll}, the last first. Idempotent. CONFLICT when one is busy: nothing is detached lazily. */
    void unmountAll(List<Mount> mounts, Path target);

    /**
     * @return false when nothing is mounted there
     * @throws io.felucca.FeluccaException CONFLICT when it is busy and not lazy
     */
    boolean unmount(Path target, boolean lazy);

    /** Makes a mount point's propagation private, so that nothing made below it is seen elsewhere. */
    void makePrivate(Path mountPoint, boolean recursive);

    /**
     * Takes away all that is mounted at a path and below it, busy or not. What is below is made private first: the end of a
     * recursive bind of the host's folders would else end the host's own mounts with it.
     */
    default void detachTree(Path mountPoint) {
        while (find(mountPoint).isPresent()) {
            makePrivate(mountPoint, true);
            unmount(mountPoint, true);
        }
    }

    /**
     * Mounts a filesystem at no place at all: it is reached by the directory that is returned, and ends when that (and
     * what was opened below it) is closed, so that a crash leaves nothing mounted. Needs Linux 5.2. Not for binds and
     * overlays.
     *
     * @throws io.felucca.FeluccaException SYSTEM with the kernel's words for what it refuses
     */
    Directory openDetached(Mount mount);

    List<MountInfo> list();

    /** The topmost mount at that very path. */
    Optional<MountInfo> find(Path mountPoint);
}
